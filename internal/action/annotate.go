package action

import (
	"io"
	"slices"
	"strings"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/github"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/render"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/spec"
)

// WriteAnnotations writes diagnostics as GitHub's workflow commands. GitHub shows only the first ones: after them comes the number
// of the others, and then the others, which only the log shows. Each ends with a link to its rule. home is the URL of the
// repository of atlas-gitops.
func WriteAnnotations(w io.Writer, home string, diagnostics []spec.Diagnostic) error {
	rest, err := github.Annotate(w, annotateDiagnostics(home, diagnostics), "the log of this step")
	for _, a := range rest {
		if err == nil {
			_, err = io.WriteString(w, a.Command())
		}
	}
	return err
}

func annotateDiagnostics(home string, diagnostics []spec.Diagnostic) (all []github.Annotation) {
	for _, d := range diagnostics {
		// The message repeats the place because the log shows only the message.
		all = append(all, github.Annotation{
			Level: levelOf(d.Severity), Title: "atlas-gitops " + d.Rule, Message: d.Place.String() + ": " + render.Diagnostic(d), Link: render.RuleURL(home, d.Rule),
			File: d.File, Line: d.Line, Column: d.Column, EndColumn: d.EndColumn - 1, // GitHub's end is the last column
		})
	}
	return all
}

func levelOf(s spec.Severity) github.Level {
	switch s {
	case spec.Error:
		return github.ErrorLevel
	case spec.Warning:
		return github.WarningLevel
	}
	return github.NoticeLevel
}

// annotator turns a report into annotations: steps, results and errors at their lines of the tree.
type annotator struct{ *report }

func (r annotator) annotations() []github.Annotation {
	all := r.annotateRun()
	if r.run != nil {
		all = append(all, r.annotatePlan()...)
	}
	return all
}

// annotateRun returns the annotations that are not about one organization: errors of the run, and why it has no plan or no base.
func (r annotator) annotateRun() (all []github.Annotation) {
	for _, line := range reconcile.Lines(r.err) {
		all = append(all, note(github.ErrorLevel, plan.Source{}, "error", line))
	}
	if r.superseded != "" {
		all = append(all, note(github.ErrorLevel, plan.Source{}, "not applied", supersededBy(r.superseded)))
	}
	if r.noBase != "" {
		all = append(all, note(github.NoticeLevel, plan.Source{}, "note", r.noBase))
	}
	if r.offlineReason != "" {
		all = append(all, note(github.NoticeLevel, plan.Source{}, "not compared with Atlas", r.offlineReason))
	}
	return all
}

func (r annotator) annotatePlan() (all []github.Annotation) {
	if r.result() == endStale { // there is a plan, so it is not the accepted one
		all = append(all, note(github.ErrorLevel, plan.Source{}, "not applied", "this is not the plan that was accepted; nothing was applied"))
	}
	for _, org := range r.run.Plan.Orgs {
		for _, p := range org.Problems {
			all = append(all, note(github.ErrorLevel, p.At, "not planned", p.Text(org.Name)))
		}
	}
	all = append(all, r.annotateGuards()...)
	warnings, notices := r.annotateReview()
	all = append(all, warnings...)
	for _, org := range r.run.Plan.Orgs {
		all = append(all, r.annotateOrg(org)...)
	}
	all = append(all, notices...) // GitHub shows only a few: the steps come first
	for i, result := range r.applied.Results {
		all = append(all, r.annotateResult(r.run.Plan.Orgs[i], r.run.Plan.IsBlocked(i) && !r.approval.Covers(r.run.Plan), result)...)
	}
	return all
}

func note(level github.Level, at plan.Source, title, message string) github.Annotation {
	return github.Annotation{Level: level, Title: "atlas-gitops: " + title, Message: safetext.Line(message), File: at.File, Line: at.Line}
}

