package action

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"atlas-gitops/internal/github"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/safetext"
)

// The variables that name the runner's files.
const (
	outputFile  = "GITHUB_OUTPUT"
	summaryFile = "GITHUB_STEP_SUMMARY"
)

// appendTo appends text to the file that a variable names.
func appendTo(e reconcile.Env, variable, text string) error {
	f, err := e.Append(e.Getenv(variable))
	if err == nil {
		_, err = io.WriteString(f, text)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return fmt.Errorf("%s: %w", variable, err)
	}
	return nil
}

// appendOutputs hands outputs to the steps behind this one, if the runner takes any.
func appendOutputs(e reconcile.Env, outputs []github.Output) error {
	if e.Getenv(outputFile) == "" {
		return nil
	}
	var b strings.Builder
	if err := github.WriteOutputs(&b, outputs); err != nil {
		return err
	}
	return appendTo(e, outputFile, b.String())
}

// writeOutputs hands over what the steps behind this one may want to know. The plan's files may be missing; the rest is not.
func (p publisher) writeOutputs(markdown string) error {
	if p.Getenv(outputFile) == "" {
		return nil
	}
	r, about := p.report, plan.New(nil)
	var digest, asJSON, asMarkdown string
	var err error
	if r.run != nil {
		about = r.run.Plan
	}
	if r.run != nil && r.offlineReason == "" {
		digest = about.Digest
		asJSON, asMarkdown, err = writeFiles(p.Env, about, markdown)
	}
	return errors.Join(err, appendOutputs(p.Env, []github.Output{
		{Name: "result", Value: r.result()},
		{Name: "changes", Value: fmt.Sprint(about.Steps() > 0)},
		{Name: "creates", Value: fmt.Sprint(about.Count(plan.Create))},
		{Name: "updates", Value: fmt.Sprint(about.Count(plan.Update))},
		{Name: "deletes", Value: fmt.Sprint(about.Count(plan.Delete))},
		{Name: "digest", Value: digest}, {Name: "plan-json", Value: asJSON}, {Name: "plan-markdown", Value: asMarkdown},
		{Name: "failed-orgs", Value: jsonList(wordsFor(r.words(), r.failedOrgs()))}, {Name: "orgs", Value: jsonList(r.orgsToName())},
	}))
}

// jsonList is a list as an expression of a workflow reads it.
func jsonList(words []string) string {
	var b strings.Builder
	_ = safetext.WriteJSON(&b, append([]string{}, words...), "") // a list of texts has a form
	return strings.TrimSpace(b.String())
}

// writeFiles keeps the plan where later steps of the job find it, and returns the names of the files.
func writeFiles(e reconcile.Env, p *plan.Plan, markdown string) (asJSON, asMarkdown string, err error) {
	temp := e.Getenv("RUNNER_TEMP")
	if temp == "" {
		return "", "", nil
	}
	unique := make([]byte, 8)
	_, _ = rand.Read(unique) // it never fails
	dir := filepath.Join(temp, "atlas-gitops-"+hex.EncodeToString(unique))
	asJSON, asMarkdown = filepath.Join(dir, "plan.json"), filepath.Join(dir, "plan.md")
	var b strings.Builder
	err = plan.WriteJSON(&b, p)
	if err == nil {
		err = errors.Join(e.Create(asJSON, []byte(b.String())), e.Create(asMarkdown, []byte(markdown)))
	}
	if err != nil {
		return "", "", fmt.Errorf("RUNNER_TEMP: %w", err)
	}
	return asJSON, asMarkdown, nil
}

// orgsToName returns the organizations that the run is about, each by the word that the input only takes: with validate
// all of them, otherwise those with something to do, or with an error.
func (r *report) orgsToName() (words []string) {
	if r.run == nil {
		word := r.words()
		for _, o := range r.selection.Orgs {
			if r.command == "validate" {
				words = append(words, word(o.Name, o.ID))
			}
		}
		slices.Sort(words)
		return words
	}
	return wordsFor(r.words(), slices.DeleteFunc(slices.Clone(r.run.Plan.Orgs), func(o plan.Org) bool { return len(o.Steps) == 0 && o.Error == "" }))
}

func wordsFor(word func(name, id string) string, orgs []plan.Org) (words []string) {
	for _, o := range orgs {
		words = append(words, word(o.Name, o.ID))
	}
	slices.Sort(words)
	return words
}

// words returns what has the word for an organization: its name, or its id where another one is called the same.
func (r *report) words() func(name, id string) string {
	called := map[string]int{}
	for _, o := range r.selection.All() {
		called[o.Name]++
	}
	return func(name, id string) string {
		if called[name] > 1 && id != "" {
			return id
		}
		return name
	}
}
