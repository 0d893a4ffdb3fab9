package cli

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"

	"atlas-gitops/internal/client"
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
	case a.report.command == "drift" && a.fleet != nil:
		errs = append(errs, a.trackDrift(ctx))
	case a.report.command == "plan" || a.report.command == "apply":
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

// The variables that name the runner's files.
const (
	outputFile  = "GITHUB_OUTPUT"
	summaryFile = "GITHUB_STEP_SUMMARY"
)

// appendTo appends text to the file that a variable names.
func (in *invocation) appendTo(variable, text string) error {
	f, err := in.Append(in.Getenv(variable))
	if err == nil {
		_, err = io.WriteString(f, text)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return fmt.Errorf("%s: %w", variable, err)
	}
	return nil
}

// text is what the summary, or a comment, says.
func (a *action) text(size int, elsewhere string) string {
	title := "### atlas-gitops " + a.report.command
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
	case a.results == nil && result == endFailed && a.report.command == "apply":
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
		p.Refusals = nil // it was accepted
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
	if a.report.command == "validate" {
		head = "**Nothing was validated.**\n"
	}
	switch mistakes := spec.Count(a.diagnostics, spec.Error); {
	case mistakes > 0:
		head = fmt.Sprintf("**%s in the tree.**\n", times(mistakes, "mistake"))
	case a.overtaken != "":
		head = "**There is a newer tree, so nothing was done.**\n\n```text\n" + overtaken(a.overtaken) + "\n```\n"
	case a.report.command == "validate" && a.err == nil:
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

// comment makes the text the comment on the pull request that the run is about. That it cannot is no failure: the
// summary has it all.
func (a *action) comment(ctx context.Context) {
	if a.invocation.comment.value == "never" || a.run.Repository == "" || a.run.Pull == nil && a.report.command != "apply" {
		return
	}
	hub, err := a.hub()
	if err == nil {
		err = a.commentWith(ctx, hub)
	}
	var refused *github.Error
	const same = "; the summary of this run has the same"
	switch forbidden := errors.As(err, &refused) && refused.Forbidden(); {
	case err == nil:
	case errors.Is(err, github.ErrOutdated):
		a.say(github.NoticeLevel, "comment", "a later run has commented on this pull request already; its comment stays")
	case errors.Is(err, errNoToken), forbidden && refused.Status == http.StatusUnauthorized:
		a.say(github.NoticeLevel, "comment", "no comment on the pull request: "+err.Error()+". Check the input github-token"+same)
	case forbidden:
		a.say(github.NoticeLevel, "comment", "no comment on the pull request: "+err.Error()+". A comment takes permissions: pull-requests: write, which "+
			"runs for forks do not get"+same)
	default:
		a.say(github.WarningLevel, "comment", "no comment on the pull request: "+err.Error()+same)
	}
}

func (a *action) commentWith(ctx context.Context, hub *github.Client) error {
	marker := github.Marker{Of: "comment " + a.commentID, Run: a.run.ID, Commit: a.run.Commit, Command: a.report.command}
	if a.fleet != nil && a.foreign == "" {
		marker.Digest = a.fleet.plan.Digest
	}
	number, err := a.pullToTell(ctx, hub, marker)
	if err != nil || number == 0 {
		return err // a push without a pull request has none to comment on
	}
	n := github.Note{Marker: marker, Optional: a.invocation.comment.value == "on-change" && !a.isNews(), Spares: a.spares}
	n.Text = a.text(maxComment-len(marker.String()), "All of it is in the summary of the run.")
	return hub.Stick(ctx, a.run.Repository, number, n)
}

// pullToTell returns the number of the pull request that the run is about, or 0.
func (a *action) pullToTell(ctx context.Context, hub *github.Client, marker github.Marker) (int, error) {
	switch {
	case a.run.Pull != nil:
		return a.run.Pull.Number, nil
	case a.run.Event == "push":
		return hub.MergedPull(ctx, a.run.Repository, a.run.Checkout, a.run.Branch)
	case a.approved != nil && a.run.Branch != "": // by hand: that which shows what was accepted
		marker.Digest = a.approved.digest
		return hub.PullShowing(ctx, a.run.Repository, a.run.Branch, marker)
	}
	return 0, nil
}

// spares tells whether a comment is worth more than what there is to say: a plan, or what was done, than why there is no
// plan; and what was done, than that nothing had to be.
func (a *action) spares(there github.Marker) bool {
	return a.report.command == "apply" && (a.fleet == nil || a.result() == endNoChanges && there.Command == "apply")
}

var errNoToken = errors.New("there is no GITHUB_TOKEN")

// hub returns the way to GitHub's API.
func (a *action) hub() (*github.Client, error) {
	token := a.Getenv("GITHUB_TOKEN")
	if token == "" {
		return nil, errNoToken
	}
	base, err := client.CheckBaseURL(cmp.Or(a.Getenv("GITHUB_API_URL"), "https://api.github.com"))
	if err != nil {
		return nil, fmt.Errorf("GITHUB_API_URL: %w", err)
	}
	return &github.Client{URL: base, Token: token, UserAgent: "atlas-gitops/" + Version, Transport: a.Transport}, nil
}

// writeOutputs hands over what the steps behind this one may want to know. The plan's files may be missing; the rest is not.
func (a *action) writeOutputs(markdown string) error {
	if a.Getenv(outputFile) == "" {
		return nil
	}
	about := plan.New(nil)
	var digest, asJSON, asMarkdown string
	var err error
	if a.fleet != nil {
		about = a.fleet.plan
	}
	if a.fleet != nil && a.foreign == "" {
		digest = about.Digest
		asJSON, asMarkdown, err = a.writeFiles(markdown)
	}
	outputs := []github.Output{
		{Name: "result", Value: a.result()},
		{Name: "changes", Value: fmt.Sprint(about.Steps() > 0)},
		{Name: "creates", Value: fmt.Sprint(about.Count(plan.Create))},
		{Name: "updates", Value: fmt.Sprint(about.Count(plan.Update))},
		{Name: "deletes", Value: fmt.Sprint(about.Count(plan.Delete))},
		{Name: "digest", Value: digest}, {Name: "plan-json", Value: asJSON}, {Name: "plan-markdown", Value: asMarkdown},
		{Name: "failed-orgs", Value: jsonList(a.wordsFor(a.failedOrgs()))}, {Name: "orgs", Value: jsonList(a.orgsToName())},
	}
	var b strings.Builder
	if err := github.WriteOutputs(&b, outputs); err != nil {
		return err
	}
	return errors.Join(err, a.appendTo(outputFile, b.String()))
}

// jsonList is a list as an expression of a workflow reads it.
func jsonList(words []string) string {
	var b strings.Builder
	_ = plan.EncodeJSON(&b, append([]string{}, words...), "") // a list of texts has a form
	return strings.TrimSpace(b.String())
}

// writeFiles keeps the plan where later steps of the job find it, and returns the names of the files.
func (a *action) writeFiles(markdown string) (asJSON, asMarkdown string, err error) {
	temp := a.Getenv("RUNNER_TEMP")
	if temp == "" {
		return "", "", nil
	}
	unique := make([]byte, 8)
	_, _ = rand.Read(unique) // it never fails
	dir := filepath.Join(temp, "atlas-gitops-"+hex.EncodeToString(unique))
	asJSON, asMarkdown = filepath.Join(dir, "plan.json"), filepath.Join(dir, "plan.md")
	var b strings.Builder
	err = plan.WriteJSON(&b, a.fleet.portable())
	if err == nil {
		err = errors.Join(a.Create(asJSON, []byte(b.String())), a.Create(asMarkdown, []byte(markdown)))
	}
	if err != nil {
		return "", "", fmt.Errorf("RUNNER_TEMP: %w", err)
	}
	return asJSON, asMarkdown, nil
}

// orgsToName returns the organizations that the run is about, each by the word that the input only takes: with validate
// all of them, otherwise those with something to do, or with trouble.
func (a *action) orgsToName() (words []string) {
	if a.fleet == nil {
		for _, o := range a.orgs {
			if a.report.command == "validate" {
				words = append(words, a.wordFor(o.Name, o.ID))
			}
		}
		slices.Sort(words)
		return words
	}
	return a.wordsFor(slices.DeleteFunc(slices.Clone(a.fleet.plan.Orgs), func(o plan.Org) bool { return len(o.Steps) == 0 && o.Error == "" }))
}

func (a *action) wordsFor(orgs []plan.Org) (words []string) {
	for _, o := range orgs {
		words = append(words, a.wordFor(o.Name, o.ID))
	}
	slices.Sort(words)
	return words
}

// wordFor is the name of an organization, or its id where another one is called the same.
func (a *action) wordFor(name, id string) string {
	same := 0
	for _, o := range a.orgs {
		if o.Name == name {
			same++
		}
	}
	if same > 1 && id != "" {
		return id
	}
	return name
}