// annotateGuards annotates what guards block. The guard of the run gets one annotation, not one for each organization that it blocks.
func (r annotator) annotateGuards() (all []github.Annotation) {
	if r.approval.Covers(r.run.Plan) {
		return nil
	}
	hasTotal := false
	for _, v := range r.run.Plan.Violations {
		isTotal := v.Guard == plan.TotalRemovals
		if r.run.Plan.IsBlocked(v.Org) && !(isTotal && hasTotal) {
			all = append(all, r.annotateViolation(v, r.run.Plan.Orgs[v.Org]))
		}
		hasTotal = hasTotal || isTotal
	}
	return all
}

// annotateViolation annotates the violation of a guard at the first step that the guard counted.
func (r annotator) annotateViolation(v plan.Violation, org plan.Org) github.Annotation {
	level := github.WarningLevel
	if r.result() == endBlocked && r.conclusion() == Refused {
		level = github.ErrorLevel
	}
	var at plan.Source
	objects := org.Objects()
	if i := slices.IndexFunc(objects, v.IsAbout); i >= 0 {
		at = r.run.PlaceOf(org, objects[i])
	}
	message := render.Violation(v)
	if v.Guard != plan.TotalRemovals { // it is not about one organization
		message = org.Heading() + ": " + message
	}
	return note(level, at, "a guard blocks this", message)
}

// annotateReview annotates what the change of the tree means, each line at its place.
func (r annotator) annotateReview() (warnings, notices []github.Annotation) {
	for _, line := range render.ReviewLines(r.run.Plan.Review) {
		var at plan.Source
		if line.Source != nil {
			at = *line.Source
		}
		if line.About.IsWarning() {
			warnings = append(warnings, note(github.WarningLevel, at, "this change", line.Message()))
		} else {
			notices = append(notices, note(github.NoticeLevel, at, "this change", line.Message()))
		}
	}
	return warnings, notices
}

// annotateOrg annotates the notices of an organization. It also annotates the steps, unless they have results.
func (r annotator) annotateOrg(org plan.Org) (all []github.Annotation) {
	for _, n := range org.Notices {
		if slices.Contains([]plan.NoticeKind{plan.Rejected, plan.Lookalike, plan.UnusedAcceptance}, n.About) {
			at := r.run.PlaceOf(org, plan.Step{Kind: n.Kind, Key: n.Key, Source: n.Source})
			all = append(all, note(github.WarningLevel, at, "note", org.Heading()+": "+render.Notice(n)))
		}
	}
	if r.applied.HasTried() {
		return all
	}
	for _, s := range org.Steps {
		level := github.NoticeLevel
		if s.IsDestructive() || s.IsDeferred() {
			level = github.WarningLevel
		}
		all = append(all, note(level, r.run.PlaceOf(org, s), "planned", org.Heading()+": "+s.Line()+details(s)))
	}
	return all
}

// details returns what a step changes, for the end of its line.
func details(s plan.Step) string {
	if lines := (render.View{}).Details(s); len(lines) > 0 {
		return ": " + strings.Join(lines, "; ")
	}
	return ""
}

// annotateResult annotates the steps that were not done, and the done steps that have a reason to report. Steps that the run held back
// get one annotation, at the first of them, unless a guard is the reason: that has annotations of its own.
func (r annotator) annotateResult(org plan.Org, isGuarded bool, result apply.Result) (all []github.Annotation) {
	for i, o := range result.Outcomes {
		level, why := github.ErrorLevel, o.Reason
		switch {
		case o.Verdict == apply.Blocked && (i > 0 || isGuarded):
			continue
		case o.Good() && why == "":
			continue
		case o.Good():
			level = github.WarningLevel
		case o.Err != nil:
			why = resource.Explain(o.Err)
		}
		all = append(all, note(level, r.run.PlaceOf(org, o.Step), string(o.Verdict), result.Org.Heading()+": "+o.Step.Line()+": "+why))
	}
	return all
}
