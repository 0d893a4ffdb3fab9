package plan_test

import (
	"testing"

	"atlas-gitops/internal/plan"
)

// TestInvites: which steps Atlas answers with an invitation.
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
		{plan.Create, "of a newer version", false},
	} {
		if got := (plan.Step{Op: row.op, Kind: row.kind}).Invites(); got != row.want {
			t.Errorf("%s %s: got %v", row.op, row.kind, got)
		}
	}
}
