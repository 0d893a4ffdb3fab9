package cli

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"atlas-gitops/internal/client"
	"atlas-gitops/internal/github"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/spec"
)

// publisher tells GitHub what a run of the action came to.
type publisher struct {
	in  *invocation
	run *github.Run
	*report
	log io.Writer // which the runner reads
}

// The sizes of what is shown, in bytes. GitHub drops the summary of a step above 1 MiB, and refuses a comment above
// 65,536 characters.
const (
	maxSummary = 900 << 10
	maxComment = 60_000
)

func (p *publisher) publish(ctx context.Context) error {
	var errs []error
	if p.in.annotate {
		elsewhere := "the summary of this run"
		if !p.in.summary {
			elsewhere = "the log of this step"
		}
		_, err := github.Annotate(p.log, p.annotations(p.in.namesFromRoot()), elsewhere)
		errs = append(errs, err)
	}
	whole := p.text(maxSummary, "See the log of this step.")
	if name := p.in.Getenv("GITHUB_STEP_SUMMARY"); p.in.summary && name != "" {
		errs = append(errs, p.in.appendTo(name, whole))
	}
	switch {
	case p.command == "drift" && p.fleet != nil:
		errs = append(errs, p.trackDrift(ctx))
	case p.command != "validate" && p.command != "drift" && p.in.comment.value != "never":
		errs = append(errs, p.comment(ctx))
	}
	return errors.Join(append(errs, p.writeOutputs(whole))...)
}

// appendTo appends text to a file of the runner's.
func (in *invocation) appendTo(name, text string) error {
	f, err := in.Append(name)
	if err != nil {
		return err
	}
	_, err = io.WriteString(f, text)
	return errors.Join(err, f.Close())
}

// text is what the summary, or a comment, says.
func (p *publisher) text(size int, elsewhere string) string {
	title := "### atlas-gitops " + p.command
	if p.in.commentID != "default" {
		title += " `" + plan.OneLine(p.in.commentID) + "`"
	}
	about := fmt.Sprintf("%s\n\nFor commit `%s`", title, plan.OneLine(p.run.Commit))
	if p.run.URL != "" {
		about += fmt.Sprintf(", by [this run](%s)", p.run.URL)
	}
	var b strings.Builder
	if p.foreign != "" {
		about += ". " + withoutCredentials + " " + strings.TrimSuffix(p.foreign, ".")
	}
	b.WriteString(about + ".\n\n")
	// A [strings.Builder] takes everything.
	_ = p.writeBody(&b, size-b.Len(), elsewhere)
	return b.String()
}

func (p *publisher) writeBody(w io.Writer, size int, elsewhere string) error {
	f := p.fleet
	switch {
	case f == nil:
		return p.writeFindings(w, size, elsewhere)
	case p.results != nil:
		v := f.view(false)
		v.Size, v.Elsewhere = size, elsewhere
		return v.WriteMarkdown(w, f.portable(), p.results)
	}
	head := ""
	switch result := p.result(); {
	case result == endStale:
		head = "**This is not the plan that was accepted, so nothing was done.** This is what is needed now:\n\n"
	case result == endBlocked:
		head = "**Guards refuse this plan, so nothing was done.**\n\n"
	case result == endFailed && p.command == "apply":
		head = "**Nothing was done.**\n\n"
	}
	v := p.in.view(f)
	v.Size, v.Elsewhere = size-len(head), elsewhere
	if _, err := io.WriteString(w, head); err != nil {
		return err
	}
	return v.WriteMarkdown(w, f.portable())
}

// writeFindings writes what was found in the tree, and why there is no plan.
func (p *publisher) writeFindings(w io.Writer, size int, elsewhere string) error {
	head := "**No plan.**\n"
	if mistakes := spec.Count(p.diagnostics, spec.Error); mistakes > 0 {
		head = fmt.Sprintf("**%s in the tree.**\n", times(mistakes, "mistake"))
	} else if p.command == "validate" {
		head = "**" + areValid(len(p.orgs)) + ".**\n"
	}
	page := plan.NewPage(size, head, elsewhere, "")
	var findings, errs []plan.Block
	for _, d := range p.in.fromRoot(p.diagnostics) {
		var b strings.Builder
		if err := spec.WriteText(&b, []spec.Diagnostic{d}); err != nil {
			return err
		}
		text, _, _ := strings.Cut(b.String(), "\n1 ") // without how many there are
		findings = append(findings, plan.Block{Text: fenced(text)})
	}
	for _, line := range explainAll(p.err) {
		if line != errShown.Error() {
			errs = append(errs, plan.Block{Text: "error: " + plan.OneLine(line) + "\n"})
		}
	}
	page.Section("\n### Errors", "\n\n```text\n", errs, "```\n")
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
func (p *publisher) comment(ctx context.Context) error {
	if p.run.Repository == "" || p.run.Pull == nil && p.command != "apply" {
		return nil
	}
	hub, err := p.hub()
	if err == nil {
		err = p.commentWith(ctx, hub)
	}
	var refused *github.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, github.ErrOutdated):
		return p.say(github.NoticeLevel, "a later run has commented on this pull request already; its comment stays")
	case errors.As(err, &refused) && refused.Forbidden(), errors.Is(err, errNoToken):
		return p.say(github.NoticeLevel, "no comment on the pull request: "+err.Error()+". A comment takes permissions: pull-requests: write, which "+
			"runs for forks do not get; the summary of this run has the same")
	}
	return p.say(github.WarningLevel, "no comment on the pull request: "+err.Error()+"; the summary of this run has the same")
}

