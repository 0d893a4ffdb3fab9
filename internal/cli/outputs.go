package cli

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
)

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
		word := a.words()
		for _, o := range a.orgs {
			if a.command == "validate" {
				words = append(words, word(o.Name, o.ID))
			}
		}
		slices.Sort(words)
		return words
	}
	return a.wordsFor(slices.DeleteFunc(slices.Clone(a.fleet.plan.Orgs), func(o plan.Org) bool { return len(o.Steps) == 0 && o.Error == "" }))
}

func (a *action) wordsFor(orgs []plan.Org) (words []string) {
	word := a.words()
	for _, o := range orgs {
		words = append(words, word(o.Name, o.ID))
	}
	slices.Sort(words)
	return words
}

// words returns what has the word for an organization: its name, or its id where another one is called the same.
func (a *action) words() func(name, id string) string {
	called := map[string]int{}
	for _, o := range a.all() {
		called[o.Name]++
	}
	return func(name, id string) string {
		if called[name] > 1 && id != "" {
			return id
		}
		return name
	}
}
