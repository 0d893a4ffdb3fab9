package resource

import (
	"slices"
	"strings"
	"testing"
)

// TestTwoPeopleOneKey: only ASCII letters compare without case. Two people with the same key are an error, because the tree could mean
// either.
func TestTwoPeopleOneKey(t *testing.T) {
	person := func(digit, username, status string) string {
		return `{"id":"` + id(digit) + `","username":"` + username + `","orgMembershipStatus":"` + status + `","teamIds":[],"roles":{"orgRoles":["ORG_OWNER"],"groupRoleAssignments":[]}}`
	}
	invite := func(digit, username string) string {
		return `{"id":"` + id(digit) + `","username":"` + username + `","roles":["ORG_MEMBER"],"teamIds":[],"groupRoleAssignments":[]}`
	}
	for _, row := range []struct {
		reason         string
		kind           *Kind
		users, invites []string
		want           string // the error
		keys           []string
	}{
		{"the Kelvin sign differs from k", Members, []string{person("1", "kay@acme.example", "ACTIVE"), person("2", "\u212aay@acme.example", "ACTIVE")}, nil, "",
			[]string{"kay@acme.example", "\u212aay@acme.example"}},
		{"capitals do not differ", Members, []string{person("1", "kay@acme.example", "ACTIVE"), person("2", "KAY@acme.example", "ACTIVE")}, nil,
			`Atlas has two members for kay@acme.example: "kay@acme.example" (` + id("1") + `) and "KAY@acme.example" (` + id("2") + `)`, nil},
		{"a pending and an active person", Members, []string{person("1", "kay@acme.example", "PENDING"), person("2", "KAY@acme.example", "ACTIVE")}, nil,
			`Atlas has two members for kay@acme.example: "kay@acme.example" (` + id("1") + `) and "KAY@acme.example" (` + id("2") + `)`, nil},
		{"an expired invitation and an active person", Members, []string{person("1", "kay@acme.example", "INVITATION_EXPIRED"), person("2", "KAY@acme.example", "ACTIVE")}, nil, "",
			[]string{"kay@acme.example"}},
		{"two invitations", Invitations, nil, []string{invite("1", "kay@acme.example"), invite("2", "Kay@acme.example")},
			`Atlas has two invitations for kay@acme.example: "kay@acme.example" (` + id("1") + `) and "Kay@acme.example" (` + id("2") + `)`, nil},
		{"an invitation and the person who accepted it", Invitations, []string{person("1", "Kay@acme.example", "ACTIVE")}, []string{invite("2", "kay@acme.example")}, "",
			[]string{"kay@acme.example"}},
	} {
		api := answers{people: "[" + strings.Join(row.users, ",") + "]", "/orgs/o/invites": "[" + strings.Join(row.invites, ",") + "]"}
		got, err := row.kind.Read(t.Context(), PlanSession(api), "o", nil)
		var keys []string
		for _, o := range got {
			keys = append(keys, o.Key)
		}
		if said := errorText(err); said != row.want || !slices.Equal(keys, row.keys) {
			t.Errorf("%s: got %v, %s", row.reason, keys, said)
		}
	}
}

// TestInvitee: whoever is invited again keeps the Unicode form of Atlas, but no capitals.
func TestInvitee(t *testing.T) {
	for _, row := range []struct {
		reason, spelling, want string
	}{
		{"a new person", "", "andr\u00e9@acme.example"},
		{"a person whom Atlas has in another form", "Andre\u0301@acme.example", "andre\u0301@acme.example"},
	} {
		if got := invitee(Object{Key: "andr\u00e9@acme.example", Spelling: row.spelling}); got != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}
