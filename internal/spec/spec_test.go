package spec

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
)

func TestPlace(t *testing.T) {
	tree := fstest.MapFS{
		"orgs/_defaults.yaml": {Data: []byte(`credentials: ACME
settings:
  multiFactorAuthRequired: true
  customSessionTimeouts:
    absoluteSessionTimeoutInSeconds: 28800
`)},
		"orgs/acme.yaml": {Data: []byte(`# the production organization
name: Acme
settings:
  securityContact: a@acme.example
  customSessionTimeouts: { idleSessionTimeoutInSeconds: 1800 }
invitations:
  - username: bob@acme.example
    roles: [ORG_MEMBER]
  - roles:
      - ORG_OWNER
      - ORG_MEMBER
    username: Ada@Acme.example
    projects: { Checkout: [GROUP_OWNER, GROUP_READ_ONLY] }
`)},
		"orgs/beta.yaml": {Data: []byte("name: Beta\n")},
	}
	orgs, diagnostics := load(t, tree, "orgs")
	if len(diagnostics) > 0 {
		t.Fatal(diagnostics)
	}
	acme, beta := orgs[0], orgs[1]
	const ada = "ada@acme.example"
	for _, row := range []struct {
		reason    string
		org       *Org
		kind, key string
		path      []string
		want      string // "" for none
	}{
		{"the organization is at its name", acme, "organization", "", nil, "orgs/acme.yaml:2:1"},
		{"a key of the organization itself may come from the defaults", acme, "organization", "", []string{"credentials"}, "orgs/_defaults.yaml:1:1"},
		{"a singleton is at the start of its section", acme, "settings", "", nil, "orgs/acme.yaml:3:1"},
		{"a field is at its key", acme, "settings", "", []string{"securityContact"}, "orgs/acme.yaml:4:3"},
		{"an inherited field is in the defaults file", acme, "settings", "", []string{"multiFactorAuthRequired"}, "orgs/_defaults.yaml:3:3"},
		{"a merged object is in the nearest file", acme, "settings", "", []string{"customSessionTimeouts"}, "orgs/acme.yaml:5:3"},
		{"a part of a merged object, from the nearest file", acme, "settings", "", []string{"customSessionTimeouts", "idleSessionTimeoutInSeconds"}, "orgs/acme.yaml:5:28"},
		{"a part of a merged object, from the defaults", acme, "settings", "", []string{"customSessionTimeouts", "absoluteSessionTimeoutInSeconds"}, "orgs/_defaults.yaml:5:5"},
		{"a section that only the defaults have", beta, "settings", "", nil, "orgs/_defaults.yaml:2:1"},
		{"a list item is found by its key in lower case, and starts after its dash", acme, "invitations", ada, nil, "orgs/acme.yaml:9:5"},
		{"a field of a list item", acme, "invitations", ada, []string{"username"}, "orgs/acme.yaml:12:5"},
		{"an item of a list in a list item", acme, "invitations", ada, []string{"roles", "ORG_MEMBER"}, "orgs/acme.yaml:11:9"},
		{"a key of a map", acme, "invitations", ada, []string{"projects", "Checkout"}, "orgs/acme.yaml:13:17"},
		{"an item of a list in a map", acme, "invitations", ada, []string{"projects", "Checkout", "GROUP_READ_ONLY"}, "orgs/acme.yaml:13:41"},
		{"a path that ends too deep gets the place of its last existing part", acme, "invitations", ada, []string{"projects", "Billing"}, "orgs/acme.yaml:13:5"},
		{"a path continues only below existing parts", acme, "invitations", ada, []string{"teams", "username"}, "orgs/acme.yaml:9:5"},
		{"a person who is not listed", acme, "invitations", "eve@acme.example", nil, ""},
		{"a section that does not exist", beta, "invitations", ada, nil, ""},
		{"a kind that does not exist", acme, "clusters", "", nil, ""},
		{"a key that is not a kind", acme, "credentials", "", nil, ""},
	} {
		got := ""
		if p, ok := row.org.Place(row.kind, row.key, row.path...); ok {
			got = p.String()
		}
		if got != row.want {
			t.Errorf("Place(%q, %q, %q) = %q, want %q: %s", row.kind, row.key, row.path, got, row.want, row.reason)
		}
	}
}

// BenchmarkPlace looks up the places of as many people as one file can list.
func BenchmarkPlace(b *testing.B) {
	var file strings.Builder
	file.WriteString("name: Acme\ninvitations:\n")
	const people = 10_000
	for i := range people {
		fmt.Fprintf(&file, "- {username: user%d@acme.example, roles: [ORG_MEMBER]}\n", i)
	}
	orgs, found := load(b, fstest.MapFS{"orgs/acme.yaml": {Data: []byte(file.String())}}, "orgs")
	if len(found) > 0 {
		b.Fatal(found)
	}
	for b.Loop() {
		for i := range people {
			if _, ok := orgs[0].Place("invitations", fmt.Sprintf("user%d@acme.example", i), "roles"); !ok {
				b.Fatal(i)
			}
		}
	}
}

// TestSharedFields checks that people share their fields only if all values are equal, also across organizations.
func TestSharedFields(t *testing.T) {
	const first = `name: A
members:
  - {username: owner@x.example, roles: [ORG_OWNER]}
  - {roles: [ORG_OWNER], username: other@x.example}
  - {username: reader@x.example, roles: [ORG_READ_ONLY]}
  - {username: both@x.example, roles: [ORG_OWNER, ORG_READ_ONLY]}
  - {username: odd@x.example, roles: [ORG_OWNER], teams: []}
  - {username: team@x.example, roles: [ORG_OWNER], teams: [a, b]}
  - {username: quoted@x.example, roles: [ORG_OWNER], teams: ["a\" \"b"]}
  - {username: project@x.example, roles: [ORG_OWNER], projects: {a: [GROUP_OWNER]}}
  - {username: other-project@x.example, roles: [ORG_OWNER], projects: {b: [GROUP_OWNER]}}
  - {username: empty@x.example, roles: [ORG_OWNER], projects: {}}
  - {username: again@x.example, roles: [ORG_OWNER], reinviteRejected: true}
  - {username: "no@x.example", roles: [ORG_OWNER], reinviteRejected: false}
`
	orgs, found := load(t, fstest.MapFS{
		"orgs/a.yaml": {Data: []byte(first)},
		"orgs/b.yaml": {Data: []byte("name: B\nmembers:\n  - {username: owner@x.example, roles: [ORG_OWNER]}\n")},
	}, "orgs")
	if len(orgs) != 2 {
		t.Fatal(found)
	}
	sharing := map[uintptr][]string{}
	for _, o := range orgs {
		for _, m := range o.Want["members"] {
			if _, ok := m.Fields["username"]; ok {
				t.Errorf("%s still has its key", m.Key)
			}
			at := reflect.ValueOf(m.Fields).Pointer()
			sharing[at] = append(sharing[at], m.Key)
		}
	}
	if len(sharing) != 11 {
		t.Errorf("got %d different values, want 11: %v", len(sharing), sharing)
	}
	if same := sharing[reflect.ValueOf(orgs[1].Want["members"][0].Fields).Pointer()]; len(same) != 3 {
		t.Errorf("these share their fields: %v", same)
	}
}