func (p *publisher) say(level github.Level, message string) error {
	_, err := io.WriteString(p.log, note(level, plan.Source{}, "comment", message).Command())
	return err
}

func (p *publisher) commentWith(ctx context.Context, hub *github.Client) error {
	number := 0
	if p.run.Pull != nil {
		number = p.run.Pull.Number
	} else {
		var err error
		if number, err = hub.MergedPull(ctx, p.run.Repository, p.run.Commit, p.run.Branch); err != nil || number == 0 {
			return err // a push without a pull request has none to comment on
		}
	}
	marker := github.Marker{Of: "comment " + p.in.commentID, Run: p.run.ID, Commit: p.run.Commit}
	if p.fleet != nil && p.foreign == "" {
		marker.Digest = p.fleet.plan.Digest
	}
	elsewhere := "All of it is in the summary of the run."
	text := p.text(maxComment-len(marker.String()), elsewhere)
	return hub.Stick(ctx, p.run.Repository, number, marker, text, p.in.comment.value == "always" || p.result() != endNoChanges)
}

var errNoToken = errors.New("there is no GITHUB_TOKEN")

// hub returns the way to GitHub's API.
func (p *publisher) hub() (*github.Client, error) {
	token := p.in.Getenv("GITHUB_TOKEN")
	if token == "" {
		return nil, errNoToken
	}
	base, err := client.CheckBaseURL(cmp.Or(p.in.Getenv("GITHUB_API_URL"), "https://api.github.com"))
	if err != nil {
		return nil, fmt.Errorf("GITHUB_API_URL: %w", err)
	}
	return &github.Client{URL: base, Token: token, UserAgent: "atlas-gitops/" + Version, Transport: p.in.Transport}, nil
}

// writeOutputs hands over what the steps behind this one may want to know.
func (p *publisher) writeOutputs(markdown string) error {
	name := p.in.Getenv("GITHUB_OUTPUT")
	if name == "" {
		return nil
	}
	outputs := []github.Output{{Name: "result", Value: p.result()}}
	add := func(name, value string) { outputs = append(outputs, github.Output{Name: name, Value: value}) }
	about := plan.New(nil)
	var jsonFile, markdownFile string
	if p.fleet != nil {
		about = p.fleet.plan
	}
	if p.fleet != nil && p.foreign == "" {
		var err error
		if jsonFile, markdownFile, err = p.writeFiles(markdown); err != nil {
			return err
		}
		add("digest", about.Digest)
	}
	add("changes", fmt.Sprint(about.Steps() > 0))
	add("creates", fmt.Sprint(about.Count(plan.Create)))
	add("updates", fmt.Sprint(about.Count(plan.Update)))
	add("deletes", fmt.Sprint(about.Count(plan.Delete)))
	add("plan-json", jsonFile)
	add("plan-markdown", markdownFile)
	for _, list := range []github.Output{{Name: "failed-orgs"}, {Name: "orgs"}} {
		var b strings.Builder
		if err := plan.EncodeJSON(&b, p.listOf(list.Name), ""); err != nil {
			return err
		}
		add(list.Name, strings.TrimSpace(b.String()))
	}
	var b strings.Builder
	if err := github.WriteOutputs(&b, outputs); err != nil {
		return err
	}
	return p.in.appendTo(name, b.String())
}

// writeFiles keeps the plan where later steps of the job find it, and returns the names of the files.
func (p *publisher) writeFiles(markdown string) (asJSON, asMarkdown string, err error) {
	temp := p.in.Getenv("RUNNER_TEMP")
	if temp == "" {
		return "", "", nil
	}
	unique := make([]byte, 8)
	_, _ = rand.Read(unique) // it never fails
	dir := filepath.Join(temp, "atlas-gitops-"+hex.EncodeToString(unique))
	asJSON, asMarkdown = filepath.Join(dir, "plan.json"), filepath.Join(dir, "plan.md")
	var b strings.Builder
	if err := plan.WriteJSON(&b, p.fleet.portable()); err != nil {
		return "", "", err
	}
	return asJSON, asMarkdown, errors.Join(p.in.Create(asJSON, []byte(b.String())), p.in.Create(asMarkdown, []byte(markdown)))
}

// listOf returns the organizations of an output, each by the word that the input only takes.
func (p *publisher) listOf(output string) []string {
	list := []string{}
	switch {
	case output == "failed-orgs":
		for _, org := range p.failedOrgs() {
			list = append(list, p.wordFor(org.Name, org.ID))
		}
	case p.fleet == nil && p.command == "validate":
		for _, o := range p.orgs {
			list = append(list, p.wordFor(o.Name, o.ID))
		}
	case p.fleet != nil:
		for _, org := range p.fleet.plan.Orgs {
			if len(org.Steps) > 0 || org.Error != "" {
				list = append(list, p.wordFor(org.Name, org.ID))
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// wordFor is the name of an organization, or its id where another one is called the same.
func (p *publisher) wordFor(name, id string) string {
	same := 0
	for _, o := range p.orgs {
		if o.Name == name {
			same++
		}
	}
	if same > 1 && id != "" {
		return id
	}
	return name
}
