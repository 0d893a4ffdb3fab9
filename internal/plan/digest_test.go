package plan_test

import (
	"testing"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

func TestDigest(t *testing.T) {
	step := plan.Step{Op: plan.Update, Kind: "settings", Before: resource.Fields{"a": true}, After: resource.Fields{"a": nil}}
	digest := func(orgs ...plan.Org) string { return plan.New(orgs).Digest }
	org := func(change func(*plan.Org, *plan.Step)) plan.Org {
		o, s := plan.Org{Name: "A", ID: id}, step
		change(&o, &s)
		o.Steps = []plan.Step{s}
		return o
	}
	base := digest(org(func(*plan.Org, *plan.Step) {}))
	for _, row := range []struct {
		reason string
		same   bool
		change func(*plan.Org, *plan.Step)
	}{
		{"another place of the step", true, func(_ *plan.Org, s *plan.Step) { s.Source = &plan.Source{File: "x", Line: 1} }},
		{"another place of a field", true, func(_ *plan.Org, s *plan.Step) { s.Sources = map[string]plan.Source{"a": {File: "x", Line: 1}} }},
		{"another id in Atlas", true, func(_ *plan.Org, s *plan.Step) { s.ID = "1" }},
		{"another organization", false, func(o *plan.Org, _ *plan.Step) { o.ID = "1" }},
		{"another name", false, func(o *plan.Org, _ *plan.Step) { o.Name = "B" }},
		{"another operation", false, func(_ *plan.Org, s *plan.Step) { s.Op = plan.Create }},
		{"another kind", false, func(_ *plan.Org, s *plan.Step) { s.Kind = "members" }},
		{"another key", false, func(_ *plan.Org, s *plan.Step) { s.Key = "k" }},
		{"another value before", false, func(_ *plan.Org, s *plan.Step) { s.Before = resource.Fields{"a": false} }},
		{"a field that is left alone instead of unset", false, func(_ *plan.Org, s *plan.Step) { s.After = resource.Fields{} }},
	} {
		if got := digest(org(row.change)); (got == base) != row.same {
			t.Errorf("%s: same digest %v, want %v", row.reason, got == base, row.same)
		}
	}
	if digest(org(func(*plan.Org, *plan.Step) {}), plan.Org{Name: "B"}) != base {
		t.Error("an organization without steps changes the digest")
	}
	if p := plan.New([]plan.Org{{Name: "Acme-10"}, {Name: "Acme-2"}, {Name: "Acme-1"}}); p.Orgs[1].Name != "Acme-2" {
		t.Errorf("not in natural order: %v", p.Orgs)
	}
}
