package render_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/render"
	"atlas-gitops/internal/resource"
)

// TestStaleByOrder: a digest covers the order of the steps, but a comparison step by step finds no difference.
func TestStaleByOrder(t *testing.T) {
	step := func(key string) plan.Step {
		return plan.Step{Op: plan.Create, Kind: "members", Key: key, After: resource.Fields{"roles": []any{"ORG_MEMBER"}}}
	}
	steps := []plan.Step{step("u2@acme.example"), step("u10@acme.example")}
	now := plan.New([]plan.Org{{Name: "Acme", ID: id, Steps: steps}})
	slices.Reverse(steps)
	approved := plan.New([]plan.Org{{Name: "Acme", ID: id, Steps: slices.Clone(steps)}})
	slices.Reverse(steps)
	if now.Digest == approved.Digest {
		t.Fatal("the digests are equal")
	}
	var b bytes.Buffer
	if err := (render.View{Command: "COMMAND"}).WriteStale(&b, approved, now, false); err != nil {
		t.Fatal(err)
	}
	const want = "\nOnly the order of the steps differs.\n\nTo approve the new plan:\n  COMMAND\n"
	if b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}

// TestStaleBlocked: the command that approves the new plan also accepts what guards block, and its title says so.
func TestStaleBlocked(t *testing.T) {
	now := plan.New([]plan.Org{
		{Name: "Acme", ID: id, Steps: []plan.Step{{Op: plan.Update, Kind: "settings", After: resource.Fields{"apiAccessListRequired": true}}}},
		{Name: "Labs", Steps: []plan.Step{{Op: plan.Update, Kind: "settings", After: resource.Fields{"multiFactorAuthRequired": true}}}},
	})
	now.Check(plan.Limits{}, nil)
	var b bytes.Buffer
	if err := (render.View{Command: "COMMAND"}).WriteStale(&b, nil, now, true); err != nil {
		t.Fatal(err)
	}
	if want := "\nTo approve the new plan, which is not complete because of errors, also what guards block:\n  COMMAND\n"; !strings.HasSuffix(b.String(), want) {
		t.Errorf("got %q", b.String())
	}
}
