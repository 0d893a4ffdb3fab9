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
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
	"atlas-gitops/schema/schematest"
)

// update rewrites what the tests expect.
var update = flag.Bool("update", false, "rewrite what the tests expect")

// TestContract takes an organization through the states of a kind's story, N.yaml, over real HTTP. Every state is
// reached with the requests that N.requests lists and no other, and needs nothing more once it is reached.
func TestContract(t *testing.T) {
	for _, k := range resource.Kinds {
		if k.Create == nil && k.Update == nil && k.Delete == nil {
			continue // it is compared, but not written
		}
		t.Run(k.Name, func(t *testing.T) { tell(t, filepath.Join("testdata", "kinds", k.Name+".txtar")) })
	}
}

func tell(t *testing.T, file string) {
	story, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatalf("every kind has a story: %v", err)
	}
	a := newAtlas(t)
	states := 0
	for i, f := range story.Files {
		name, isState := strings.CutSuffix(f.Name, ".yaml")
		if !isState {
			continue
		}
		states++
		got := a.reach(name, string(f.Data))
		switch {
		case i+1 == len(story.Files) || story.Files[i+1].Name != name+".requests":
			t.Fatalf("%s.yaml is not followed by %s.requests", name, name)
		case *update:
			story.Files[i+1].Data = []byte(got)
		default:
			if diff := cmp.Diff(string(story.Files[i+1].Data), got); diff != "" {
				t.Errorf("%s.requests (-want +got):\n%s", name, diff)
			}
		}
	}
	if states < 3 || len(bytes.TrimSpace(story.Comment)) == 0 {
		t.Errorf("a story has a reason and at least three states, not %d", states)
	}
	if *update {
		if err := os.WriteFile(file, txtar.Format(story), 0o644); err != nil {
			t.Fatal(err)
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

// reach brings the organization into the state and returns the requests that it took.
func (a *atlas) reach(name, yaml string) string {
	a.Helper()
	a.restart()
	for _, o := range a.run(a.plan(yaml)) {
		if o.Verdict != apply.Applied {
			a.Errorf("state %s: %s: %s %s %v", name, o.Step.Line(), o.Verdict, o.Reason, o.Err)
		}
	}
	writes := a.writes()
	if p := a.plan(yaml); p.Changed() > 0 {
		a.Errorf("state %s: still to do after all is done: %+v", name, p.Orgs[0].Steps)
	}
	return writes
}
