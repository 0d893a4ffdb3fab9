package action

import (
	"fmt"
	"io"
	"strings"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/render"
	"atlas-gitops/internal/safetext"
)

// text returns the report for the summary or a comment, in at most size bytes. fullOutput says where the rest is.
func (p publisher) text(size int, fullOutput string) string {
	title := "### atlas-gitops " + p.Command
	if p.CommentID != "default" {
		title += " `" + safetext.Line(p.CommentID) + "`"
	}
	about := fmt.Sprintf("For commit `%s`", safetext.Line(p.workflow.Commit))
	if p.workflow.URL != "" {
		about += fmt.Sprintf(", by [this run](%s)", p.workflow.URL)
	}
	r := p.report
	if r.offlineReason != "" {
		about += ". " + strings.TrimSuffix(r.offlineReason, ".")
	}
	var b strings.Builder
	b.WriteString(title + "\n\n")
	about += ".\n\n"
	// A [strings.Builder] returns no errors.
	if r.run == nil {
		b.WriteString(about)
		_ = writeFindings(&b, r, size-b.Len(), fullOutput)
	} else {
		_ = p.writeRun(&b, about, size-b.Len(), fullOutput)
	}
	return b.String()
}

// view shows a plan with the inputs that accept it. only is the value of the input only.
func (j *job) view(p *plan.Plan, only []string) render.View {
	v := render.View{Now: j.Now(), Command: accept(p.Digest, only), AcceptOne: accept(p.BlockedDigest(), only), AcceptHint: ", set these inputs of the workflow that applies"}
	if j.report.run != nil && j.Command != "drift" {
		v.AcceptedFile = j.report.run.AcceptedFile
	}
	if j.report.approval.Covers(p) {
		v.AcceptedWith = "the input accept"
	}
	return v
}

// accept returns the inputs that accept a digest; "" for none.
func accept(digest string, only []string) string {
	if digest == "" {
		return ""
	}
	return withOnly("accept: "+digest, only)
}

// next returns the inputs for another run after an apply that left steps undone.
func (j *job) next(done reconcile.ApplyResult) render.Next {
	next := render.Next{Hint: " in a new run of the workflow, with these inputs", Replan: withOnly("command: plan", j.Only),
		InvitationsLeft: done.InvitationsLeft, TimeLeft: done.TimeLeft, Unapproved: done.Held.Count(apply.NotApproved)}
	if done.Held.Count(apply.ByGuards) > 0 {
		next.Accept = accept(j.report.run.Plan.BlockedDigest(), j.Only)
	}
	switch {
	case done.IsSpent:
	case len(j.Accept) > 0:
		next.Again = withOnly("command: apply\naccept: "+strings.Join(j.Accept, "\naccept: "), j.Only)
	default:
		next.Again = withOnly("command: apply", j.Only)
	}
	return next
}

// withOnly returns lines with inputs, and below them the input only, one line for each organization.
func withOnly(inputs string, only []string) string {
	return strings.Join(append([]string{inputs}, only...), "\nonly: ")
}

// writeRun writes the plan, or its results if it was applied.
func (p publisher) writeRun(w io.Writer, about string, size int, fullOutput string) error {
	r := p.report
	head, err := head(r, size/2, fullOutput)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, head); err != nil {
		return err
	}
	v := p.view(r.run.Plan, p.Only)
	v.ComparedWith, v.Size, v.FullOutput = r.run.ComparedWith, size-len(head), fullOutput
	v.About = about
	if r.applied.HasTried() {
		v.Next = p.next(r.applied)
		return v.WriteResultsMarkdown(w, r.run.Plan, r.applied.Results)
	}
	return v.WritePlanMarkdown(w, r.run.Plan)
}

// head returns the text above the plan or the results: why nothing was applied, and errors.
func head(r *report, size int, fullOutput string) (string, error) {
	head := ""
	switch result := r.result(); {
	case result == endStale:
		head = "**This is not the plan that was accepted; nothing was applied.** The plan is now:\n\n"
	case r.applied.IsBlocked() && !r.applied.HasTried():
		head = "**Nothing was applied.**\n\n"
	case r.applied.Results == nil && result == endFailed && r.command == "apply":
		head = "**Nothing was applied.**\n\n"
	}
	lines := errorLines(r.err)
	if !r.applied.IsStale && !r.applied.IsOnlyGuarded() {
		lines = append(lines, errorLines(r.applied.BlockedError(r.approval, ""))...)
	}
	if len(lines) == 0 && r.noBase == "" {
		return head, nil
	}
	page := render.NewPage(size, head, fullOutput, "\n")
	page.Section("### Errors", "\n\n```text\n", lines, "```\n")
	if r.noBase != "" {
		page.Section("### Notes", "\n\n```text\n", []render.Block{{Text: r.noBase + "\n"}}, "```\n")
	}
	var b strings.Builder
	err := page.Write(&b, 0)
	return b.String(), err
}

func errorLines(err error) (lines []render.Block) {
	for _, line := range reconcile.Lines(err) {
		lines = append(lines, render.Block{Text: "error: " + line + "\n"})
	}
	return lines
}

// writeFindings writes the diagnostics of the tree. It also says why there is no plan or no validation.
func writeFindings(w io.Writer, r *report, size int, fullOutput string) error {
	head := "**There is no plan.**\n"
	if r.command == "validate" {
		head = "**The tree was not validated.**\n"
	}
	switch mistakes := r.mistakes(); {
	case mistakes > 0:
		head = fmt.Sprintf("**%s in the tree.**\n", render.Count(mistakes, "mistake"))
	case r.superseded != "":
		head = "**A newer commit changes this tree; nothing was applied.**\n\n```text\n" + supersededBy(r.superseded) + "\n```\n"
	case r.command == "validate" && r.err == nil:
		head = "**" + render.AreValid(len(r.selection.Orgs)) + ".**\n"
	}
	page := render.NewPage(size, head, fullOutput, "")
	var findings []render.Block
	for _, d := range r.diagnostics {
		findings = append(findings, render.Block{Text: safetext.Lines(render.DiagnosticLines(d))})
	}
	page.Section("\n### Errors", "\n\n```text\n", errorLines(r.err), "```\n")
	page.Section("\n### In the tree", "\n\n```text\n", findings, "```\n")
	return page.Write(w, 0)
}
