package client

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestLogin: the first request after Login needs no challenge. If Login failed, the request asks for one, as without Login.
func TestLogin(t *testing.T) {
	const probe, ahead, get = "GET /api/atlas/v2/orgs/1 (no login)", "GET /api/atlas/v2/orgs (no login)", "GET /api/atlas/v2/orgs/1"
	challenge, ok := answer{401, atlasChallenge("n1"), ""}, answer{200, "", "{}"}
	for _, row := range []struct {
		reason  string
		logins  int
		answers []answer
		want    []string
		failed  bool
	}{
		{"no login ahead", 0, []answer{challenge, ok}, []string{probe, get}, false},
		{"a login ahead", 1, []answer{challenge, ok}, []string{ahead, get}, false},
		{"the second login sends nothing", 2, []answer{challenge, ok}, []string{ahead, get}, false},
		{"the login fails", 1, []answer{{503, "", ""}, challenge, ok}, []string{ahead, probe, get}, false},
		{"the server needs no login", 1, []answer{ok, ok}, []string{ahead, probe}, false},
		{"a wrong key: the request has the error", 1, []answer{challenge, {401, atlasChallenge("n2"), ""}, {401, atlasChallenge("n3"), ""}}, []string{ahead, get, get}, true},
	} {
		s := &script{t: t, answers: row.answers}
		c := s.client()
		for range row.logins {
			if err := c.Login(t.Context()); err != nil {
				t.Errorf("%s: %v", row.reason, err)
			}
		}
		if err := c.Do(t.Context(), "GET", "/orgs/1", nil, nil); (err != nil) != row.failed {
			t.Errorf("%s: got %v", row.reason, err)
		}
		s.done()
		if diff := cmp.Diff(row.want, s.lines()); diff != "" || s.requests[0].agent != "test" {
			t.Errorf("%s: %s\n%s", row.reason, s.requests[0].agent, diff)
		}
	}
}

// TestLoginIsShared: a login ahead and requests at the same time need only one challenge.
func TestLoginIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var probes atomic.Int32
		c, err := New(Config{BaseURL: "https://atlas.example", Transport: roundTrip(func(r *http.Request) *http.Response {
			time.Sleep(time.Second)
			if r.Header.Get("Authorization") == "" {
				probes.Add(1)
				return &http.Response{StatusCode: 401, Header: http.Header{"Www-Authenticate": {`Digest realm="r", nonce="n", qop="auth"`}}, Body: http.NoBody}
			}
			response, _ := respond(200, "{}")
			return response
		})})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() { _ = c.Login(t.Context()) })
			all.Go(func() {
				if err := c.Do(t.Context(), "GET", "/orgs", nil, nil); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if took := time.Since(start); took != 2*time.Second || probes.Load() != 1 {
			t.Errorf("%s and %d challenges", took, probes.Load())
		}
	})
}

// TestLoginOfServiceAccount: Login fetches the token that the requests use and Close revokes. If it fails, the first request fetches
// one, and its error is the same as without Login.
func TestLoginOfServiceAccount(t *testing.T) {
	for _, row := range []struct {
		reason   string
		failures []int
		minted   int
		wantErr  string // of the request
	}{
		{"a token", nil, 1, ""},
		{"no token at first", []int{401}, 1, ""},
		{"a wrong secret", []int{401, 401}, 0, "POST /api/oauth/token: 401 access_denied: Access Token limit reached"},
	} {
		a := &tokens{t: t, failures: slices.Clone(row.failures)}
		c := a.client()
		for range 2 {
			if err := c.Login(t.Context()); (err != nil) != (len(row.failures) > 0) {
				t.Errorf("%s: %v", row.reason, err)
			}
			if len(row.failures) > 0 {
				break
			}
		}
		if err := c.Do(t.Context(), "GET", "/orgs", nil, nil); errorText(err) != row.wantErr {
			t.Errorf("%s: got %v", row.reason, err)
		}
		if err := c.Close(t.Context()); err != nil || a.minted != row.minted || len(a.revoked) != row.minted {
			t.Errorf("%s: %d tokens, revoked %v, %v", row.reason, a.minted, a.revoked, err)
		}
	}
}

// TestLoginAfterTheEnd: after an interrupt, or after the end of its context, Login sends nothing.
func TestLoginAfterTheEnd(t *testing.T) {
	ended, end := context.WithCancel(t.Context())
	end()
	interrupted := make(chan struct{})
	close(interrupted)
	for _, id := range []string{accountOfTests, "public"} {
		for _, row := range []struct {
			reason      string
			ctx         context.Context
			interrupted chan struct{}
		}{{"interrupted", t.Context(), interrupted}, {"ended", ended, nil}} {
			c, err := New(Config{BaseURL: "https://atlas.example", Credential: NewCredential(id, "secret"), Interrupted: row.interrupted,
				Transport: roundTrip(func(r *http.Request) *http.Response {
					t.Errorf("%s: sent %s", row.reason, r.URL)
					return &http.Response{StatusCode: 500, Body: http.NoBody}
				})})
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Login(row.ctx); !errors.Is(err, ErrInterrupted) {
				t.Errorf("%s: got %v", row.reason, err)
			}
		}
	}
}

// TestWriteThatWaitedForALogin: a write that shares the failed login of a read was not sent, so nobody has to ask what it did.
func TestWriteThatWaitedForALogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, err := New(Config{BaseURL: "https://atlas.example", Transport: failing{errors.New("reset")}})
		if err != nil {
			t.Fatal(err)
		}
		slow := c.login.(*digest)
		slow.next = sleepy{slow.next}
		go func() { _ = c.Login(t.Context()) }()
		synctest.Wait()
		var e *Error
		if err := c.Do(t.Context(), "POST", "/orgs", map[string]any{}, nil); !errors.As(err, &e) || e.Ambiguous() || !strings.Contains(err.Error(), "reset") {
			t.Errorf("got %v", err)
		}
	})
}

// sleepy answers a second later.
type sleepy struct{ http.RoundTripper }

func (s sleepy) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(time.Second)
	return s.RoundTripper.RoundTrip(r)
}
