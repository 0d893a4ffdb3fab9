package cli

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"atlas-gitops/internal/github"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/spec"
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

// TestDriftError: what a token may not do is not what GitHub cannot do now.
func TestDriftError(t *testing.T) {
	const forIssues = "; this takes permissions: issues: write"
	for _, row := range []struct {
		reason string
		err    error
		takes  bool
	}{
		{"the token may not", &github.Error{Status: 403}, true},
		{"the server fails", &github.Error{Status: 500}, false},
		{"no server", errors.New("no route"), false},
	} {
		got := driftError(fmt.Errorf("Acme: %w", row.err)).Error()
		if strings.HasSuffix(got, forIssues) != row.takes || !strings.Contains(got, "Acme: "+row.err.Error()) {
			t.Errorf("%s: %s", row.reason, got)
		}
	}
}

// TestWords: what the input only takes is a name, and an id where the name is that of another one, too.
func TestWords(t *testing.T) {
	s := selection{orgs: []*spec.Org{{Name: "A", ID: "1"}, {Name: "A"}, {Name: "B", ID: "2"}, {Name: "C", ID: "3"}}, rest: []*spec.Org{{Name: "C", ID: "4"}}}
	a := &action{report: &report{selection: s}}
	word := a.words()
	for i, want := range []string{"1", "A", "B", "3"} {
		if got := word(a.orgs[i].Name, a.orgs[i].ID); got != want {
			t.Errorf("%d: got %q, want %q", i, got, want)
		}
	}
}
