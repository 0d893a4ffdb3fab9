package action

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"

	"atlas-gitops/internal/client"
	"atlas-gitops/internal/github"
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
	}
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
	marker := github.Marker{Subject: "comment " + p.CommentID, Run: w.ID, Commit: w.Commit, Command: p.Command}
	if r.run != nil && r.offlineReason == "" {
		marker.Digest = r.run.Plan.Digest
	}
	number, err := p.pullNumber(ctx, hub, marker)
	if err != nil || number == 0 {
		return err // 0: a push that merged no pull request
	}
	n := github.StickyComment{Marker: marker, Optional: p.Comment == "on-change" && !r.isNews(), KeepExisting: r.keepsExisting}
	n.Text = p.text(maxComment-len(marker.String()), "All of it is in the summary of the run.")
	return hub.UpsertComment(ctx, w.Repository, number, n)
}

// pullNumber returns the number of the pull request to comment on, or 0.
func (p publisher) pullNumber(ctx context.Context, hub *github.Client, marker github.Marker) (int, error) {
	w := p.workflow
	switch {
	case w.Pull != nil:
		return w.Pull.Number, nil
	case w.Event == "push":
		return hub.MergedPull(ctx, w.Repository, w.Checkout, w.Branch)
	case p.report.approval != nil && w.Branch != "": // started by hand: the pull request whose comment shows the accepted plan
		marker.Digest = p.report.approval.Digests[0]
		return hub.PullForDigest(ctx, w.Repository, w.Branch, marker)
	}
	return 0, nil
}

// keepsExisting reports whether apply leaves an existing comment as it is. It does if it has no plan. It also does if it had
// nothing to do and the comment reports an earlier apply.
func (r *report) keepsExisting(there github.Marker) bool {
	return r.command == "apply" && (r.run == nil || r.result() == endNoChanges && there.Command == "apply")
}

var errNoToken = errors.New("GITHUB_TOKEN is not set")

// hub returns a client for GitHub's API.
func (j *job) hub() (*github.Client, error) {
	token := j.Getenv("GITHUB_TOKEN")
	if token == "" {
		return nil, errNoToken
	}
	base, err := client.CheckBaseURL(cmp.Or(j.Getenv("GITHUB_API_URL"), "https://api.github.com"))
	if err != nil {
		return nil, fmt.Errorf("GITHUB_API_URL: %w", err)
	}
	return &github.Client{URL: base, Token: token, UserAgent: "atlas-gitops/" + j.Version, Transport: j.Transport}, nil
}
