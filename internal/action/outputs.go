package action

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"atlas-gitops/internal/github"
	"atlas-gitops/internal/natural"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/resource"
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

// appendOutputs passes outputs to later steps of the job. Outside a runner it does nothing.
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

// writeOutputs passes the results to later steps of the job, even if it cannot write the files of the plan.
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
		{Name: "failed-orgs", Value: jsonList(r.words(r.failedOrgs()...))}, {Name: "blocked-orgs", Value: jsonList(r.words(r.blockedOrgs()...))},
		{Name: "ready-orgs", Value: jsonList(r.words(r.readyOrgs()...))},
		{Name: "orgs", Value: jsonList(r.orgsToName())}, {Name: "groups", Value: jsonList(groupsOf(r.orgsToName()))},
	}))
}

// jsonList returns a list in JSON, for fromJSON in a workflow.
func jsonList[T string | group](list []T) string {
	var b strings.Builder
	_ = safetext.WriteJSON(&b, list, "") // these always have a JSON form
	return strings.TrimSpace(b.String())
}

// writeFiles saves the plan for later steps of the job and returns the names of the files.
func writeFiles(e reconcile.Env, p *plan.Plan, markdown string) (asJSON, asMarkdown string, err error) {
	temp := e.Getenv("RUNNER_TEMP")
	if temp == "" {
		return "", "", nil
	}
	dir := filepath.Join(temp, "atlas-gitops-"+rand.Text())
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

// orgsToName returns the value of the output orgs, in the words of the input only. For validate these are all organizations,
// otherwise those with steps or an error.
func (r *report) orgsToName() []string {
	var refs []resource.OrgRef
	switch {
	case r.run != nil:
		for _, o := range r.run.Plan.Orgs {
			if len(o.Steps) > 0 || o.Error != "" {
				refs = append(refs, o.Ref())
			}
		}
	case r.command == "validate":
		for _, o := range r.selection.Orgs {
			refs = append(refs, o.OrgRef)
		}
	}
	return r.words(refs...)
}

// readyOrgs returns the organizations with steps that a run of apply with the same inputs would not hold back because of guards.
func (r *report) readyOrgs() (ready []resource.OrgRef) {
	if r.run == nil || r.offlineReason != "" || r.command != "plan" || r.failed() {
		return nil
	}
	for _, org := range r.approval.Ready(r.run.Plan) {
		ready = append(ready, org.Ref())
	}
	return ready
}

// The output groups: a job that plans a few organizations takes little longer than a job that plans one. GitHub runs at most 256 jobs
// of a matrix, see "Running variations of jobs in a workflow".
const (
	groupSize = 25
	maxGroups = 256
)

// group is a few organizations for a job of a matrix.
type group struct {
	Number int    `json:"number"` // counts from 1; for the name of the job and of its files
	Only   string `json:"only"`   // the value of the input only: one organization on each line
}

// groupsOf returns the words in groups.
func groupsOf(words []string) []group {
	groups := []group{} // an empty list in JSON, not null
	size := max(groupSize, (len(words)+maxGroups-1)/maxGroups)
	for some := range slices.Chunk(words, size) {
		groups = append(groups, group{len(groups) + 1, strings.Join(some, "\n")})
	}
	return groups
}

// words returns what the input only takes for each organization, sorted: the name, or the id if several organizations share the
// name. Organizations without an id share a word: the input selects them together.
func (r *report) words(orgs ...resource.OrgRef) []string {
	named := map[string]int{}
	for _, o := range r.selection.All() {
		named[o.Name]++
	}
	words := make([]string, len(orgs))
	for i, o := range orgs {
		words[i] = o.Name
		if named[o.Name] > 1 && o.ID != "" {
			words[i] = o.ID
		}
	}
	slices.SortFunc(words, natural.Compare)
	return slices.Compact(words)
}
