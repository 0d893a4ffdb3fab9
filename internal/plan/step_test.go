package plan_test

import (
	"testing"

	"atlas-gitops/internal/plan"
)

// TestInvites: Atlas sends an invitation only for the creation of a person.
func TestInvites(t *testing.T) {
	for _, row := range []struct {
		op   plan.Op
		kind string
		want bool
	}{
		{plan.Create, "members", true},
		{plan.Create, "invitations", true},
		{plan.Update, "members", false},
		{plan.Delete, "invitations", false},
		{plan.Create, "organization", false},
		{plan.Create, "unknown-kind", false},
	} {
		if got := (plan.Step{Op: row.op, Kind: row.kind}).Invites(); got != row.want {
			t.Errorf("%s %s: got %v", row.op, row.kind, got)
		}
	}
}
