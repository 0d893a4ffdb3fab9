package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"atlas-gitops/internal/github"
	"atlas-gitops/internal/plan"
)

// trackDrift keeps one issue for each organization that is not as the tree says: opened, or opened again, when there is
// something to do, and closed when there is nothing any more, or no such organization in the tree. One that could not be
// read in full keeps its issue as it is.
func (a *action) trackDrift(ctx context.Context) error {
	if a.run.Repository == "" {
		return nil
	}
	hub, err := a.hub()
	if err != nil {
		return fmt.Errorf("no issues about drift: %w", err)
	}
	tracker, err := hub.NewTracker(ctx, a.run.Repository)
	if err != nil {
		return driftError(err)
	}
	var errs []error
	about, word := map[string]bool{}, a.words()
	for _, org := range a.fleet.portable().Orgs {
		about[a.issueOf(org).Subject] = true
		if org.Error != "" {
			continue
		}
		if err := a.track(ctx, tracker, org, word(org.Name, org.ID)); err != nil {
			errs = append(errs, driftError(fmt.Errorf("%s: %w", org.Heading(), err)))
		}
	}
	if len(a.only) == 0 {
		errs = append(errs, a.closeGone(ctx, tracker, about))
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

// issueOf is the marker of the issue about an organization.
func (a *action) issueOf(org plan.Org) github.Marker {
	return github.Marker{Subject: a.issuesOf() + cmp.Or(org.ID, org.Name), Run: a.run.ID, Commit: a.run.Commit, Command: "drift", Tree: a.tree()}
}

func (a *action) issuesOf() string { return "drift " + a.commentID + " " }

// tree names the paths that are read.
func (a *action) tree() string {
	paths, err := a.pathsFromRoot()
	if err != nil {
		return "" // there was no plan, then
	}
	slices.Sort(paths)
	return strings.Join(paths, "\n")
}

// closeGone closes the issues about organizations of the same tree that are not in it any more.
func (a *action) closeGone(ctx context.Context, tracker *github.Tracker, about map[string]bool) error {
	var errs []error
	for _, m := range tracker.OpenIssues() {
		if !strings.HasPrefix(m.Subject, a.issuesOf()) || m.Tree != a.tree() || about[m.Subject] {
			continue
		}
		m.Run, m.Commit, m.Digest = a.run.ID, a.run.Commit, ""
		if err := tracker.Close(ctx, m, "The organization is not in the tree any more.\n"); err != nil {
			errs = append(errs, driftError(err))
		}
	}
	return errors.Join(errs...)
}

// maxTitle is how long the title of an issue gets, in runes. GitHub takes 256 characters.
const maxTitle = 200

// track opens, edits or closes the issue about an organization, which the input only takes by the word. What it says changes only with the drift.
func (a *action) track(ctx context.Context, tracker *github.Tracker, org plan.Org, word string) error {
	marker, one := a.issueOf(org), plan.New([]plan.Org{org})
	one.Check(a.maxDeletes.value)
	marker.Digest = one.Digest
	in := *a.invocation
	in.only = []string{word}
	v := in.view(&fleet{plan: one})
	v.Elsewhere = "The summary of the run shows all of it."
	if len(org.Steps) == 0 {
		text, err := markdown(v, one, marker, "")
		return errors.Join(err, tracker.Close(ctx, marker, text))
	}
	text, err := markdown(v, one, marker, "What is live is not what the tree says. Either change the tree, or apply it.\n\n")
	if err != nil {
		return err
	}
	title := []rune(plan.OneLine("Drift in " + org.Heading()))
	return tracker.Open(ctx, marker, string(title[:min(len(title), maxTitle)]), text)
}

// markdown is a plan behind a head, in what room there is beside its marker.
func markdown(v plan.View, p *plan.Plan, m github.Marker, head string) (string, error) {
	var b strings.Builder
	b.WriteString(head)
	v.Size = maxComment - len(m.String()) - len(head)
	err := v.WriteMarkdown(&b, p)
	return b.String(), err
}
