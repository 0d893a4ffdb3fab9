package plan_test

import (
	"testing"

	"atlas-gitops/internal/plan"
)

// TestLookalikeNotices: a notice needs a creation and a removal, and keys that differ.
func TestLookalikeNotices(t *testing.T) {
	latin, cyrillic := "ada@acme.example", "аda@acme.example"
	step := func(op plan.Op, kind, key string) plan.Step { return plan.Step{Op: op, Kind: kind, Key: key} }
	for _, row := range []struct {
		reason string
		steps  []plan.Step
		want   int
	}{
		{"a person replaces another one", []plan.Step{step(plan.Create, "members", cyrillic), step(plan.Delete, "members", latin)}, 1},
		{"in another list of people", []plan.Step{step(plan.Create, "members", cyrillic), step(plan.Delete, "invitations", latin)}, 1},
		{"the same key", []plan.Step{step(plan.Create, "members", latin), step(plan.Delete, "invitations", latin)}, 0},
		{"both stay, and one is new", []plan.Step{step(plan.Create, "members", cyrillic), step(plan.Update, "members", latin)}, 0},
		{"one is removed, and the other one is not new", []plan.Step{step(plan.Update, "members", cyrillic), step(plan.Delete, "members", latin)}, 0},
	} {
		if got := plan.LookalikeNotices(row.steps); len(got) != row.want {
			t.Errorf("%s: got %v, want %d", row.reason, got, row.want)
		}
	}
}
