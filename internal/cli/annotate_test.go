package cli

import (
	"strings"
	"testing"

	"atlas-gitops/internal/github"
	"atlas-gitops/internal/plan"
)

// TestNote: whatever it says is one line of text, and so is what is said of a branch.
func TestNote(t *testing.T) {
	checkText(t, overtaken("main\u202e")+"\n")
	checkCommand(t, strings.TrimSuffix(note(github.ErrorLevel, plan.Source{}, "error", evil).Command(), "\n"))
}

// TestOrgsByName: a refusal is annotated in the organization that the guard looked at, be it new or called like another one.
func TestOrgsByName(t *testing.T) {
	orgs := []plan.Org{{Name: "A", ID: "1"}, {Name: "A", ID: "2"}, {Name: "B"}, {Name: "C"}}
	f := &fleet{plan: &plan.Plan{Orgs: orgs}}
	for _, o := range orgs {
		if got := f.orgsByName()[specKey{name: o.Name, id: o.ID}]; got.Name != o.Name || got.ID != o.ID {
			t.Errorf("%s %s: got %s %s", o.Name, o.ID, got.Name, got.ID)
		}
	}
}
