package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"

	"atlas-gitops/internal/client"
	"atlas-gitops/internal/github"
)

// comment makes the text the comment on the pull request that the run is about. That it cannot is no failure: the
// summary has it all.
func (a *action) comment(ctx context.Context) {
	if a.commentWhen.value == "never" || a.run.Repository == "" || a.run.Pull == nil && a.command != "apply" {
		return
	}
	hub, err := a.hub()
	if err == nil {
		err = a.commentWith(ctx, hub)
	}
	var refused *github.Error
	const same = "; the summary of this run has the same"
	switch forbidden := errors.As(err, &refused) && refused.Forbidden(); {
	case err == nil:
	case errors.Is(err, github.ErrOutdated):
		a.say(github.NoticeLevel, "comment", "a later run has commented on this pull request already; its comment stays")
	case errors.Is(err, errNoToken), forbidden && refused.Status == http.StatusUnauthorized:
		a.say(github.NoticeLevel, "comment", "no comment on the pull request: "+err.Error()+". Check the input github-token"+same)
	case forbidden:
		a.say(github.NoticeLevel, "comment", "no comment on the pull request: "+err.Error()+". A comment takes permissions: pull-requests: write, which "+
			"runs for forks do not get"+same)
	default:
		a.say(github.WarningLevel, "comment", "no comment on the pull request: "+err.Error()+same)
	}
}

func (a *action) commentWith(ctx context.Context, hub *github.Client) error {
	marker := github.Marker{Subject: "comment " + a.commentID, Run: a.run.ID, Commit: a.run.Commit, Command: a.command}
	if a.fleet != nil && a.foreign == "" {
		marker.Digest = a.fleet.plan.Digest
	}
	number, err := a.pullToTell(ctx, hub, marker)
	if err != nil || number == 0 {
		return err // a push without a pull request has none to comment on
	}
	n := github.StickyComment{Marker: marker, Optional: a.commentWhen.value == "on-change" && !a.isNews(), KeepExisting: a.spares}
	n.Text = a.text(maxComment-len(marker.String()), "All of it is in the summary of the run.")
	return hub.UpsertComment(ctx, a.run.Repository, number, n)
}

// pullToTell returns the number of the pull request that the run is about, or 0.
func (a *action) pullToTell(ctx context.Context, hub *github.Client, marker github.Marker) (int, error) {
	switch {
	case a.run.Pull != nil:
		return a.run.Pull.Number, nil
	case a.run.Event == "push":
		return hub.MergedPull(ctx, a.run.Repository, a.run.Checkout, a.run.Branch)
	case a.approved != nil && a.run.Branch != "": // by hand: that which shows what was accepted
		marker.Digest = a.approved.digest
		return hub.PullForDigest(ctx, a.run.Repository, a.run.Branch, marker)
	}
	return 0, nil
}

// spares tells whether a comment is worth more than what there is to say: a plan, or what was done, than why there is no
// plan; and what was done, than that nothing had to be.
func (a *action) spares(there github.Marker) bool {
	return a.command == "apply" && (a.fleet == nil || a.result() == endNoChanges && there.Command == "apply")
}

var errNoToken = errors.New("there is no GITHUB_TOKEN")

// hub returns the way to GitHub's API.
func (a *action) hub() (*github.Client, error) {
	token := a.Getenv("GITHUB_TOKEN")
	if token == "" {
		return nil, errNoToken
	}
	base, err := client.CheckBaseURL(cmp.Or(a.Getenv("GITHUB_API_URL"), "https://api.github.com"))
	if err != nil {
		return nil, fmt.Errorf("GITHUB_API_URL: %w", err)
	}
	return &github.Client{URL: base, Token: token, UserAgent: "atlas-gitops/" + Version, Transport: a.Transport}, nil
}
