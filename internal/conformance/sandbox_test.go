package conformance

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"atlas-gitops/internal/sandbox"
)

const (
	v2       = "/api/atlas/v2/orgs"
	acme     = v2 + "/" + productionID
	version1 = "application/vnd.atlas.2023-01-01+json"
	version5 = "application/vnd.atlas.2025-02-19+json"
	form     = "application/x-www-form-urlencoded"
)

// call is one request to a new sandbox, and the expected answer.
type call struct {
	reason string
	method string
	path   string
	body   string
	status int
	code   string // expected error code
	as     string // the credential; "": ACME_PROD
	accept string // "": version1
	media  string // type of the body; "": version1
	logins []login
	before func(*sandbox.Fleet)
	times  int // how often it is sent; the last answer is checked
}

// driveSandbox sends all calls, with each login.
func driveSandbox(t *testing.T) (all []exchange) {
	for _, c := range slices.Concat(organizationCalls(), settingsCalls(), invitationCalls(), userCalls(), roleCalls(), listCalls(), federationCalls(), otherCalls()) {
		logins := c.logins
		if logins == nil {
			logins = []login{byDigest(), byToken()}
		}
		for _, l := range logins {
			all = append(all, c.drive(t, l)...)
		}
	}
	return all
}

// drive sends the call as often as times says.
func (c call) drive(t *testing.T, l login) []exchange {
	t.Helper()
	a := c.send(t, l)
	last := a.exchanges[len(a.exchanges)-1]
	if last.status != c.status || last.code() != c.code {
		t.Errorf("%s, by %s: %s %s: got %d %s, want %d %s: %s", c.reason, l.name, c.method, c.path, last.status, last.code(), c.status, c.code, last.answer)
	}
	return a.exchanges
}

// send sends the call to a new sandbox, and returns that sandbox.
func (c call) send(t *testing.T, l login) *atlas {
	t.Helper()
	a := newAtlas(t, c.sandbox())
	network := l.with(t, a.base, a.credential(c.credential()), a.recorder)
	for range max(c.times, 1) {
		response, err := network.RoundTrip(c.request(t, a.base))
		if err != nil {
			t.Fatalf("%s, by %s: %v", c.reason, l.name, err)
		}
		response.Body.Close()
	}
	return a
}

// sandbox returns a sandbox in the state that the call needs.
func (c call) sandbox() *sandbox.Server {
	f := sandbox.Demo()
	if c.before != nil {
		c.before(f)
	}
	return sandbox.New(f)
}

func (c call) credential() string { return cmp.Or(c.as, "ACME_PROD") }

func (c call) request(t *testing.T, base string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), c.method, base+c.path, strings.NewReader(c.body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", cmp.Or(c.accept, version1))
	if c.body != "" {
		r.Header.Set("Content-Type", cmp.Or(c.media, version1))
	}
	return r
}

// code returns the code of an error of Atlas or of OAuth.
func (e exchange) code() string {
	var body struct {
		ErrorCode string
		Error     any
	}
	if e.succeeded() || json.Unmarshal(e.answer, &body) != nil {
		return ""
	}
	code, _ := body.Error.(string)
	return cmp.Or(body.ErrorCode, code)
}

// change returns a function that changes one organization of the fleet.
func change(id string, edit func(*sandbox.Org)) func(*sandbox.Fleet) {
	return func(f *sandbox.Fleet) {
		i := slices.IndexFunc(f.Orgs, func(o *sandbox.Org) bool { return o.ID == id })
		edit(f.Orgs[i])
	}
}

// demote returns a function that leaves every credential only these roles.
func demote(roles ...string) func(*sandbox.Fleet) {
	return func(f *sandbox.Fleet) {
		for _, c := range f.Credentials {
			c.Roles = roles
		}
	}
}
