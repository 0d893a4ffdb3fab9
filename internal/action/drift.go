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

// driftTracker keeps one issue for each organization that differs from the tree. It opens or reopens the issue if there are steps.
// It closes the issue if there are none, or if the tree no longer has the organization. If the organization could not be read in
// full, its issue stays as it is.
type driftTracker struct {
	publisher
	issues *github.Tracker
	tree   string // the paths of the tree, one on each line
}

func (p publisher) trackDrift(ctx context.Context) error {
	if p.workflow.Repository == "" {
		return nil
	}
	hub, err := p.hub()
	if err != nil {
		return fmt.Errorf("cannot update the issues about drift: %w", err)
	}
	issues, err := hub.NewTracker(ctx, p.workflow.Repository)
	if err != nil {
		return driftError(err)
	}
	t := driftTracker{p, issues, strings.Join(slices.Sorted(slices.Values(p.report.tree.Roots())), "\n")}
	var errs []error
	about := map[string]bool{}
	for _, org := range p.report.run.Plan.Orgs {
		about[t.marker(org).Subject] = true
		if org.Error != "" {
			continue
		}
		if err := t.track(ctx, org); err != nil {
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
		return fmt.Errorf("cannot update the issues about drift: %w; give the job permissions: issues: write", err)
	}
	return fmt.Errorf("cannot update the issues about drift: %w", err)
}

// marker returns the marker of the issue about an organization.
func (t driftTracker) marker(org plan.Org) github.Marker {
	return github.Marker{Subject: t.prefix() + cmp.Or(org.ID, org.Name), Run: t.workflow.ID, Commit: t.workflow.Commit, Command: "drift", Tree: t.tree}
}

func (t driftTracker) prefix() string { return "drift " + t.CommentID + " " }

// closeGone closes the issues about organizations that this tree no longer has. Issues about other trees stay.
func (t driftTracker) closeGone(ctx context.Context, about map[string]bool) error {
	var errs []error
	for _, m := range t.issues.OpenIssues() {
		if !strings.HasPrefix(m.Subject, t.prefix()) || m.Tree != t.tree || about[m.Subject] {
			continue
		}
		m.Run, m.Commit, m.Digest = t.workflow.ID, t.workflow.Commit, ""
		if err := t.issues.Close(ctx, m, "The tree no longer has this organization.\n"); err != nil {
			errs = append(errs, driftError(err))
		}
	}
	return errors.Join(errs...)
}

// maxTitle is the longest title of an issue, in runes. GitHub accepts 256 characters.
const maxTitle = 200

// track opens, edits or closes the issue about an organization. The text changes only when the drift does.
func (t driftTracker) track(ctx context.Context, org plan.Org) error {
	marker, one := t.marker(org), plan.New([]plan.Org{org})
	one.Check(t.Limits, nil)
	marker.Digest = one.Digest
	if len(org.Steps) == 0 {
		text, err := t.issueText(one, marker, "")
		return errors.Join(err, t.issues.Close(ctx, marker, text))
	}
	text, err := t.issueText(one, marker, "Atlas differs from the tree. Change the tree, or apply it.\n\n")
	if err != nil {
		return err
	}
	title := []rune(safetext.Line("Drift in " + org.Heading()))
	return t.issues.Open(ctx, marker, string(title[:min(len(title), maxTitle)]), text)
}

// issueText returns the head and the plan of one organization, cut so that they fit into an issue with the marker.
func (t driftTracker) issueText(p *plan.Plan, m github.Marker, head string) (string, error) {
	v := t.view(p, t.report.words(p.Orgs[0].Ref()))
	v.FullOutput = "The summary of the run shows all of it."
	v.Size = maxComment - len(m.String()) - len(head)
	var b strings.Builder
	b.WriteString(head)
	err := v.WritePlanMarkdown(&b, p)
	return b.String(), err
}
