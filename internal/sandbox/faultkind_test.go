package sandbox

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

const htmlType = "text/html; charset=utf-8"

// TestFaultKinds renames an organization during a fault. It checks the answer, whether the organization was renamed,
// and the log.
func TestFaultKinds(t *testing.T) {
	jsonType := "application/vnd.atlas.2023-01-01+json;charset=utf-8"
	for _, row := range []struct {
		kind, reason string
		status       int
		code, media  string
		effect       int // status of the write; 0: it was not carried out
	}{
		{"500-before", "Atlas's own error", 500, "UNEXPECTED_ERROR", "application/json", 0},
		{"500-after", "the same error, but Atlas carried out the request", 500, "UNEXPECTED_ERROR", "application/json", 200},
		{"503", "Atlas is unavailable", 503, "SERVICE_UNAVAILABLE", "application/json", 0},
		{"503-retry-after", "Atlas is unavailable, with Retry-After", 503, "SERVICE_UNAVAILABLE", "application/json", 0},
		{"408", "a gateway's page: 408", 408, "", htmlType, 0},
		{"502", "a gateway's page: 502", 502, "", htmlType, 0},
		{"504", "a gateway's page: 504", 504, "", htmlType, 0},
		{"429", "the bucket is empty", 429, "RATE_LIMITED_TOKEN_BUCKET", "application/json", 0},
		{"429-bare", "a limit without Retry-After", 429, "RATE_LIMITED", "application/json", 0},
		{"rate-limited-ip", "a limit that is a 400", 400, "INVITATIONS_RATE_LIMITED_IP", "application/json", 0},
		{"404-no-code", "an error without a code and parameters", 404, "", "application/json", 0},
		{"410", "the version has reached its sunset", 410, "VERSION_GONE", "application/json", 0},
		{"html", "a success that is HTML", 200, "", htmlType, 0},
		{"html-after", "a success that is HTML, and Atlas carried out the request", 200, "", htmlType, 200},
		{"not-json", "a success whose body is not JSON", 200, "", jsonType, 200},
		{"expired-token", "the token expired a moment ago", 401, "UNEXPECTED_ERROR", "application/json", 401},
		{"app-upgrade", "Atlas accepts reads only", 405, "WRITES_NOT_ALLOWED_DURING_APP_UPGRADES", "application/json", 0},
	} {
		t.Run(row.kind, func(t *testing.T) {
			c := demo(t, "ACME_PROD").bearer().inject(Fault{Kind: row.kind})
			res := c.do("PATCH", v2+"/"+prodID, `{"name":"New"}`).want(t, row.status, row.code)
			if got := res.header.Get("Content-Type"); got != row.media {
				t.Errorf("%s: content type %q", row.reason, got)
			}
			c.wantOutcome(Outcome{row.status, row.kind, row.effect})
			if res.body != nil != strings.Contains(row.media, "/json") {
				t.Errorf("%s: body %s", row.reason, res.raw)
			}
		})
	}
}

// TestFaultBodies: two errors have the same bodies as Atlas's [seen null-error-code] [seen version-gone].
func TestFaultBodies(t *testing.T) {
	for _, row := range []struct{ kind, accept, want, code string }{
		{"404-no-code", v2023, `{"detail":null,"error":404,"errorCode":null,"parameters":null,"reason":"Not Found"}`, ""},
		{"410", v2023, `{"detail":"Version 2023-01-01 of api/atlas/v2/orgs/` + prodID + `/invites is no longer available.","error":410,"errorCode":"VERSION_GONE",
			"parameters":["2023-01-01","api/atlas/v2/orgs/` + prodID + `/invites"],"reason":"Gone"}`, "VERSION_GONE"},
		{"410", v2025, `{"detail":"Version 2025-02-19 of api/atlas/v2/orgs/` + prodID + `/invites is no longer available.","error":410,"errorCode":"VERSION_GONE",
			"parameters":["2025-02-19","api/atlas/v2/orgs/` + prodID + `/invites"],"reason":"Gone"}`, "VERSION_GONE"},
	} {
		c := demo(t, "ACME_PROD").inject(Fault{Kind: row.kind})
		res := c.send(request{method: "GET", path: invitesPath, accept: row.accept})
		if diff := cmp.Diff(parse(t, row.want), res.body); diff != "" || res.header.Get("X-Error-Code") != row.code {
			t.Errorf("%s: %v %s", row.kind, res.header, diff)
		}
	}
}

