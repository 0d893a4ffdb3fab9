package sandbox

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestGrant(t *testing.T) {
	s := New(Demo())
	for _, row := range []struct{ reason, name, org, bound string }{
		{"an existing credential", "ACME_PROD", "Acme-Production", prodID},
		{"an existing credential keeps its organization", "ACME_PROD", "Acme-Stage", prodID},
		{"a new credential, organization by name", "MINE", "Acme Billing", billingID},
		{"a new credential, organization by id", "MINE2", stageID, stageID},
		{"the credential without a name", "", "Acme-Stage", stageID},
		{"the credential without a name keeps its organization", "", "Acme-Production", stageID},
		{"an organization name must be exact", "CASE", "acme-stage", ""},
		{"an organization that does not exist", "LATER", "Acme New", ""},
	} {
		if got := s.Grant(row.name, row.org); got.OrgID != row.bound || got.Name != row.name {
			t.Errorf("%s: %+v", row.reason, got)
		}
	}
	if diff := cmp.Diff(s.Grant("MINE", ""), New(Demo()).Grant("MINE", "Acme Billing")); diff != "" {
		t.Errorf("the keys of a name differ: %s", diff)
	}
	if n := len(s.Credentials()); n != 11 || s.Credentials()[6].Name != "MINE" {
		t.Errorf("%d credentials", n)
	}
	s.Credentials()[0].Roles[0] = "ORG_READ_ONLY"
	if got := s.Credentials()[0].Roles[0]; got != "ORG_OWNER" {
		t.Errorf("the caller changed the server's credential: %s", got)
	}
}

// TestGrantPayer: a credential that creates organizations belongs to one that pays.
func TestGrantPayer(t *testing.T) {
	for _, row := range []struct {
		reason, name, bound string
		before              func(*Fleet)
	}{
		{"the organization that pays", "CREATOR", billingID, nil},
		{"the credential without a name, too", "", billingID, nil},
		{"an existing credential keeps its organization", "ACME_PROD", prodID, nil},
		{"the first of several that pay", "CREATOR", stageID, func(f *Fleet) { f.Orgs[1].Paying = true }},
		{"a deleted organization does not count", "CREATOR", billingID, func(f *Fleet) { f.Orgs[1].Paying, f.Orgs[1].IsDeleted = true, true }},
		{"no organization pays", "CREATOR", "", func(f *Fleet) { f.Orgs[3].Paying = false }},
		{"a credential without an organization gets one", "LATER", billingID, func(f *Fleet) { f.Credentials = append(f.Credentials, namedCredential("LATER", "")) }},
	} {
		t.Run(row.reason, func(t *testing.T) {
			f := Demo()
			if row.before != nil {
				row.before(f)
			}
			s := New(f)
			got := s.GrantPayer(row.name)
			if got.OrgID != row.bound || got.Name != row.name {
				t.Errorf("got %+v", got)
			}
			if diff := cmp.Diff(got, s.Grant(row.name, "")); diff != "" {
				t.Errorf("another credential was changed: %s", diff)
			}
		})
	}
	c := demo(t, "ACME_PROD")
	c.cred = c.s.GrantPayer("CREATOR")
	c.do("POST", v2, `{"name":"Acme New","orgOwnerId":"`+adaID+`"}`).want(t, 201, "")
}

// TestGrantUnknownOrg: a credential for an organization that does not exist has no organization. After the organization
// was created, Grant gives it to the credential.
func TestGrantUnknownOrg(t *testing.T) {
	c := demo(t, "ACME_BILLING")
	later := *c
	later.cred = c.s.Grant("LATER", "Acme New")
	if got := later.do("GET", v2, "").want(t, 200, "").results(); len(got) != 0 {
		t.Errorf("sees %v", got)
	}
	later.do("GET", v2+"/"+prodID, "").want(t, 401, "USER_CANNOT_ACCESS_ORG")
	c.do("POST", v2, `{"name":"Acme New","orgOwnerId":"`+adaID+`","apiKey":{"desc":"LATER","roles":["ORG_OWNER"]}}`).want(t, 201, "")
	if got := c.s.Grant("LATER", "Acme New"); got.PrivateKey != later.cred.PrivateKey || got.OrgID == "" {
		t.Errorf("got %+v", got)
	}
	if got := later.do("GET", v2, "").results(); len(got) != 1 {
		t.Errorf("sees %v", got)
	}
}

// TestNewCopies: the server does not change the caller's fleet.
func TestNewCopies(t *testing.T) {
	f := Demo()
	c := serve(t, New(f)).as("ACME_PROD")
	f.Orgs[0].Name = "Mine"
	c.do("PATCH", v2+"/"+prodID, `{"name":"Theirs"}`).want(t, 200, "")
	if f.Orgs[0].Name != "Mine" {
		t.Errorf("name %s", f.Orgs[0].Name)
	}
	if got := New(&Fleet{}).state.fleet; got.Format != 1 || newDraft(got, nil).newID() != "5f1b0c0d0e0f0a0b0c0d3001" {
		t.Errorf("an empty fleet is not ready: %+v", got)
	}
}

