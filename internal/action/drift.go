package action

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"atlas-gitops/internal/github"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/render"
)

// driftTracker keeps an issue for each organization that differs from the tree, or one for several that differ in the same way. It
// opens or reopens the issue if there are steps. It closes the issue if there are none, or if the tree no longer has the organization.
// What could not be read in full stays as it is.
type driftTracker struct {
	*driftIssues
	shared []*cause // what several organizations share
}

func (p publisher) trackDrift(ctx context.Context) error {
	if p.workflow.Repository == "" {
		return nil
	}
	hub, err := p.hub()
	if err != nil {
		return fmt.Errorf("cannot update the issues about drift: %w", err)
	}
	issues, err := hub.NewTracker(ctx, github.TrackerOptions{Repository: p.workflow.Repository, Labels: p.Labels, Assignees: p.Assignees})
	if err != nil {
		return driftError(err)
	}
	tree := strings.Join(slices.Sorted(slices.Values(p.report.tree.Roots())), "\n")
	t := &driftTracker{&driftIssues{publisher: p, issues: issues, tree: tree, number: map[string]int{}}, nil}
	t.shared = t.causes()
	t.open(ctx)
	t.close(ctx)
	for _, warning := range issues.Warnings() {
		p.say(github.WarningLevel, "drift", warning)
	}
	return errors.Join(t.errs...)
}

// open opens or edits the issues of all drift. Issues are closed later, because their last text says where their drift went.
func (t *driftTracker) open(ctx context.Context) {
	for _, c := range t.shared {
		if len(c.orgs) > 0 {
			t.openShared(ctx, c)
		}
	}
	for _, org := range t.read() {
		if len(org.Steps) > 0 && !t.isShared(org) {
			t.openOwn(ctx, org)
		}
	}
}

// close closes the issues of organizations that have no drift, or whose drift is now in another issue, and of those that left the tree.
func (t *driftTracker) close(ctx context.Context) {
	for _, org := range t.read() {
		number, isOpen := t.number[key(org)] // the shared issue may have failed: then its own one stays
		switch {
		case len(org.Steps) == 0:
			t.closeIssue(ctx, org.Heading(), t.marker(org), "Atlas matches the tree again.\n")
		case isOpen && t.isShared(org):
			t.closeIssue(ctx, org.Heading(), t.marker(org), fmt.Sprintf("Several organizations differ in the same way: see #%d.\n", number))
		}
	}
	for _, c := range t.shared {
		if len(c.orgs)+len(c.notRead) == 0 {
			t.closeShared(ctx, c)
		}
	}
	t.closeGone(ctx)
}

// read returns the organizations that this run read in full.
func (t *driftTracker) read() []plan.Org {
	return slices.DeleteFunc(slices.Clone(t.report.run.Plan.Orgs), func(o plan.Org) bool { return o.Error != "" })
}

// knowsAll reports whether the keys of all organizations of the tree are known. If the tree has no id, and the organization could not be
// read, then its issue cannot be told from that of an organization that left the tree.
func (t *driftTracker) knowsAll() bool {
	return len(t.Only) == 0 && !slices.ContainsFunc(t.report.run.Plan.Orgs, func(o plan.Org) bool { return o.Error != "" && o.ID == "" })
}

// closeGone closes the issues about organizations that this tree no longer has. Issues about other trees stay.
func (t *driftTracker) closeGone(ctx context.Context) {
	if !t.knowsAll() {
		return
	}
	about := map[string]bool{}
	for _, org := range t.report.run.Plan.Orgs {
		about[t.marker(org).Subject] = true
	}
	for _, m := range t.issues.OpenIssues() {
		if strings.HasPrefix(m.Subject, t.prefix()) && m.Tree == t.tree && !about[m.Subject] {
			t.closeIssue(ctx, m.Subject, t.markerOf(m.Subject), "The tree no longer has this organization.\n")
		}
	}
}

// openOwn opens or edits the issue of one organization. The text changes only when the drift does.
func (t *driftTracker) openOwn(ctx context.Context, org plan.Org) {
	marker, p := t.marker(org), t.planOf(org)
	marker.Digest = p.Digest
	t.openIssue(ctx, marker, org.Heading(), render.Drift{Plan: p})
}
