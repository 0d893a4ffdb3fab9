package plan

import (
	"testing"

	"atlas-gitops/internal/resource"
)

// TestCauseDigest: two organizations have the same cause if their steps do the same.
func TestCauseDigest(t *testing.T) {
	step := func(change func(*Step)) Org {
		s := Step{Op: Update, Kind: "settings", Before: resource.Fields{"a": false}, After: resource.Fields{"a": true}}
		change(&s)
		return Org{Steps: []Step{s}}
	}
	usual := step(func(*Step) {}).CauseDigest()
	for _, row := range []struct {
		reason string
		org    Org
		same   bool
	}{
		{"another organization", Org{Name: "B", ID: "2", Steps: step(func(*Step) {}).Steps}, true},
		{"another id of the object, another place, and drift", step(func(s *Step) { s.ID, s.Source, s.Drift = "7", &Source{"a.yaml", 1}, true }), true},
		{"another operation", step(func(s *Step) { s.Op = Create }), false},
		{"another kind", step(func(s *Step) { s.Kind = "members" }), false},
		{"another key", step(func(s *Step) { s.Key = "ada@acme.example" }), false},
		{"another live value", step(func(s *Step) { s.Before = nil }), false},
		{"another wanted value", step(func(s *Step) { s.After = resource.Fields{"a": nil} }), false},
		{"invited again", step(func(s *Step) { s.ReinviteReason = AfterExpiry }), false},
		{"one step more", Org{Steps: append(step(func(*Step) {}).Steps, Step{})}, false},
	} {
		if got := row.org.CauseDigest() == usual; got != row.same {
			t.Errorf("%s: the same cause is %t", row.reason, got)
		}
	}
}
