package sandbox

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// inject adds faults.
func (c *client) inject(all ...Fault) *client {
	c.t.Helper()
	for _, f := range all {
		if err := c.s.Inject(f); err != nil {
			c.t.Fatal(err)
		}
	}
	return c
}

// last returns the newest entry of the log.
func (c *client) last() Entry {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.s.log.entries[len(c.s.log.entries)-1]
}

// TestFaultOfRefusal: a request that is refused anyway can meet a fault, too.
func TestFaultOfRefusal(t *testing.T) {
	c := demo(t, "ACME_PROD").bearer().inject(Fault{Kind: "500-after"}, Fault{Kind: "not-json"})
	c.do("PATCH", v2+"/"+prodID, `{"name":""}`).want(t, 500, "UNEXPECTED_ERROR")
	c.wantOutcome(Outcome{500, "500-after", 400})
	res := c.do("PATCH", v2+"/"+prodID, `{"name":""}`).want(t, 200, "")
	if res.header.Get("X-Error-Code") != "" || res.header.Get("Content-Type") != "application/json" {
		t.Errorf("headers %v", res.header)
	}
	c.wantOutcome(Outcome{200, "not-json", 400})
}

// TestFaultOrder: which requests meet which fault, and which faults stay pending.
func TestFaultOrder(t *testing.T) {
	invites, settings := "GET "+invitesPath, "GET "+v2+"/"+prodID+"/settings"
	for _, row := range []struct {
		reason, faults, requests, statuses, left string
	}{
		{"once", `{"fault":"503"}`, invites + " " + invites, "503 200", `[]`},
		{"times 0 is once", `{"fault":"503","times":0}`, invites + " " + invites, "503 200", `[]`},
		{"twice", `{"fault":"503","times":3}`, invites + " " + invites, "503 503", `[{"fault":"503","times":1}]`},
		{"always", `{"fault":"503","times":-1}`, invites + " " + invites, "503 503", `[{"fault":"503","times":-1}]`},
		{"later", `{"fault":"503","after":1}`, invites + " " + invites + " " + invites, "200 503 200", `[]`},
		{"after requests that did not come yet", `{"fault":"503","after":5}`, invites, "200", `[{"fault":"503","after":4,"times":1}]`},
		{"two faults in order", `{"fault":"503"} {"fault":"502"}`, invites + " " + invites, "503 502", `[]`},
		{"a fault that still counts does not hide the next one", `{"fault":"503","after":1} {"fault":"502"}`, invites + " " + invites, "502 503", `[]`},
		{"a hidden fault does not count", `{"fault":"503"} {"fault":"502","after":1}`, invites + " " + invites + " " + invites, "503 200 502", `[]`},
		{"by path", `{"fault":"503","path":"/api/atlas/v2/orgs/*/settings"}`, invites + " " + settings, "200 503", `[]`},
		{"a star does not match a slash", `{"fault":"503","path":"/api/atlas/v2/*"}`, invites, "200", `[{"fault":"503","path":"/api/atlas/v2/*","times":1}]`},
		{"by method", `{"fault":"503","method":"PATCH"}`, invites + " PATCH " + v2 + "/" + prodID + "/settings", "200 503", `[]`},
		{"requests that do not fit are not counted", `{"fault":"503","method":"PATCH","after":1}`, invites + " " + invites, "200 200", `[{"fault":"503","method":"PATCH","after":1,"times":1}]`},
		{"stale-nonce fits Digest requests only", `{"fault":"stale-nonce"}`, invites, "200", `[{"fault":"stale-nonce","times":1}]`},
		{"token-limit fits token requests only", `{"fault":"token-limit"}`, invites, "200", `[{"fault":"token-limit","times":1}]`},
		{"paths outside the API do not fail", `{"fault":"503"}`, "GET /_sandbox/log", "200", `[{"fault":"503","times":1}]`},
	} {
		t.Run(row.reason, func(t *testing.T) {
			c := demo(t, "ACME_PROD").bearer()
			for f := range strings.FieldsSeq(row.faults) {
				if res := c.control("POST", "/_sandbox/faults", f); res.status != 201 {
					t.Fatal(res.raw)
				}
			}
			var statuses []string
			for words := strings.Fields(row.requests); len(words) > 0; words = words[2:] {
				body := map[string]string{"PATCH": "{}"}[words[0]]
				statuses = append(statuses, fmt.Sprint(c.do(words[0], words[1], body).status))
			}
			if diff := cmp.Diff(row.statuses, strings.Join(statuses, " ")); diff != "" {
				t.Error(diff)
			}
			left := c.control("GET", "/_sandbox/faults", "")
			if diff := cmp.Diff(parse(t, row.left), left.body); diff != "" || left.status != 200 {
				t.Errorf("%d %s", left.status, diff)
			}
		})
	}
}

