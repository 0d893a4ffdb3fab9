package action

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"atlas-gitops/internal/github"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/safetext"
)

// checkNewest sets superseded if the branch has a newer tree. An old run that waited, or that somebody reran, would otherwise undo
// the changes of a newer run.
func (j *job) checkNewest(ctx context.Context) error {
	w := j.workflow
	if w.Branch == "" || w.Repository == "" {
		return nil
	}
	hub, err := j.hub()
	var files []string
	var all bool
	if err == nil {
		files, all, err = hub.ChangedSince(ctx, w.Repository, w.Commit, w.Branch)
	}
	var refused *github.Error
	switch {
	case errors.Is(err, errNoToken), errors.As(err, &refused) && refused.Forbidden():
		j.say(github.WarningLevel, "order", "cannot check whether this is the newest tree of "+w.Branch+": "+err.Error()+"; check the input github-token, and give the job permissions: contents: read")
		return nil
	case err != nil:
		return fmt.Errorf("cannot check whether this is the newest tree of %s, so nothing was applied: %w; run it again", w.Branch, err)
	case !all && !slices.ContainsFunc(files, j.report.tree.Reads().Has):
		return nil
	}
	j.report.superseded = w.Branch
	_, err = fmt.Fprintln(j.Log, supersededBy(w.Branch))
	return err
}

func supersededBy(branch string) string {
	return "A newer commit on " + safetext.Line(branch) + " changes this tree, so nothing was applied. Rerun the newest run of the workflow instead of this one."
}

// say adds an annotation about the run itself.
func (j *job) say(level github.Level, about, message string) {
	j.notes = append(j.notes, note(level, plan.Source{}, about, message))
}
