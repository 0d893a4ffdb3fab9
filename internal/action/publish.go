package action

import (
	"context"
	"errors"
	"slices"

	"atlas-gitops/internal/github"
)

// The longest texts, in bytes. GitHub drops the summary of a step above 1 MiB and rejects a comment above 65,536 characters.
const (
	maxSummary = 900 << 10
	maxComment = 60_000
)

// publisher reports a run to GitHub.
type publisher struct{ *job }

// publish writes files before it calls GitHub: a cancelled run has little time left, and GitHub may be slow.
func (p publisher) publish(ctx context.Context) error {
	whole := p.text(maxSummary, "See the log of this step.")
	errs := []error{p.writeOutputs(whole)}
	if name := p.Getenv(summaryFile); p.Summary && name != "" {
		errs = append(errs, appendTo(p.Env, summaryFile, whole))
	}
	switch {
	case p.Command == "drift" && p.report.run != nil:
		errs = append(errs, p.trackDrift(ctx))
	case p.Command == "plan" || p.Command == "apply":
		p.comment(ctx)
	}
	if p.Annotations {
		full := "the summary of this run"
		if !p.Summary {
			full = "the log of this step"
		}
		_, err := github.Annotate(p.Log, slices.Concat(p.notes, annotateDiagnostics(p.Home, p.report.diagnostics), annotator{p.report}.annotations()), full)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
