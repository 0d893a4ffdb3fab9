//go:build act

package conformance

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/github/githubtest"
)

// TestActionPlans runs the example workflow for pull requests, unchanged. The action builds the program from its
// repository, even if the job's environment has settings for other builds. It shows the plan in every place, does not
// write to Atlas, and shows no secret.
func TestActionPlans(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	w.path = append(w.path, w.goBin())
	w.env = []string{"GOFLAGS=-mod=vendor", "GOWORK=/nowhere/go.work", "GOOS=plan9", "GOARCH=arm", "GO111MODULE=off", "GOTOOLCHAIN=go1.99.0"}
	r := w.run("pull_request", "plan.yml", w.pullRequest()).ends(true)

	if diff := cmp.Diff([]string{"restore", "save"}, w.notes()); diff != "" {
		t.Errorf("other actions (-want +got)\n%s", diff)
	}
	r.outputs(map[string]string{"result": "changes", "changes": "true", "creates": "1", "updates": "5", "deletes": "1", "failed-orgs": "[]"})
	w.checkPlan(r)
	if writes := w.writes(); writes != nil {
		t.Errorf("a plan wrote: %s", writes)
	}
}

// checkPlan checks that the summary, the comment and the outputs have the same plan, and no secret.
func (w *workplace) checkPlan(r *actRun) {
	w.Helper()
	comments := w.hub.Comments(7)
	if len(comments) != 1 {
		w.Fatalf("%d comments, want one:\n%s", len(comments), r.text())
	}
	if digest := r.output("digest"); !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(digest) {
		w.Errorf("the digest is %q", digest)
	}
	for place, text := range map[string]string{"summary": r.summary(), "comment": comments[0].Body} {
		for _, want := range []string{"contractor@agency.example", "Acme-Staging", "the base already asks for 6 of 7 steps", r.output("digest")} {
			if !strings.Contains(text, want) {
				w.Errorf("the %s does not contain %q:\n%s", place, want, text)
			}
		}
		for _, c := range w.atlas.server.Load().Credentials() {
			if strings.Contains(text, c.ClientID) || strings.Contains(text, c.ClientSecret) {
				w.Errorf("the %s shows the credential %s", place, c.Name)
			}
		}
	}
	var orgs []string
	w.ok(json.Unmarshal([]byte(r.output("orgs")), &orgs))
	if !slices.Contains(orgs, "Acme-Production") {
		w.Errorf("the organizations are %q", orgs)
	}
}

// TestActionOneComment: a pull request with twenty commits has one comment, with the last plan.
func TestActionOneComment(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	w.install()
	for range 2 {
		w.run("pull_request", "plan.yml", w.pullRequest()).ends(true)
		w.atlas.refill()
	}
	if comments := w.hub.Comments(7); len(comments) != 1 || comments[0].Edits > 1 {
		t.Errorf("the comments are %v", comments)
	}
}

// TestActionApplies runs the example workflow for merges, unchanged, with an installed program. The action builds
// nothing. Afterwards, Atlas is as the tree says, and the comment on the merged pull request says so.
func TestActionApplies(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	w.install()
	merge := w.git("rev-parse", "HEAD")
	w.hub.AddPull(merge, githubtest.Pull{Number: 7, MergedAt: "2026-01-01T00:00:00Z", Merge: merge, Base: githubtest.Ref{Ref: "main"}})
	r := w.run("push", "apply.yml", w.push()).ends(true)

	if notes := w.notes(); notes != nil || r.ran("Build the program") {
		t.Errorf("the action built the program, or asked for %s", notes)
	}
	r.outputs(map[string]string{"result": "applied", "failed-orgs": "[]"})
	if !strings.Contains(r.summary(), "Acme-Staging") {
		t.Errorf("the summary is\n%s", r.summary())
	}
	if w.writes() == nil {
		t.Error("nothing was written")
	}
	if comments := w.hub.Comments(7); len(comments) != 1 || !strings.Contains(comments[0].Body, "Apply: 7 applied") {
		t.Errorf("the comments are %v", comments)
	}
	w.atlas.refill()
	w.run("push", "apply.yml", w.push()).ends(true).outputs(map[string]string{"result": "no-changes", "changes": "false"})
}

// TestActionDrift runs the example workflow for drift: each organization that differs from the tree has one issue.
func TestActionDrift(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	w.install()
	for range 2 {
		w.run("schedule", "drift.yml", w.push()).ends(true).outputs(map[string]string{"result": "changes"})
		if issues := w.hub.Issues(); len(issues) != 4 {
			t.Errorf("%d issues, want 4: %v", len(issues), issues)
		}
		w.atlas.refill()
	}
	if writes := w.writes(); writes != nil {
		t.Errorf("a drift run wrote: %s", writes)
	}
}

// TestActionAnnotates: a mistake in the tree gets an annotation at its line. The action fails before it sends a request
// to Atlas.
func TestActionAnnotates(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	w.install()
	w.write("orgs/acme-staging.yaml", "name: Acme-Staging\nsetings: {}\n")
	r := w.run("pull_request", "plan.yml", w.pullRequest()).ends(false)

	r.outputs(map[string]string{"result": "failed"})
	at := func(a annotation) bool {
		return a.properties["file"] == "orgs/acme-staging.yaml" && a.properties["line"] == "2" && strings.Contains(a.message, "setings")
	}
	if !slices.ContainsFunc(r.annotations("error"), at) {
		t.Errorf("no annotation at the mistake:\n%s", r.text())
	}
	if log := w.atlas.server.Load().Log(); len(log) > 0 {
		t.Errorf("%d requests for a tree with a mistake", len(log))
	}
}

