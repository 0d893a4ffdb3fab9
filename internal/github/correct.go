package github

import (
	"context"
	"fmt"
	"net/http"
	"slices"
)

// Correction is a note about comments of earlier runs that say nothing of what became of their plan.
type Correction struct {
	Marker            // of the run that writes the note; its Commit is what the run applied
	Branch     string // that the pull requests were merged into
	NoSteps    string // the digest of a plan without steps: there was nothing to apply
	ExceptPull int    // the run itself has commented on this one
	Note       string // Markdown
}

// isNeeded reports whether a comment leaves open what became of its plan: its run was overtaken, or never wrote a result because GitHub
// cancelled it while it waited.
func (n Correction) isNeeded(m Marker) bool {
	return m.Subject == n.Subject && m.Run < n.Run && (m.Overtaken || m.Command == "plan" && m.Digest != n.NoSteps)
}

// Write puts the note above such comments, on those of the last 20 closed pull requests of the branch whose merge is in the
// commit of the run. It asks GitHub whether it is, because the times of merges do not say what a commit contains. It sends at most 61
// requests: of each pull request it reads only the first 100 comments, and the plan is one of the first.
func (n Correction) Write(ctx context.Context, c *Client, repository string) error {
	login, err := c.login(ctx)
	if err != nil {
		return err
	}
	pulls, err := closedPulls(ctx, c, repository, n.Branch)
	if err != nil {
		return err
	}
	for _, p := range pulls {
		if p.Number == n.ExceptPull || p.Merge == "" {
			continue
		}
		if err := n.correct(ctx, c, repository, login, p); err != nil {
			return fmt.Errorf("pull request #%d: %w", p.Number, err)
		}
	}
	return nil
}

// correct puts the note above our comment on a pull request, if that needs one.
func (n Correction) correct(ctx context.Context, c *Client, repository, login string, p pull) error {
	comments, _, err := firstPages[comment](ctx, c, commentsOf(repository, p.Number)+"?per_page=100", 1)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(comments, func(o comment) bool {
		m, ours := markerBy(login, o.User, o.Body)
		return ours && n.isNeeded(m)
	})
	if i < 0 {
		return nil
	}
	compared, err := compare(ctx, c, repository, p.Merge, n.Commit)
	if err != nil || !compared.contains() {
		return err
	}
	m, _ := markerOf(comments[i].Body)
	m.Run, m.Commit, m.Command, m.Overtaken = n.Run, n.Commit, n.Command, false
	_, err = c.do(ctx, http.MethodPatch, pathOf(repository, comments[i]), map[string]string{"body": m.String() + n.Note + withoutMarker(comments[i].Body)}, nil)
	if isGone(err) {
		return nil
	}
	return err
}
