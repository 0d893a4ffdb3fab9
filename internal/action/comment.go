package action

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"

	"atlas-gitops/internal/client"
	"atlas-gitops/internal/github"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/safetext"
)

// comment writes the report as a comment on the pull request. If GitHub refuses, the run does not fail: the summary has the same
// text.
func (p publisher) comment(ctx context.Context) {
	w := p.workflow
	if p.Comment == "never" || w.Repository == "" || w.Pull == nil && p.Command != "apply" {
		return
	}
	hub, err := p.hub()
	if err == nil {
		err = p.commentWith(ctx, hub)
	}
	if err != nil {
		p.reportNoComment(err)
		return
	}
	p.correctComments(ctx, hub)
}

// correctComments notes on earlier pull requests that this run also applied their changes. Their own runs did not: a newer commit
// overtook them, or GitHub cancelled them while they waited, and then they cannot write.
func (p publisher) correctComments(ctx context.Context, hub *github.Client) {
	w, r := p.workflow, p.report
	if p.Command != "apply" || w.Branch == "" || len(p.Only) > 0 || r.run == nil || r.applied.Results == nil && r.result() != endNoChanges {
		return
	}
	note := fmt.Sprintf("**A later run took over this change.** [It](%s) applied the tree of commit `%s`, which contains this pull request, and ended with `%s`. The text below is older.\n\n---\n",
		w.URL, safetext.Line(w.Commit), r.result())
	correction := github.Correction{Marker: p.commentMarker(), Branch: w.Branch, NoSteps: plan.New(nil).Digest, ExceptPull: *p.pull, Note: note}
	if err := correction.Write(ctx, hub, w.Repository); err != nil {
		p.say(github.WarningLevel, "comment", "cannot say on earlier pull requests that this run applied them: "+err.Error())
	}
}

// commentMarker returns the marker of the comments of this run.
func (p publisher) commentMarker() github.Marker {
	return github.Marker{Subject: "comment " + p.CommentID, Run: p.workflow.ID, Commit: p.workflow.Commit, Command: p.Command}
}

func (p publisher) reportNoComment(err error) {
	level, why := github.WarningLevel, err.Error()
	var refused *github.Error
	switch isRefusal := errors.As(err, &refused); {
	case errors.Is(err, github.ErrOutdated):
		p.say(github.NoticeLevel, "comment", "a later run has already commented on this pull request; this run leaves that comment as it is")
		return
	case errors.Is(err, errNoToken), isRefusal && refused.Status == http.StatusUnauthorized:
		level, why = github.NoticeLevel, why+". Check the input github-token"
	case isRefusal && refused.Locked():
		why = "its conversation is locked. Unlock it, or set comment: never"
	case isRefusal && refused.Forbidden():
		level, why = github.NoticeLevel, why+". Give the job permissions: pull-requests: write; runs for forks cannot have it"
	}
	p.say(level, "comment", "cannot comment on the pull request: "+why+"; the summary of this run has the same text")
}

func (p publisher) commentWith(ctx context.Context, hub *github.Client) error {
	w, r := p.workflow, p.report
	marker := p.commentMarker()
	marker.Overtaken = r.superseded != ""
	if r.run != nil && r.offlineReason == "" {
		marker.Digest = r.run.Plan.Digest
	}
	number, err := p.pullNumber(ctx, hub)
	if err != nil || number == 0 {
		return err // 0: a push that merged no pull request
	}
	n := github.StickyComment{Marker: marker, Optional: p.Comment == "on-change" && !r.isNews(), KeepExisting: r.keepsExisting}
	n.Text = p.text(maxComment-len(marker.String()), "All of it is in the summary of the run.")
	return hub.UpsertComment(ctx, w.Repository, number, n)
}

// pullNumber returns the number of the pull request of the run, or 0. It asks GitHub once.
func (p publisher) pullNumber(ctx context.Context, hub *github.Client) (number int, err error) {
	w := p.workflow
	switch {
	case p.pull != nil:
		return *p.pull, nil
	case w.Pull != nil:
		number = w.Pull.Number
	case w.Event == "push":
		number, err = hub.MergedPull(ctx, w.Repository, w.Checkout, w.Branch)
	case p.report.approval != nil && w.Branch != "": // started by hand: the pull request whose comment shows the accepted plan
		marker := p.commentMarker()
		marker.Digest = p.report.approval.Digests[0]
		number, err = hub.PullForDigest(ctx, w.Repository, w.Branch, marker)
	}
	if err == nil {
		p.pull = &number
	}
	return number, err
}

// keepsExisting reports whether apply leaves an existing comment as it is. It does if it has no plan. It also does if it had
// nothing to do and the comment reports an earlier apply.
func (r *report) keepsExisting(there github.Marker) bool {
	return r.command == "apply" && (r.run == nil || r.result() == endNoChanges && there.Command == "apply")
}

var errNoToken = errors.New("GITHUB_TOKEN is not set")

// hub returns the client for GitHub's API.
func (j *job) hub() (*github.Client, error) {
	if j.client != nil {
		return j.client, nil
	}
	token := j.Getenv("GITHUB_TOKEN")
	if token == "" {
		return nil, errNoToken
	}
	base, err := client.CheckBaseURL(cmp.Or(j.Getenv("GITHUB_API_URL"), "https://api.github.com"))
	if err != nil {
		return nil, fmt.Errorf("GITHUB_API_URL: %w", err)
	}
	j.client = &github.Client{URL: base, Token: token, UserAgent: "atlas-gitops/" + j.Version, Transport: j.Transport}
	return j.client, nil
}