// TestActionBuildsOnce: a cached program is not built again. A runner without Go gets Go only if the action must build.
func TestActionBuildsOnce(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	for _, want := range [][]string{{"restore", "setup-go", "save"}, {"restore"}} {
		r := w.run("pull_request", "plan.yml", w.pullRequest()).ends(true)
		if diff := cmp.Diff(want, w.notes()); diff != "" {
			t.Errorf("other actions (-want +got)\n%s", diff)
		}
		if r.ran("Build the program") != slices.Contains(want, "save") {
			t.Errorf("with %s: built is %v", want, r.ran("Build the program"))
		}
		w.atlas.refill()
	}
}

// TestActionNamedProgram: a program in PATH is run only if an input names it, even if it has the right version. A named
// program must have the right version.
func TestActionNamedProgram(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	w.onPath()
	w.path = append(w.path, w.goBin())
	w.run("pull_request", "plan.yml", w.pullRequest()).ends(true)
	if !slices.Contains(w.notes(), "save") {
		t.Error("the action ran a program that no input names")
	}
	other := w.write("bin/other", "#!/usr/bin/env bash\necho 'atlas-gitops 0.1.00 (go1.26.8, linux/amd64)'\n")
	w.ok(os.Chmod(other, 0o755))
	for _, named := range []string{other, "no-such-program"} {
		w.write(".github/workflows/named.yml", `
on: push
jobs:
  plan:
    runs-on: ubuntu-latest
    steps:
      - uses: OWNER/atlas-gitops@v0.1.0
        with: { program: "`+named+`" }
`)
		r := w.run("push", "named.yml", w.push()).ends(false)
		told := func(a annotation) bool {
			return strings.Contains(a.message, "The input program names no atlas-gitops of version 0.1.0.")
		}
		if !slices.ContainsFunc(r.annotations("error"), told) || r.ran("Build the program") {
			t.Errorf("%s: there is no error, or the action built the program:\n%s", named, r.text())
		}
	}
}

// TestActionDirectory: a wrong working directory is an error of the action itself, and nothing else happens.
func TestActionDirectory(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	w.install()
	w.write(".github/workflows/wrong.yml", `
on: push
jobs:
  plan:
    runs-on: ubuntu-latest
    steps:
      - uses: OWNER/atlas-gitops@v0.1.0
        with: { program: atlas-gitops, working-directory: no/such }
`)
	told := func(a annotation) bool { return strings.Contains(a.message, "working-directory") }
	for tries := 1; ; tries++ {
		r := w.run("push", "wrong.yml", w.push()).ends(false)
		if slices.ContainsFunc(r.annotations("error"), told) {
			return
		}
		if tries == 3 { // on a busy machine, act sometimes loses the output of a step that ends at once
			t.Fatalf("there is no error:\n%s", r.text())
		}
	}
}

// TestActionRunsNoInput: no shell runs the text of an input.
func TestActionRunsNoInput(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	w.install()
	hostile := "$(cat /etc/hostname >>\"$NOTES\")`cat /etc/hostname >>\"$NOTES\"`\"; cat /etc/hostname >>\"$NOTES\"; \""
	var with strings.Builder
	for _, name := range inputs(t) {
		if name != "program" {
			with.WriteString("          " + name + ": '" + hostile + "'\n")
		}
	}
	w.write(".github/workflows/hostile.yml", `
on: push
jobs:
  plan:
    runs-on: ubuntu-latest
    steps:
      - uses: OWNER/atlas-gitops@v0.1.0
        with: { program: '`+hostile+`' }
        continue-on-error: true
      - uses: OWNER/atlas-gitops@v0.1.0
        with:
          program: atlas-gitops
`+with.String())
	w.run("push", "hostile.yml", w.push()).ends(false)
	if notes := w.notes(); notes != nil {
		t.Errorf("a shell ran an input: %s", notes)
	}
}

// inputs returns the names of the action's inputs.
func inputs(t *testing.T) (names []string) {
	t.Helper()
	text, err := os.ReadFile("../../action.yml")
	if err != nil {
		t.Fatal(err)
	}
	section, _, _ := strings.Cut(string(text), "\noutputs:\n")
	_, section, _ = strings.Cut(section, "\ninputs:\n")
	for _, m := range regexp.MustCompile(`(?m)^  ([a-z-]+):$`).FindAllStringSubmatch(section, -1) {
		names = append(names, m[1])
	}
	if len(names) < 10 {
		t.Fatalf("found only the inputs %s", names)
	}
	return names
}

// pullRequest is the event of pull request 7, with only the fields that the action may use.
func (w *workplace) pullRequest() any {
	repository := map[string]any{"full_name": w.hub.Repository, "default_branch": "main"}
	head := repository
	if w.isFork {
		head = map[string]any{"full_name": "fork/orgs"}
	}
	return map[string]any{
		"action": "synchronize", "number": 7, "repository": repository,
		"pull_request": map[string]any{
			"number": 7, "state": "open", "draft": false,
			"head": map[string]any{"ref": "change", "sha": w.git("rev-parse", "change"), "repo": head},
			"base": map[string]any{"ref": "main", "sha": w.base, "repo": repository},
		},
	}
}

// push is the event of the merge of pull request 7.
func (w *workplace) push() any {
	return map[string]any{
		"ref": "refs/heads/main", "before": w.base, "after": w.git("rev-parse", "HEAD"), "deleted": false, "forced": false,
		"repository": map[string]any{"full_name": w.hub.Repository, "default_branch": "main"},
	}
}