// TestFaultProbe: the first, unauthenticated request of a Digest client meets no fault.
func TestFaultProbe(t *testing.T) {
	c := demo(t, "ACME_PROD").inject(Fault{Kind: "503"}, Fault{Kind: "expired-token"})
	c.do("GET", v2, "").want(t, 503, "SERVICE_UNAVAILABLE") // after an unauthenticated request
	c.do("GET", v2, "").want(t, 200, "")                    // expired-token does not fit Digest requests
	if res := c.control("DELETE", "/_sandbox/faults", ""); res.status != 204 {
		t.Errorf("clearing answers %d", res.status)
	}
	if res := c.control("GET", "/_sandbox/faults", ""); res.raw != "[]\n" {
		t.Errorf("after clearing: %s", res.raw)
	}
	c.bearer().do("GET", v2, "").want(t, 200, "")
}

// TestFaultRefusals: a fault that could never happen is refused. The error says what is allowed.
func TestFaultRefusals(t *testing.T) {
	for _, row := range []struct{ reason, fault, says string }{
		{"no kind", `{}`, "fault"},
		{"an unknown kind", `{"fault":"earthquake"}`, `"reset-before" "reset-after"`},
		{"a kind with a capital letter", `{"fault":"SILENCE"}`, `"silence"`},
		{"a status without a kind", `{"fault":503}`, `"503"`},
		{"an invalid pattern", `{"fault":"503","path":"/api/["}`, "path.Match"},
		{"a path outside the API", `{"fault":"503","path":"/_sandbox/log"}`, "/api/"},
		{"an unknown method", `{"fault":"503","method":"get"}`, `"GET"`},
		{"a negative after", `{"fault":"503","after":-1}`, "after must be an integer from 0"},
		{"times below -1", `{"fault":"503","times":-2}`, "times must be an integer from -1"},
		{"times is not an integer", `{"fault":"503","times":0.5}`, "times"},
		{"an unknown attribute", `{"fault":"503","time":1}`, "time"},
		{"an attribute with a capital letter", `{"Fault":"503"}`, "Fault"},
		{"a duplicate attribute", `{"fault":"503","fault":"502"}`, "twice"},
		{"null", `{"fault":"503","path":null}`, "path"},
		{"not an object", `[]`, "does not match expected format"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			c := demo(t, "ACME_PROD")
			res := c.control("POST", "/_sandbox/faults", row.fault)
			detail, _ := res.object()["detail"].(string)
			if res.status != 400 || !strings.Contains(detail, row.says) {
				t.Errorf("%d %s", res.status, res.raw)
			}
			if left := c.control("GET", "/_sandbox/faults", ""); left.raw != "[]\n" {
				t.Errorf("a refused request added a fault: %s", left.raw)
			}
		})
	}
	for _, f := range []Fault{{}, {Kind: "x"}, {Kind: "503", After: -1}, {Kind: "503", Times: -2}, {Kind: "503", Path: "["}, {Kind: "503", Method: "get"}} {
		if err := New(Demo()).Inject(f); err == nil {
			t.Errorf("%+v is taken", f)
		}
	}
}

// TestFaultsConcurrent: with many clients at once, the right number of requests meets a fault, and the log says which
// were carried out.
func TestFaultsConcurrent(t *testing.T) {
	c := demo(t, "ACME_PROD").bearer().inject(Fault{Kind: "500-after", Times: 5}, Fault{Kind: "reset-before", Times: 5})
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			_, _ = c.try(c.signed(request{method: "PATCH", path: v2 + "/" + prodID, body: `{"name":"New"}`}))
		})
	}
	wg.Wait()
	got := map[Outcome]int{}
	for _, e := range c.s.log.entries[1:] { // the first request is for the token
		got[e.Outcome]++
	}
	want := map[Outcome]int{{500, "500-after", 200}: 5, {0, "reset-before", 0}: 5, {200, "", 0}: 10}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