// TestFaultKindNames: scripts use these names, so they must not change.
func TestFaultKindNames(t *testing.T) {
	want := strings.Fields(`reset-before reset-after 500-before 500-after 503 503-retry-after 408 502 504 429 429-bare
		rate-limited-ip 404-no-code 410 html html-after truncated not-json silence silence-after expired-token stale-nonce token-limit app-upgrade`)
	if diff := cmp.Diff(want, FaultKinds()); diff != "" {
		t.Error(diff)
	}
}

// wantOutcome checks the newest log entry. It also checks that the organization has the name New if, and only if, the
// request was carried out.
func (c *client) wantOutcome(want Outcome) {
	c.t.Helper()
	if diff := cmp.Diff(want, c.last().Outcome); diff != "" {
		c.t.Errorf("log: %s", diff)
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if renamed := c.s.state.fleet.Orgs[0].Name == "New"; renamed != (want.Effect == 200) {
		c.t.Errorf("renamed: %t", renamed)
	}
}

// TestLostAnswers: the caller gets no answer, or a part of it.
func TestLostAnswers(t *testing.T) {
	for _, row := range []struct {
		kind, reason string
		err          error
		outcome      Outcome
	}{
		{"reset-before", "nothing happened", syscall.ECONNRESET, Outcome{0, "reset-before", 0}},
		{"reset-after", "it happened, and nobody says so", syscall.ECONNRESET, Outcome{0, "reset-after", 200}},
		{"truncated", "the connection ends in the middle", io.ErrUnexpectedEOF, Outcome{200, "truncated", 200}},
	} {
		t.Run(row.kind, func(t *testing.T) {
			c := demo(t, "ACME_PROD").bearer().inject(Fault{Kind: row.kind})
			res, err := c.try(c.signed(request{method: "PATCH", path: v2 + "/" + prodID, body: `{"name":"New"}`}))
			if !errors.Is(err, row.err) || res.status != row.outcome.Status {
				t.Errorf("%s: %d %q, %v", row.reason, res.status, res.raw, err)
			}
			c.wantOutcome(row.outcome)
			whole := c.do("GET", v2+"/"+prodID, "").want(t, 200, "") // the next connection works
			if row.kind == "truncated" && res.raw != whole.raw[:len(whole.raw)/2] {
				t.Errorf("got %q of %q", res.raw, whole.raw)
			}
		})
	}
}

// TestLostWithoutBody: for an answer without a body, truncate sends nothing, and cut-json sends half an object.
func TestLostWithoutBody(t *testing.T) {
	one := request{method: "DELETE", path: invitesPath + "/" + alanID}
	c := demo(t, "ACME_PROD").bearer().inject(Fault{Kind: "truncated"})
	if res, err := c.try(c.signed(one)); err == nil {
		t.Errorf("answered %d", res.status)
	}
	c.wantUser("alan@acme.example", "", "")
	c = demo(t, "ACME_PROD").bearer().inject(Fault{Kind: "not-json"})
	if res := c.send(one).want(t, 200, ""); res.raw != "{" {
		t.Errorf("body %q", res.raw)
	}
}

// TestResetWithoutTCP: a connection that is not TCP is closed or abandoned.
func TestResetWithoutTCP(t *testing.T) {
	s := New(Demo())
	server := httptest.NewTLSServer(s)
	t.Cleanup(server.Close)
	c := (&client{network: network{t, server.Client().Transport, server.URL}, s: s}).as("ACME_PROD").bearer()
	c.inject(Fault{Kind: "reset-before", Times: 2})
	if res, err := c.try(c.signed(request{method: "PATCH", path: v2 + "/" + prodID, body: "{}"})); err == nil {
		t.Errorf("over TLS answered %d", res.status)
	}
	defer func() {
		if got := recover(); got != http.ErrAbortHandler {
			t.Errorf("without a connection: %v", got)
		}
	}()
	c.rt = direct{s}
	c.do("GET", v2, "")
}

// TestSilence: one client gets no answer until it disconnects, and other clients are served.
func TestSilence(t *testing.T) {
	for _, row := range []struct {
		kind    string
		outcome Outcome
	}{
		{"silence", Outcome{0, "silence", 0}},
		{"silence-after", Outcome{0, "silence-after", 200}},
	} {
		t.Run(row.kind, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := demoDirect(t, "ACME_PROD").bearer().inject(Fault{Kind: row.kind})
				ctx, goAway := context.WithCancel(t.Context())
				r := c.signed(request{method: "PATCH", path: v2 + "/" + prodID, body: `{"name":"New"}`})
				ended := make(chan any)
				go func() {
					defer func() { ended <- recover() }()
					_, _ = c.try(r.WithContext(ctx))
				}()
				time.Sleep(24 * time.Hour)
				select {
				case got := <-ended:
					t.Errorf("ended early: %v", got)
				default:
				}
				c.wantOutcome(row.outcome)
				c.bearer().do("GET", v2, "").want(t, 200, "")
				goAway()
				if got := <-ended; got != http.ErrAbortHandler {
					t.Errorf("want http.ErrAbortHandler, got %v", got)
				}
			})
		})
	}
}

