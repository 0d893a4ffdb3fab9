package apply_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
	"atlas-gitops/schema/schematest"
)

var update = flag.Bool("update", false, "rewrite what the tests expect")

// TestContract applies the documents of a kind's story, NAME.yaml, one after the other, over real HTTP. Each one must need
// exactly the requests of NAME.requests, in any order, and no change after that. Together the documents use every operation of the kind.
func TestContract(t *testing.T) {
	for _, k := range resource.Kinds {
		if k.Create == nil && k.Update == nil && k.Delete == nil {
			continue // a kind that is only read
		}
		t.Run(k.Name, func(t *testing.T) { runStory(t, k) })
	}
}

func runStory(t *testing.T, k *resource.Kind) {
	file := filepath.Join("testdata", "kinds", k.Name+".txtar")
	story, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatalf("every kind needs a story: files NAME.yaml, each followed by NAME.requests, which -update writes: %v", err)
	}
	a := newAtlas(t)
	states, shown := 0, map[plan.Op]bool{}
	for i, f := range story.Files {
		name, isState := strings.CutSuffix(f.Name, ".yaml")
		if !isState {
			continue
		}
		states++
		if i+1 == len(story.Files) || story.Files[i+1].Name != name+".requests" {
			t.Fatalf("%s.yaml is not followed by %s.requests", name, name)
		}
		got, steps := a.reach(name, string(f.Data))
		checkRequests(t, &story.Files[i+1], got)
		for _, s := range steps {
			shown[s.Op] = shown[s.Op] || s.Kind == k.Name
		}
	}
	if states < 3 || len(bytes.TrimSpace(story.Comment)) == 0 {
		t.Errorf("a story needs a comment and at least three states, and this has %d", states)
	}
	checkShown(t, k, shown)
	if *update {
		if err := os.WriteFile(file, txtar.Format(story), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// checkRequests compares the requests that a state needed with the story. With -update it writes them into the story.
func checkRequests(t *testing.T, want *txtar.File, got string) {
	t.Helper()
	if *update {
		want.Data = []byte(got)
	}
	if diff := cmp.Diff(string(want.Data), got); diff != "" {
		t.Errorf("%s (-want +got; -update accepts it):\n%s", want.Name, diff)
	}
}

// checkShown fails if the story of a kind does not use one of its operations. Other tests create and delete organizations, because
// that needs other credentials.
func checkShown(t *testing.T, k *resource.Kind, shown map[plan.Op]bool) {
	t.Helper()
	for _, op := range []plan.Op{plan.Create, plan.Update, plan.Delete} {
		if elsewhere := k == resource.Organization && op != plan.Update; k.Can(string(op)) && !shown[op] && !elsewhere {
			t.Errorf("no state of the story has a %s of %s", op, k.Name)
		}
	}
}

// TestEverySetting generates settings from the schema, so that a new setting needs no test of its own. Each one is set, changed
// and, where null is allowed, cleared in a way that the sandbox accepts.
func TestEverySetting(t *testing.T) {
	a := newAtlas(t)
	tried := 0
	for seed := range uint64(40) {
		document, err := json.Marshal(resource.Fields{"name": "Acme-Production", "settings": schematest.New(seed).Live("settings")})
		if err != nil {
			t.Fatal(err)
		}
		if isValid(document) {
			tried++
			a.reach(string(document), string(document))
		}
	}
	if tried < 20 {
		t.Errorf("only %d of the generated states are valid", tried)
	}
}

// sorted sorts lines, because independent steps run side by side.
func sorted(lines string) string {
	return strings.Join(slices.Sorted(strings.Lines(lines)), "")
}

// isValid reports whether a document has no mistake. Two generated values may contradict each other, although each one is valid.
func isValid(document []byte) bool {
	tree, err := spec.Load(fstest.MapFS{"orgs/acme.yaml": {Data: document}}, []string{"orgs"})
	return err == nil && len(tree.Diagnostics) == 0
}

// reach applies a document, and returns the requests and the steps that this needed.
func (a *atlas) reach(name, yaml string) (writes string, steps []plan.Step) {
	a.Helper()
	a.restart()
	for _, o := range a.run(a.plan(yaml)) {
		steps = append(steps, o.Step)
		if o.Verdict != apply.Applied {
			a.Errorf("state %s: %s: %s %s %v", name, o.Step.Line(), o.Verdict, o.Reason, o.Err)
		}
	}
	writes = sorted(a.writes())
	if p := a.plan(yaml); p.Changed() > 0 {
		a.Errorf("state %s: the next plan still has steps: %+v", name, p.Orgs[0].Steps)
	}
	return writes, steps
}
