package action

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"atlas-gitops/internal/github"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/safetext"
)

// driftTracker keeps one issue for each organization that is not as the tree says: opened, or opened again, when there is
// something to do, and closed when there is nothing any more, or no such organization in the tree. One that could not be
// read in full keeps its issue as it is.
type driftTracker struct {
	publisher
	issues *github.Tracker
	tree   string // the paths that are read
}

func (p publisher) trackDrift(ctx context.Context) error {
	if p.workflow.Repository == "" {
		return nil
	}
	hub, err := p.hub()
	if err != nil {
		return fmt.Errorf("no issues about drift: %w", err)
	}
	issues, err := hub.NewTracker(ctx, p.workflow.Repository)
	if err != nil {
		return driftError(err)
	}
	t := driftTracker{p, issues, strings.Join(slices.Sorted(slices.Values(p.report.tree.Roots())), "\n")}
	var errs []error
	about, word := map[string]bool{}, p.report.words()
	for _, org := range p.report.run.Plan.Orgs {
		about[t.marker(org).Subject] = true
		if org.Error != "" {
			continue
		}
		if err := t.track(ctx, org, word(org.Name, org.ID)); err != nil {
			errs = append(errs, driftError(fmt.Errorf("%s: %w", org.Heading(), err)))
		}
	}
	if len(p.Only) == 0 {
		errs = append(errs, t.closeGone(ctx, about))
	}
	return errors.Join(errs...)
}

func driftError(err error) error {
	var refused *github.Error
	if errors.As(err, &refused) && refused.Forbidden() {
		return fmt.Errorf("no issues about drift: %w; this takes permissions: issues: write", err)
	}
	return fmt.Errorf("no issues about drift: %w", err)
}

// marker is that of the issue about an organization.
func (t driftTracker) marker(org plan.Org) github.Marker {
	return github.Marker{Subject: t.prefix() + cmp.Or(org.ID, org.Name), Run: t.workflow.ID, Commit: t.workflow.Commit, Command: "drift", Tree: t.tree}
}

func (t driftTracker) prefix() string { return "drift " + t.CommentID + " " }

// closeGone closes the issues about organizations of the same tree that are not in it any more.
func (t driftTracker) closeGone(ctx context.Context, about map[string]bool) error {
	var errs []error
	for _, m := range t.issues.OpenIssues() {
		if !strings.HasPrefix(m.Subject, t.prefix()) || m.Tree != t.tree || about[m.Subject] {
			continue
		}
		m.Run, m.Commit, m.Digest = t.workflow.ID, t.workflow.Commit, ""
		if err := t.issues.Close(ctx, m, "The organization is not in the tree any more.\n"); err != nil {
			errs = append(errs, driftError(err))
		}
	}
	return errors.Join(errs...)
}

// maxTitle is how long the title of an issue gets, in runes. GitHub takes 256 characters.
const maxTitle = 200

// track opens, edits or closes the issue about an organization, which the input only takes by the word. What it says changes
// only with the drift.
func (t driftTracker) track(ctx context.Context, org plan.Org, word string) error {
	marker, one := t.marker(org), plan.New([]plan.Org{org})
	one.Check(t.MaxDeletes)
	marker.Digest = one.Digest
	if len(org.Steps) == 0 {
		text, err := t.issueText(one, word, marker, "")
		return errors.Join(err, t.issues.Close(ctx, marker, text))
	}
	text, err := t.issueText(one, word, marker, "What is live is not what the tree says. Either change the tree, or apply it.\n\n")
	if err != nil {
		return err
	}
	title := []rune(safetext.Line("Drift in " + org.Heading()))
	return t.issues.Open(ctx, marker, string(title[:min(len(title), maxTitle)]), text)
}

// issueText is the plan for one organization behind a head, in what room there is beside its marker.
func (t driftTracker) issueText(p *plan.Plan, word string, m github.Marker, head string) (string, error) {
	v := t.view(p, []string{word})
	v.FullOutput = "The summary of the run shows all of it."
	v.Size = maxComment - len(m.String()) - len(head)
	var b strings.Builder
	b.WriteString(head)
	err := v.WritePlanMarkdown(&b, p)
	return b.String(), err
}