// TestSilenceEnds: over a real connection, the server notices that the client has disconnected, even while the client
// sends a body. Otherwise, closing the server would wait forever.
func TestSilenceEnds(t *testing.T) {
	c := demo(t, "ACME_PROD").bearer().inject(Fault{Kind: "silence", Times: -1})
	for _, body := range []string{"{}", strings.Repeat(" ", 3*maxBody)} {
		ctx, goAway := context.WithCancel(t.Context())
		r := c.signed(request{method: "PATCH", path: v2 + "/" + prodID, body: body}).WithContext(ctx)
		ended := make(chan error)
		go func() {
			_, err := c.try(r)
			ended <- err
		}()
		for c.last().Fault == "" { // wait until the request has arrived
			c.control("GET", "/_sandbox/log", "")
		}
		goAway()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		c.control("DELETE", "/_sandbox/faults", "")
		c.do("GET", v2, "").want(t, 200, "")
		c.inject(Fault{Kind: "silence", Times: -1})
	}
}

// TestRetryHeaders: the headers of each limit that say when to send the request again.
func TestRetryHeaders(t *testing.T) {
	settings := v2 + "/" + prodID + "/settings"
	for _, row := range []struct{ kind, reason, path, after, limit, remaining string }{
		{"429", "the capacity is that of the operation's set", settings, "1", "10", "0"},
		{"429", "a path that is no operation", v2 + "/a/b/c", "1", "300", "0"},
		{"429-bare", "it is called so for that", settings, "", "", ""},
		{"503", "no word of when", settings, "", "", ""},
		{"503-retry-after", "one second", settings, "1", "", ""},
		{"rate-limited-ip", "a 400 has no such header", settings, "", "", ""},
	} {
		t.Run(row.kind+" "+row.reason, func(t *testing.T) {
			h := demo(t, "ACME_PROD").bearer().inject(Fault{Kind: row.kind}).do("GET", row.path, "").header
			got := []string{h.Get("Retry-After"), h.Get("RateLimit-Limit"), h.Get("RateLimit-Remaining")}
			if diff := cmp.Diff([]string{row.after, row.limit, row.remaining}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	res := demo(t, "ACME_PROD").bearer().inject(Fault{Kind: "429"}).do("GET", settings, "")
	if diff := cmp.Diff(parse(t, `["api/atlas/v2/orgs",1,10,5,60]`), res.object()["parameters"]); diff != "" {
		t.Error(diff)
	}
}

// TestFaultyCredentials: credentials that worked a moment ago fail, and new ones work.
func TestFaultyCredentials(t *testing.T) {
	c := demo(t, "ACME_PROD")
	c.inject(Fault{Kind: "token-limit"})
	want := parse(t, `{"error":"access_denied","error_description":"Access Token limit reached"}`)
	if res := c.mint(); res.status != 403 || cmp.Diff(want, res.body) != "" {
		t.Errorf("token-limit: %d %s", res.status, res.raw)
	}
	bearer := c.bearer().inject(Fault{Kind: "expired-token"})
	bearer.wantInvalidToken("dropped")
	bearer.wantInvalidToken("for good")
	bearer.bearer().do("GET", v2, "").want(t, 200, "")

	nonce := c.nonce()
	c.inject(Fault{Kind: "stale-nonce"})
	for i := range 2 {
		r := c.build(request{method: "GET", path: v2})
		r.Header.Set("Authorization", c.authorization(r, nonce, i+1))
		if res := c.roundTrip(r); !strings.HasSuffix(res.header.Get("WWW-Authenticate"), "stale=true") {
			t.Errorf("stale-nonce, request %d: %v", i+1, res.header)
		}
	}
	c.do("GET", v2, "").want(t, 200, "")
}

// TestForgottenNonce: a forgotten nonce is removed completely, so that later challenges work.
func TestForgottenNonce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := demoDirect(t, "ACME_PROD").inject(Fault{Kind: "stale-nonce"})
		c.do("GET", v2, "").want(t, 401, "UNEXPECTED_ERROR")
		time.Sleep(time.Hour)
		c.do("GET", v2, "").want(t, 200, "")
		if n := &c.s.access.keys.nonces; len(n.live) != len(n.order) {
			t.Errorf("%d live nonces, %d in order", len(n.live), len(n.order))
		}
	})
}
