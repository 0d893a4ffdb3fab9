package cli

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"atlas-gitops/internal/client"
	"atlas-gitops/internal/sandbox"
)

// TestListsThatAreNotWhole: a list that lacks a little of what Atlas counts is told once and used; one that lacks more is
// an error, with what to do.
func TestListsThatAreNotWhole(t *testing.T) {
	for _, row := range []struct {
		reason         string
		people, missed int
		status         int
		want           string
	}{
		{"an estimate may be off", 30, 1, ExitOK, "notice: GET /api/atlas/v2/orgs/5f1b0c0d0e0f0a0b0c0d0e01/users as ACME_PROD: totalCount is 31, but Atlas gives 30, twice the same; the run goes on with these.\n"},
		{"but not by so much", 30, 2, ExitError, "orgs/acme.yaml:4: Acme-Production: members: GET /api/atlas/v2/orgs/5f1b0c0d0e0f0a0b0c0d0e01/users: " +
			"totalCount is 32, but Atlas gives 30; the two may differ by one in twenty at most; run it again, and ask MongoDB support if that does not help\n"},
	} {
		fleet := sandbox.Demo()
		org := fleet.Orgs[0]
		for i := len(org.Users); i < row.people; i++ {
			more := *org.Users[0]
			more.ID, more.Username = fmt.Sprintf("5f1b0c0d0e0f0a0b0c0dff%02d", i), fmt.Sprintf("new%d@acme.example", i)
			org.Users = append(org.Users, &more)
		}
		w := newWorld(t, fleet, false)
		w.transport = overstating{w.server, row.missed}
		w.write("orgs/acme.yaml", "name: Acme-Production\nid: "+org.ID+"\ncredentials: ACME_PROD\nmembers: [{ username: grace@acme.example, roles: [ORG_OWNER] }]\nmanage: { members: additive }\n")
		status, stdout, stderr := w.run("plan", "orgs")
		if status != row.status || strings.Count(stderr, row.want) != 1 || strings.Count(stderr, "totalCount") != 1 {
			t.Errorf("%s: %d\n%s%s", row.reason, status, stdout, stderr)
		}
	}
}

// TestListIsToldOnce: the same list is read several times in a run, and the lists of two credentials are two.
func TestListIsToldOnce(t *testing.T) {
	var stderr strings.Builder
	a := &announcer{w: &stderr, said: map[string]time.Time{}}
	for _, credential := range []string{"", "ACME", "", "ACME"} {
		a.notice(credential)(client.Notice{Path: "/api/atlas/v2/orgs", Total: 47, Got: 46})
	}
	a.hush()
	a.notice("OTHER")(client.Notice{Path: "/api/atlas/v2/orgs", Total: 47, Got: 46})
	want := `notice: GET /api/atlas/v2/orgs: totalCount is 47, but Atlas gives 46, twice the same; the run goes on with these.
notice: GET /api/atlas/v2/orgs as ACME: totalCount is 47, but Atlas gives 46, twice the same; the run goes on with these.
`
	if got := stderr.String(); got != want {
		t.Errorf("got %s", got)
	}
}

// overstating counts so many people more than it lists.
type overstating struct {
	next http.RoundTripper
	more int
}

func (o overstating) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := o.next.RoundTrip(r)
	if err != nil || !strings.HasSuffix(r.URL.Path, "/users") || response.StatusCode != http.StatusOK {
		return response, err
	}
	body, err := io.ReadAll(response.Body)
	body = regexp.MustCompile(`"totalCount": ?\d+`).ReplaceAllFunc(body, func(total []byte) []byte {
		var n int
		_, text, _ := strings.Cut(string(total), ":")
		if _, err := fmt.Sscan(text, &n); err != nil {
			panic(err)
		}
		return fmt.Appendf(nil, `"totalCount":%d`, n+o.more)
	})
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, err
}

// TestWaitsAreAnnounced: nobody has to wonder why nothing happens.
func TestWaitsAreAnnounced(t *testing.T) {
	var stderr strings.Builder
	env := Env{Stderr: &stderr, Getenv: func(string) string { return "" }}
	in := &invocation{Env: env, progress: newProgress(env)}
	c, err := in.connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	refused := &client.Error{Method: "GET", Path: "/x", Status: 503}
	c.config.Waiting(client.Wait{Method: "GET", Path: "/x", For: time.Second})
	c.config.Waiting(client.Wait{Method: "GET", Path: "/api/atlas/v2/orgs/1/settings", For: 24 * time.Second, Limit: "Organization Settings"})
	c.config.Waiting(client.Wait{Method: "GET", Path: "/x", For: 4300 * time.Millisecond, Err: refused})
	c.config.Waiting(client.Wait{Method: "GET", Path: "/y", For: 4 * time.Second, Err: &client.Error{Method: "GET", Path: "/y", Status: 503}})
	c.config.Waiting(client.Wait{Method: "GET", Path: "/z", For: 14 * time.Second, Err: &client.Error{Method: "GET", Path: "/z", Status: 503}})
	c.config.Waiting(client.Wait{Method: "POST", Path: "/x", For: 4 * time.Second, Err: &client.Error{Method: "POST", Path: "/x", Status: 502, Verdict: client.AmbiguousRetryable}})
	in.verbose = 1
	if c, err = in.connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		c.config.Waiting(client.Wait{Method: "GET", Path: "/x", For: 20 * time.Millisecond, Err: refused})
	}
	want := `Waiting 24s before GET /api/atlas/v2/orgs/1/settings: Atlas's limit "Organization Settings" is used up.
Waiting 4s to try again: GET /x: 503 Service Unavailable.
Waiting 14s to try again: GET /z: 503 Service Unavailable.
Waiting 4s to see what became of it: POST /x: 502 Bad Gateway.
Waiting 20ms to try again: GET /x: 503 Service Unavailable.
Waiting 20ms to try again: GET /x: 503 Service Unavailable.
`
	if got := stderr.String(); got != want {
		t.Errorf("got %q", got)
	}
}
