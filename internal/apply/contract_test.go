package apply_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
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

// update rewrites what the tests expect.
var update = flag.Bool("update", false, "rewrite what the tests expect")

// TestContract takes an organization through the states of a kind's story, N.yaml, over real HTTP. Every state is
// reached with the requests that N.requests lists and no other, and needs nothing more once it is reached. Together the
// states show all that the kind can do.
func TestContract(t *testing.T) {
	for _, k := range resource.Kinds {
		if k.Create == nil && k.Update == nil && k.Delete == nil {
			continue // it is compared, but not written
		}
		t.Run(k.Name, func(t *testing.T) { tell(t, k) })
	}
}

func tell(t *testing.T, k *resource.Kind) {
	file := filepath.Join("testdata", "kinds", k.Name+".txtar")
	story, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatalf("every kind has a story, states N.yaml that are followed by N.requests, which -update writes: %v", err)
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
		t.Errorf("a story has a reason and at least three states, not %d", states)
	}
	checkShown(t, k, shown)
	if *update {
		if err := os.WriteFile(file, txtar.Format(story), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// checkRequests holds the requests that a state took against those of the story, or puts them there with -update.
func checkRequests(t *testing.T, want *txtar.File, got string) {
	t.Helper()
	if *update {
		want.Data = []byte(got)
	}
	if diff := cmp.Diff(string(want.Data), got); diff != "" {
		t.Errorf("%s (-want +got; -update accepts it):\n%s", want.Name, diff)
	}
}

// checkShown fails for what a kind can do and its story does not show. An organization is created and deleted with other
// credentials than its own, in the stories of plans and in the tests of creations.
func checkShown(t *testing.T, k *resource.Kind, shown map[plan.Op]bool) {
	t.Helper()
	for _, op := range []plan.Op{plan.Create, plan.Update, plan.Delete} {
		if elsewhere := k == resource.Organization && op != plan.Update; k.Can(string(op)) && !shown[op] && !elsewhere {
			t.Errorf("no state of the story has a %s of %s", op, k.Name)
		}
	}
}

// TestEverySetting takes an organization through states with all settings of the schema, so that a new one is covered: each is
// set, changed and, where null is allowed, cleared in a way that the sandbox takes.
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

// isValid tells whether a document has no mistake: of values that are good each by itself, two may contradict each other.
func isValid(document []byte) bool {
	tree, err := spec.Load(fstest.MapFS{"orgs/acme.yaml": {Data: document}}, []string{"orgs"})
	return err == nil && len(tree.Diagnostics) == 0
}

// reach brings the organization into the state and returns the requests and the steps that it took.
func (a *atlas) reach(name, yaml string) (writes string, steps []plan.Step) {
	a.Helper()
	a.restart()
	for _, o := range a.run(a.plan(yaml)) {
		steps = append(steps, o.Step)
		if o.Verdict != apply.Applied {
			a.Errorf("state %s: %s: %s %s %v", name, o.Step.Line(), o.Verdict, o.Reason, o.Err)
		}
	}
	writes = a.writes()
	if p := a.plan(yaml); p.Changed() > 0 {
		a.Errorf("state %s: still to do after all is done: %+v", name, p.Orgs[0].Steps)
	}
	return writes, steps
}
