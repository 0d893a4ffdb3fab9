package resource

import "testing"

// TestPresence: the presence of a person depends on the kind: an active person is Fixed as an invitation.
func TestPresence(t *testing.T) {
	for _, row := range []struct {
		kind   *Kind
		status any
		want   Presence
	}{
		{Members, "ACTIVE", Active},
		{Members, "PENDING", Pending},
		{Members, "INVITATION_EXPIRED", Absent},
		{Members, "INVITATION_REJECTED", Declined},
		{Members, nil, Pending}, // a tree has no status, and only a confirmed active person may count as an owner
		{Members, "NEW_IN_2030", Pending},
		{Invitations, "ACTIVE", Fixed},
		{Invitations, nil, Pending}, // /invites has no status
		{Invitations, "INVITATION_EXPIRED", Absent},
		{Invitations, "INVITATION_REJECTED", Declined},
		{Settings, nil, Active},
		{Organization, nil, Active},
	} {
		if got := row.kind.PresenceOf(Object{Fields: Fields{"status": row.status}}); got != row.want {
			t.Errorf("%s %v: got %s, want %s", row.kind.Name, row.status, got, row.want)
		}
	}
	for p, want := range map[Presence][2]bool{Active: {false, true}, Pending: {false, true}, Absent: {true, false}, Declined: {true, false}, Fixed: {false, false}} {
		if got := [2]bool{p.IsGone(), p.CanChange()}; got != want {
			t.Errorf("%s: got IsGone and CanChange %v, want %v", p, got, want)
		}
	}
}