// TestDemo: ids are well formed and unique. A person has the same id in all organizations.
func TestDemo(t *testing.T) {
	f := Demo()
	usernames, seen := map[string]string{}, map[string]bool{}
	next := newDraft(f, nil).newID()
	for _, o := range f.Orgs {
		meet(t, o, usernames)
		for _, id := range ownIDs(o) {
			if !hexID.MatchString(id) || seen[id] || usernames[id] != "" || id >= next {
				t.Errorf("id %q", id)
			}
			seen[id] = true
		}
	}
}

// meet adds the people of o to usernames, by id.
func meet(t *testing.T, o *Org, usernames map[string]string) {
	t.Helper()
	for _, u := range o.Users {
		if usernames[u.ID] != "" && usernames[u.ID] != u.Username {
			t.Errorf("%s is %s and %s", u.ID, usernames[u.ID], u.Username)
		}
		usernames[u.ID] = u.Username
		if u.FirstName == "" || u.LastName == "" || u.Country == "" {
			t.Errorf("%s has no name or no country", u.Username)
		}
	}
}

// ownIDs returns the ids that only o has: its own, and those of its invitations, teams and projects.
func ownIDs(o *Org) []string {
	ids := []string{o.ID}
	for _, u := range o.Users {
		if u.Invitation != nil {
			ids = append(ids, u.Invitation.ID)
		}
	}
	for _, x := range o.Teams {
		ids = append(ids, x.ID)
	}
	for _, x := range o.Projects {
		ids = append(ids, x.ID)
	}
	return ids
}

// TestDemoCredentials: every organization has a credential in Atlas's format.
func TestDemoCredentials(t *testing.T) {
	f := Demo()
	for i, c := range f.Credentials {
		if c.OrgID != f.Orgs[i%len(f.Orgs)].ID || len(c.PublicKey) != 8 || len(c.PrivateKey) != 36 || len(c.ClientID) != 34 || len(c.ClientSecret) != 50 {
			t.Errorf("credential %+v", c)
		}
	}
}

// TestConcurrency: with many clients at once, no accepted write is lost.
func TestConcurrency(t *testing.T) {
	c := demo(t, "ACME_PROD")
	bearer := c.bearer()
	nonce := c.nonce()
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			body := fmt.Sprintf(`{"roles":["ORG_OWNER"],"teamIds":["%s"]}`, platform)
			bearer.do("PATCH", invitesPath+"/"+alanID, body)
			r := c.build(request{method: "GET", path: v2})
			r.Header.Set("Authorization", c.authorization(r, nonce, i+1))
			c.roundTrip(r).want(t, 200, "")
			c.s.Grant(fmt.Sprint("GRANT", i), "Acme-Stage")
			c.s.Credentials()
			c.control("GET", "/_sandbox/log", "")
			c.control("GET", "/_sandbox/fleet", "")
		})
	}
	wg.Wait()
	if n := len(c.s.Credentials()); n != 26 {
		t.Errorf("%d credentials", n)
	}
	if got := c.do("GET", invitesPath+"/"+alanID, "").object(); names([]any{got}, "username") != "alan" {
		t.Errorf("got %v", got)
	}
}

// TestAbsoluteLinks: links name the server that the caller uses.
func TestAbsoluteLinks(t *testing.T) {
	c := demo(t, "ACME_PROD").bearer()
	r := c.build(request{method: "GET", path: v2})
	r.Host = "atlas.example:8080"
	r.Header.Set("Authorization", "Bearer "+c.token)
	if raw := c.roundTrip(r).raw; !strings.Contains(raw, `"http://atlas.example:8080/api/atlas/v2/orgs?`) {
		t.Error(raw)
	}
}

// TestHead: HEAD answers with the header of GET and without a body, with and without a network.
func TestHead(t *testing.T) {
	s := New(Demo())
	for name, c := range map[string]*client{
		"network": serve(t, s),
		"process": {network: network{t, s, "http://sandbox"}, s: s},
	} {
		t.Run(name, func(t *testing.T) {
			c = c.as("ACME_PROD")
			for _, row := range []struct {
				reason, path string
				status       int
				code         string
			}{
				{"a path with GET", v2 + "/" + prodID, 200, ""},
				{"a path that the sandbox does not have", v2 + "/" + prodID + "/things", 501, "SANDBOX_NOT_EMULATED"},
				{"a path without GET", v2 + "/" + prodID + "/users/" + adaID + "/roles", 405, "METHOD_NOT_ALLOWED"},
			} {
				get, head := c.do("GET", row.path, ""), c.do("HEAD", row.path, "")
				if head.raw != "" || head.status != row.status || head.header.Get("X-Error-Code") != row.code || get.status != row.status {
					t.Errorf("%s: %d %v %q", row.reason, head.status, head.header, head.raw)
				}
				if media := head.header.Get("Content-Type"); media != get.header.Get("Content-Type") {
					t.Errorf("%s: Content-Type %q", row.reason, media)
				}
			}
		})
	}
}

// TestBrokenBody: a request body that ends early changes nothing, and does not count as a shorter body.
func TestBrokenBody(t *testing.T) {
	c := demoDirect(t, "ACME_PROD")
	r, err := http.NewRequest("PATCH", c.base+v2+"/"+prodID, broken{})
	if err != nil {
		t.Fatal(err)
	}
	if res := c.roundTrip(r); res.status != 400 {
		t.Errorf("got %d", res.status)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, fmt.Errorf("cut off") }
