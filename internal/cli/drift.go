package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"atlas-gitops/internal/github"
	"atlas-gitops/internal/plan"
)

// trackDrift keeps one issue for each organization that is not as the tree says: opened, or opened again, when there is
// something to do, and closed when there is nothing any more. An organization that could not be read in full keeps its
// issue as it is.
func (p *publisher) trackDrift(ctx context.Context) error {
	if p.run.Repository == "" {
		return nil
	}
	hub, err := p.hub()
	if err != nil {
		return fmt.Errorf("no issues about drift: %w", err)
	}
	tracker, err := hub.NewTracker(ctx, p.run.Repository)
	if err != nil {
		return driftError(err)
	}
	var errs []error
	for _, org := range p.fleet.portable().Orgs {
		if org.Error != "" {
			continue
		}
		if err := p.track(ctx, tracker, org); err != nil {
			errs = append(errs, driftError(fmt.Errorf("%s: %w", org.Heading(), err)))
		}
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

// maxTitle is how long the title of an issue gets, in runes. GitHub takes 256 characters.
const maxTitle = 200

func (p *publisher) track(ctx context.Context, tracker *github.Tracker, org plan.Org) error {
	marker := github.Marker{Of: "drift " + p.in.commentID + " " + cmp.Or(org.ID, org.Name), Run: p.run.ID, Commit: p.run.Commit}
	one := plan.New([]plan.Org{org})
	one.Check(p.in.maxDeletes.value)
	marker.Digest = one.Digest
	only := *p.in
	only.only = []string{p.wordFor(org.Name, org.ID)}
	var text strings.Builder
	text.WriteString("What is live is not what the tree says. Either change the tree, or apply it.\n\n")
	if len(org.Steps) == 0 {
		text.Reset()
	}
	v := plan.View{Command: only.commandFor(one), Size: maxComment - len(marker.String()) - text.Len(), Elsewhere: "`plan` shows all of it."}
	if err := v.WriteMarkdown(&text, one); err != nil {
		return err
	}
	if len(org.Steps) == 0 {
		return tracker.Close(ctx, marker, text.String())
	}
	title := []rune(plan.OneLine("Drift in " + org.Heading()))
	return tracker.Open(ctx, marker, string(title[:min(len(title), maxTitle)]), text.String())
}
