package spec

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

func TestPlaceLeadsToWhatIsWritten(t *testing.T) {
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
		{"the organization is where its name is", acme, "organization", "", nil, "orgs/acme.yaml:2:1"},
		{"a key of the organization itself may come from the defaults", acme, "organization", "", []string{"credentials"}, "orgs/_defaults.yaml:1:1"},
		{"an object without a key is where its section starts", acme, "settings", "", nil, "orgs/acme.yaml:3:1"},
		{"a field is where its key is", acme, "settings", "", []string{"securityContact"}, "orgs/acme.yaml:4:3"},
		{"what the defaults say is in the defaults", acme, "settings", "", []string{"multiFactorAuthRequired"}, "orgs/_defaults.yaml:3:3"},
		{"of a merged object the nearest file counts", acme, "settings", "", []string{"customSessionTimeouts"}, "orgs/acme.yaml:5:3"},
		{"its parts keep their own places: near", acme, "settings", "", []string{"customSessionTimeouts", "idleSessionTimeoutInSeconds"}, "orgs/acme.yaml:5:28"},
		{"its parts keep their own places: far", acme, "settings", "", []string{"customSessionTimeouts", "absoluteSessionTimeoutInSeconds"}, "orgs/_defaults.yaml:5:5"},
		{"a section may come from the defaults as a whole", beta, "settings", "", nil, "orgs/_defaults.yaml:2:1"},
		{"a list item is found by its key in lower case, and starts behind its dash", acme, "invitations", ada, nil, "orgs/acme.yaml:9:5"},
		{"a field of a list item", acme, "invitations", ada, []string{"username"}, "orgs/acme.yaml:12:5"},
		{"an item of a list within", acme, "invitations", ada, []string{"roles", "ORG_MEMBER"}, "orgs/acme.yaml:11:9"},
		{"a key of a map", acme, "invitations", ada, []string{"projects", "Checkout"}, "orgs/acme.yaml:13:17"},
		{"an item of a list in a map", acme, "invitations", ada, []string{"projects", "Checkout", "GROUP_READ_ONLY"}, "orgs/acme.yaml:13:41"},
		{"what is not written is at the last that is", acme, "invitations", ada, []string{"projects", "Billing"}, "orgs/acme.yaml:13:5"},
		{"and nothing behind a gap counts, even if it has a name that exists", acme, "invitations", ada, []string{"teams", "username"}, "orgs/acme.yaml:9:5"},
		{"nobody else's invitation", acme, "invitations", "eve@acme.example", nil, ""},
		{"a section that is not written", beta, "invitations", ada, nil, ""},
		{"a kind that does not exist", acme, "clusters", "", nil, ""},
		{"a key that is no kind", acme, "credentials", "", nil, ""},
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

// BenchmarkPlace looks up the places of as many people as a file can hold.
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
