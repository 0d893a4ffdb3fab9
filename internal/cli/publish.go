package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"atlas-gitops/internal/github"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/spec"
)

// The sizes of what is shown, in bytes. GitHub drops the summary of a step above 1 MiB, and refuses a comment above
// 65,536 characters.
const (
	maxSummary = 900 << 10
	maxComment = 60_000
)

// publish tells GitHub what the run came to: first in files, since a run that is cancelled does not have long, and GitHub
// may be slow to answer.
func (a *action) publish(ctx context.Context) error {
	whole := a.text(maxSummary, "See the log of this step.")
	errs := []error{a.writeOutputs(whole)}
	if name := a.Getenv(summaryFile); a.summary && name != "" {
		errs = append(errs, a.appendTo(summaryFile, whole))
	}
	switch {
	case a.command == "drift" && a.fleet != nil:
		errs = append(errs, a.trackDrift(ctx))
	case a.command == "plan" || a.command == "apply":
		a.comment(ctx)
	}
	if a.annotate {
		elsewhere := "the summary of this run"
		if !a.summary {
			elsewhere = "the log of this step"
		}
		_, err := github.Annotate(a.log, slices.Concat(a.notes, annotationsOf(a.fromRoot(a.diagnostics)), a.annotations(a.namesFromRoot())), elsewhere)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// text is what the summary, or a comment, says.
func (a *action) text(size int, elsewhere string) string {
	title := "### atlas-gitops " + a.command
	if a.commentID != "default" {
		title += " `" + plan.OneLine(a.commentID) + "`"
	}
	about := fmt.Sprintf("%s\n\nFor commit `%s`", title, plan.OneLine(a.run.Commit))
	if a.run.URL != "" {
		about += fmt.Sprintf(", by [this run](%s)", a.run.URL)
	}
	if a.foreign != "" {
		about += ". " + withoutCredentials + " " + strings.TrimSuffix(a.foreign, ".")
	}
	var b strings.Builder
	b.WriteString(about + ".\n\n")
	// A [strings.Builder] takes everything.
	_ = a.writeBody(&b, size-b.Len(), elsewhere)
	return b.String()
}

func (a *action) writeBody(w io.Writer, size int, elsewhere string) error {
	if a.fleet == nil {
		return a.writeFindings(w, size, elsewhere)
	}
	head := ""
	switch result := a.result(); {
	case result == endStale:
		head = "**This is not the plan that was accepted, so nothing was done.** This is what is needed now:\n\n"
	case result == endBlocked:
		head = "**Guards refuse this plan, so nothing was done.**\n\n"
	case a.results == nil && result == endFailed && a.command == "apply":
		head = "**Nothing was done.**\n\n"
	}
	if lines := a.errorLines(); len(lines) > 0 || a.noBase != "" {
		page := plan.NewPage(size/2, head, elsewhere, "\n")
		page.Section("### Errors", "\n\n```text\n", lines, "```\n")
		if a.noBase != "" {
			page.Section("### To know", "\n\n```text\n", []plan.Block{{Text: a.noBase + "\n"}}, "```\n")
		}
		var b strings.Builder
		if err := page.Write(&b, 0); err != nil {
			return err
		}
		head = b.String()
	}
	if _, err := io.WriteString(w, head); err != nil {
		return err
	}
	return a.writePlan(w, size-len(head), elsewhere)
}

// writePlan writes the plan, or what became of it.
func (a *action) writePlan(w io.Writer, size int, elsewhere string) error {
	p := a.fleet.portable()
	if a.results != nil {
		v := a.fleet.view(false)
		v.Size, v.Elsewhere = size, elsewhere
		return v.WriteMarkdown(w, p, a.results)
	}
	if a.approved.covers(p) {
		p.Violations = nil // it was accepted
	}
	v := a.view(a.fleet)
	v.Size, v.Elsewhere = size, elsewhere
	return v.WriteMarkdown(w, p)
}

func (a *action) errorLines() (lines []plan.Block) {
	for _, one := range split(a.err) {
		if one == errShown {
			continue
		}
		for _, line := range explainAll(one) {
			lines = append(lines, plan.Block{Text: "error: " + plan.OneLine(line) + "\n"})
		}
	}
	return lines
}

// writeFindings writes what was found in the tree, and why there is no plan.
func (a *action) writeFindings(w io.Writer, size int, elsewhere string) error {
	head := "**No plan.**\n"
	if a.command == "validate" {
		head = "**Nothing was validated.**\n"
	}
	switch mistakes := spec.Count(a.diagnostics, spec.Error); {
	case mistakes > 0:
		head = fmt.Sprintf("**%s in the tree.**\n", times(mistakes, "mistake"))
	case a.overtaken != "":
		head = "**There is a newer tree, so nothing was done.**\n\n```text\n" + overtaken(a.overtaken) + "\n```\n"
	case a.command == "validate" && a.err == nil:
		head = "**" + areValid(len(a.orgs)) + ".**\n"
	}
	page := plan.NewPage(size, head, elsewhere, "")
	var findings []plan.Block
	for _, d := range a.fromRoot(a.diagnostics) {
		var b strings.Builder
		if err := spec.WriteText(&b, []spec.Diagnostic{d}); err != nil {
			return err
		}
		text, _, _ := strings.Cut(b.String(), "\n1 ") // without how many there are
		findings = append(findings, plan.Block{Text: fenced(text)})
	}
	page.Section("\n### Errors", "\n\n```text\n", a.errorLines(), "```\n")
	page.Section("\n### In the tree", "\n\n```text\n", findings, "```\n")
	return page.Write(w, 0)
}

// fenced returns lines that cannot end a fence.
func fenced(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "`", "'") + "\n")
	}
	return b.String()
}
