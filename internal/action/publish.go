package action

import (
	"context"
	"errors"
	"slices"

	"atlas-gitops/internal/github"
)

// The sizes of what is shown, in bytes. GitHub drops the summary of a step above 1 MiB, and refuses a comment above
// 65,536 characters.
const (
	maxSummary = 900 << 10
	maxComment = 60_000
)

// publish tells GitHub what the run came to: first in files, since a run that is cancelled does not have long, and GitHub
// may be slow to answer.
func (j *job) publish(ctx context.Context) error {
	whole := j.text(maxSummary, "See the log of this step.")
	errs := []error{j.writeOutputs(whole)}
	if name := j.Getenv(summaryFile); j.Summary && name != "" {
		errs = append(errs, appendTo(j.Env, summaryFile, whole))
	}
	switch {
	case j.Command == "drift" && j.report.run != nil:
		errs = append(errs, j.trackDrift(ctx))
	case j.Command == "plan" || j.Command == "apply":
		j.comment(ctx)
	}
	if j.Annotations {
		full := "the summary of this run"
		if !j.Summary {
			full = "the log of this step"
		}
		_, err := github.Annotate(j.Log, slices.Concat(j.notes, annotateDiagnostics(j.report.diagnostics), j.report.annotations()), full)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
