package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"atlas-gitops/internal/client"
	"atlas-gitops/internal/sandbox"
)

// The organizations of the demonstration fleet that these tests use.
const (
	acme    = "5f1b0c0d0e0f0a0b0c0d0e01"
	staging = "5f1b0c0d0e0f0a0b0c0d0e02"
)

// inside is a sandbox without a network, so it shares the fake clock of a synctest bubble.
type inside struct {
	*testing.T
	server *sandbox.Server
}

func newInside(t *testing.T) *inside { return &inside{t, sandbox.New(sandbox.Demo())} }

// client returns a client for one of the organizations.
func (s *inside) client(org string, change func(*client.Config)) *client.Client {
	s.Helper()
	granted := s.server.Grant(org, org)
	config := client.Config{BaseURL: "https://atlas.example", Transport: s.server, Credential: client.NewCredential(granted.PublicKey, granted.PrivateKey)}
	if change != nil {
		change(&config)
	}
	c, err := client.New(config)
	if err != nil {
		s.Fatal(err)
	}
	return c
}

// insist writes as package apply does: it tries again after a temporary failure.
func insist(t *testing.T, c *client.Client, method, path string, body any) {
	t.Helper()
	for range 6 {
		err := c.Do(t.Context(), method, path, body, nil)
		var e *client.Error
		if err == nil {
			return
		}
		if !errors.As(err, &e) || !e.Temporary() || e.Ambiguous() {
			t.Error(err)
			return
		}
	}
	t.Errorf("%s %s never got through", method, path)
}

// statuses counts the answered requests by method, path and status.
func (s *inside) statuses() map[string]int {
	counts := map[string]int{}
	for _, e := range s.server.Log() {
		counts[fmt.Sprint(e.Method, " ", e.Path, " ", e.Status)]++
	}
	return counts
}

// settings sends n reads of the settings at the same time.
func (s *inside) settings(c *client.Client, n int) {
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			if err := c.Do(s.Context(), "GET", "/orgs/"+acme+"/settings", nil, nil); err != nil {
				s.Error(err)
			}
		})
	}
	wg.Wait()
}

// inTurn sends n reads of the settings, one after the other.
func (s *inside) inTurn(c *client.Client, n int) {
	for range n {
		s.settings(c, 1)
	}
}

// slowly delays each request, so that others are sent before it is answered.
func slowly(next http.RoundTripper) http.RoundTripper {
	return transport(func(r *http.Request) (*http.Response, error) {
		time.Sleep(100 * time.Millisecond)
		return next.RoundTrip(r)
	})
}

// invitation returns the body of an invitation for the path.
func invitation(path, username string) map[string]any {
	roles := []string{"ORG_MEMBER"}
	if strings.HasSuffix(path, "/users") {
		return map[string]any{"username": username, "roles": map[string]any{"orgRoles": roles}}
	}
	return map[string]any{"username": username, "roles": roles}
}

// TestNoWaitForUnshownLimits: limits that are only documented or observed make no request wait, as long as the server shows no
// limit. The requests are sent one after the other, and then all at the same time.
func TestNoWaitForUnshownLimits(t *testing.T) {
	for _, row := range []struct{ reason, method, path string }{
		{"ten reads of settings are documented", "GET", "/orgs/" + acme + "/settings"},
		{"ten changes of settings are documented", "PATCH", "/orgs/" + acme + "/settings"},
		{"300 lists of a credential are documented", "GET", "/orgs"},
		{"ten invitations a minute are the observed limit", "POST", "/orgs/" + acme + "/invites"},
		{"ten invitations a minute are the observed limit, on the newer path, too", "POST", "/orgs/" + acme + "/users"},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newInside(t)
			unlimited := transport(func(r *http.Request) (*http.Response, error) {
				if r.Header.Get("Authorization") == "" {
					return s.server.RoundTrip(r)
				}
				return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}"))}, nil
			})
			c := s.client(acme, func(config *client.Config) {
				config.Transport = slowly(unlimited)
				config.Waiting = telling(func(w client.Wait) { t.Errorf("%s: waits %+v", row.reason, w) })
			})
			do := func() {
				if err := c.Do(t.Context(), row.method, row.path, nil, nil); err != nil {
					t.Error(err)
				}
			}
			start := time.Now()
			for range 20 {
				do()
			}
			var wg sync.WaitGroup
			for range 320 {
				wg.Go(do)
			}
			wg.Wait()
			if took := time.Since(start); took > 3*time.Second {
				t.Errorf("%s: took %s", row.reason, took)
			}
		})
	}
}

const settingsOf = "GET /api/atlas/v2/orgs/" + acme + "/settings "

// TestRateLimitOfABucket: the bucket has ten tokens, and gets five a minute. After the first answer has shown that Atlas
// counts, forty requests take six minutes, and none is refused.
func TestRateLimitOfABucket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newInside(t)
		var longest client.Wait
		var mu sync.Mutex
		c := s.client(acme, func(config *client.Config) {
			config.Transport = slowly(s.server)
			config.Waiting = telling(func(w client.Wait) {
				mu.Lock()
				defer mu.Unlock()
				if w.For > longest.For {
					longest = w
				}
			})
		})
		start := time.Now()
		s.settings(c, 1)
		s.settings(c, 39)
		if took := time.Since(start); took < 6*time.Minute || took > 6*time.Minute+time.Second {
			t.Errorf("took %s, want 6m to 6m1s", took)
		}
		if got := s.statuses(); got[settingsOf+"200"] != 40 || got[settingsOf+"429"] != 0 {
			t.Errorf("got %v", got)
		}
		want := client.Wait{Method: "GET", Path: "/api/atlas/v2/orgs/" + acme + "/settings", For: longest.For, Limit: "Organization Settings"}
		if longest != want || longest.For < 6*time.Minute-time.Second {
			t.Errorf("reported %+v, want %+v", longest, want)
		}
	})
}

// TestRateLimitOfAnUnknownBucket: Atlas may refuse requests that were sent before the first answer. They all succeed at the
// pace that the refusals state, and none is refused twice.
func TestRateLimitOfAnUnknownBucket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newInside(t)
		c := s.client(acme, func(config *client.Config) { config.Transport = slowly(s.server) })
		start := time.Now()
		s.settings(c, 40)
		if got := s.statuses(); got[settingsOf+"200"] != 40 || got[settingsOf+"429"] != 30 {
			t.Errorf("got %v", got)
		}
		if took := time.Since(start); took > 6*time.Minute+10*time.Second {
			t.Errorf("took %s", took)
		}
	})
}

// TestRateLimitOfASlowFirstRequest: the period starts when the first request reaches Atlas, which may be long after it was sent.
func TestRateLimitOfASlowFirstRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newInside(t)
		var first sync.Once
		c := s.client(acme, func(config *client.Config) {
			config.Transport = transport(func(r *http.Request) (*http.Response, error) {
				if r.Header.Get("Authorization") != "" {
					first.Do(func() { time.Sleep(5 * time.Second) })
				}
				return s.server.RoundTrip(r)
			})
		})
		s.settings(c, 1)
		s.settings(c, 9)
		s.settings(c, 1)
		if got := s.statuses(); got[settingsOf+"429"] > 0 {
			t.Errorf("got %v", got)
		}
	})
}

// TestRateLimitOfASharedBucket: the headers show how many tokens others have taken. At the latest, one refusal shows it.
func TestRateLimitOfASharedBucket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newInside(t)
		other, ours := s.client(acme, nil), s.client(acme, nil) // with limits of their own, as in another process
		s.settings(other, 10)
		s.inTurn(ours, 1+4) // the first is refused and shows the limit; if all were sent together, more would be refused
		time.Sleep(10 * time.Second)
		s.settings(other, 1)
		time.Sleep(time.Minute)
		s.inTurn(ours, 4+10) // one token is missing, which the first answers show
		if got := s.statuses(); got[settingsOf+"429"] != 2 || got[settingsOf+"200"] != 10+1+4+1+4+10 {
			t.Errorf("got %v", got)
		}
	})
}

// TestRateLimitOfEarlyTokens: an answer may show more tokens than expected. The client believes it, so no request waits without
// need.
func TestRateLimitOfEarlyTokens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newInside(t)
		other := s.client(acme, nil)
		s.settings(other, 1) // Atlas begins to count
		time.Sleep(50 * time.Second)
		c := s.client(acme, nil)
		s.settings(c, 9)
		time.Sleep(15 * time.Second) // five tokens came back; the client expects them in 45 s
		s.settings(c, 1)
		start := time.Now()
		s.settings(c, 4)
		if took := time.Since(start); took > 0 {
			t.Errorf("took %s, although there was room", took)
		}
		if got := s.statuses(); got[settingsOf+"429"] > 0 {
			t.Errorf("got %v", got)
		}
	})
}

// TestRateLimitOfInvitations: Atlas takes ten invitations a minute from one IP address, for all organizations and credentials
// together. It refuses some of the invitations that were sent before the first refusal arrived, and none after that.
func TestRateLimitOfInvitations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newInside(t)
		limits := client.NewLimits()
		share := func(config *client.Config) { config.Limits, config.Transport = limits, slowly(s.server) }
		clients := map[string]*client.Client{acme: s.client(acme, share), staging: s.client(staging, share)}
		var wg sync.WaitGroup
		for org, c := range clients {
			for i := range 16 {
				path := "/orgs/" + org + []string{"/users", "/invites"}[i%2]
				wg.Go(func() { insist(t, c, "POST", path, invitation(path, fmt.Sprintf("new%d@acme.example", i))) })
			}
		}
		start := time.Now()
		wg.Wait()
		got, refused := s.statuses(), 0
		for _, org := range []string{acme, staging} {
			older, newer := "POST /api/atlas/v2/orgs/"+org+"/invites ", "POST /api/atlas/v2/orgs/"+org+"/users "
			if got[older+"200"] != 8 || got[newer+"201"] != 8 {
				t.Errorf("got %v", got)
			}
			refused += got[older+"400"] + got[newer+"400"]
		}
		if refused != 32-10 {
			t.Errorf("%d were refused, want those that were sent before the first refusal arrived", refused)
		}
		if took := time.Since(start); took < 3*time.Minute || took > 3*time.Minute+10*time.Second {
			t.Errorf("took %s, want a little over 3m", took)
		}
	})
}

// invite sends the invitations with the numbers from to to-1, one after the other.
func (s *inside) invite(c *client.Client, org string, from, to int) {
	s.Helper()
	path := "/orgs/" + org + "/invites"
	for i := from; i < to; i++ {
		insist(s.T, c, "POST", path, invitation(path, fmt.Sprintf("new%d@acme.example", i)))
	}
}

const invitesOf = "POST /api/atlas/v2/orgs/" + acme + "/invites "

// TestRateLimitOfInvitationsInTurn: only the eleventh invitation is refused, once. The client uses the room of the first ones
// as soon as it is free.
func TestRateLimitOfInvitationsInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newInside(t)
		c := s.client(acme, nil)
		start := time.Now()
		s.invite(c, acme, 0, 10)
		if took := time.Since(start); took > 0 {
			t.Errorf("ten took %s", took)
		}
		s.invite(c, acme, 10, 25)
		if got := s.statuses(); got[invitesOf+"200"] != 25 || got[invitesOf+"400"] != 1 {
			t.Errorf("got %v, want one refusal", got)
		}
		if took := time.Since(start); took < 2*time.Minute || took > 2*time.Minute+3*time.Second {
			t.Errorf("took %s", took)
		}
	})
}

// TestRateLimitOfALongWindow: the client waits for the window that Atlas states, even if it is longer than any other wait.
func TestRateLimitOfALongWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newInside(t)
		if err := s.server.Behave(sandbox.Behavior{NonceLifeSeconds: 86400}); err != nil {
			t.Fatal(err)
		}
		var sent []time.Time
		refused := 0
		c := s.client(acme, func(config *client.Config) {
			config.Transport = transport(func(r *http.Request) (*http.Response, error) {
				switch {
				case r.Header.Get("Authorization") == "":
				case len(sent) >= 2 && time.Since(sent[len(sent)-2]) < 5*time.Minute:
					refused++
					body := `{"errorCode":"INVITATIONS_RATE_LIMITED_IP","detail":"Rate limit of 2 invitations per 5 minutes exceeded.","parameters":null}`
					return &http.Response{StatusCode: 400, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
				default:
					sent = append(sent, time.Now())
				}
				return s.server.RoundTrip(r)
			})
		})
		start := time.Now()
		s.invite(c, acme, 0, 5)
		if took := time.Since(start); len(sent) != 5 || refused != 1 || took < 10*time.Minute || took > 10*time.Minute+5*time.Second {
			t.Errorf("sent %d in %s, %d were refused", len(sent), took, refused)
		}
	})
}

// TestRateLimitOfTheWholeRun: the clients of a run share what a refusal has shown.
func TestRateLimitOfTheWholeRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newInside(t)
		limits := client.NewLimits()
		share := func(config *client.Config) { config.Limits = limits }
		s.invite(s.client(acme, share), acme, 0, 11)
		s.invite(s.client(staging, share), staging, 0, 10)
		if got := s.statuses()["POST /api/atlas/v2/orgs/"+staging+"/invites 400"]; got > 0 {
			t.Errorf("%d were refused", got)
		}
	})
}

// TestRateLimitOfTwoLimits: a request that waits for one limit takes room in the other limit for the end of that wait, not for now.
func TestRateLimitOfTwoLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newInside(t)
		c := s.client(acme, func(config *client.Config) {
			config.Transport = transport(func(r *http.Request) (*http.Response, error) {
				response, err := s.server.RoundTrip(r)
				if r.Method == "GET" {
					response.Header.Set("RateLimit-Remaining", "0") // others have used the tokens up
				}
				return response, err
			})
		})
		s.invite(c, acme, 0, 11) // the client knows the window
		time.Sleep(2 * time.Minute)
		if err := c.Do(t.Context(), "GET", "/orgs/"+acme+"/invites", nil, nil); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for i := range 25 {
			wg.Go(func() { s.invite(c, acme, 20+i, 21+i) })
		}
		wg.Wait()
		if got := s.statuses(); got[invitesOf+"200"] != 11+25 || got[invitesOf+"400"] != 1 {
			t.Errorf("got %v, want only the refusal that showed the window", got)
		}
	})
}

// TestRateLimitOfASharedAddress: another run sends invitations from the same IP address. One refusal shows the limit.
func TestRateLimitOfASharedAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newInside(t)
		s.invite(s.client(acme, nil), acme, 0, 5)
		s.invite(s.client(acme, nil), acme, 5, 25)
		if got := s.statuses(); got[invitesOf+"200"] != 25 || got[invitesOf+"400"] != 1 {
			t.Errorf("got %v, want one refusal", got)
		}
	})
}

// TestRateLimitOfADay: if Atlas refuses a request for a whole day, that request fails at once. Later requests wait only as long
// as any request waits, and are then sent.
func TestRateLimitOfADay(t *testing.T) {
	for _, row := range []struct {
		method, path, header, body string
		status                     int
	}{
		{"GET", "/invites", "86400", "{}", 429},
		{"GET", "/invites", "", `{"errorCode":"RATE_LIMITED_TOKEN_BUCKET","parameters":["api",86400,1,1,86400]}`, 429},
		{"POST", "/invites", "", `{"errorCode":"RATE_LIMITED_IP","parameters":[10,1440]}`, 400},
		{"POST", "/invites", "", `{"errorCode":"INVITATIONS_RATE_LIMITED_IP","detail":"Rate limit of 10 invitations per 1440 minutes exceeded.","parameters":null}`, 400},
	} {
		synctest.Test(t, func(t *testing.T) {
			s, refused := newInside(t), false
			c := s.client(acme, func(config *client.Config) {
				config.Transport = transport(func(r *http.Request) (*http.Response, error) {
					if r.Header.Get("Authorization") == "" || refused {
						return s.server.RoundTrip(r)
					}
					refused = true
					header := http.Header{"Retry-After": {row.header}}
					return &http.Response{StatusCode: row.status, Header: header, Body: io.NopCloser(strings.NewReader(row.body))}, nil
				})
			})
			start := time.Now()
			do := func() error {
				var body any
				if row.method == "POST" {
					body = map[string]any{"username": "new@acme.example", "roles": []string{"ORG_MEMBER"}}
				}
				return c.Do(t.Context(), row.method, "/orgs/"+acme+row.path, body, nil)
			}
			if err := do(); err == nil || time.Since(start) > 0 {
				t.Errorf("got %v after %s", err, time.Since(start))
			}
			err := do()
			var e *client.Error
			if errors.As(err, &e) && e.Temporary() {
				err = do() // a write that had to wait is sent only at the second call
			}
			if took := time.Since(start); err != nil || took > 3*time.Minute {
				t.Errorf("got %v after %s", err, took)
			}
		})
	}
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestWritesThatWaited: a write that had to wait is not sent, because the object may have changed. Its room is kept for the
// next call.
func TestWritesThatWaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newInside(t)
		c := s.client(acme, nil)
		s.settings(c, 10)
		start := time.Now()
		write := func() error {
			return c.Do(t.Context(), "PATCH", "/orgs/"+acme+"/settings", map[string]any{"multiFactorAuthRequired": true}, nil)
		}
		err := write()
		var e *client.Error
		waited := time.Since(start)
		if !errors.As(err, &e) || !e.Temporary() || !e.Waited() || e.Ambiguous() || e.Error() != "PATCH /api/atlas/v2/orgs/"+acme+"/settings: not sent, because it had to wait for Atlas's limit \"Organization Settings\"" {
			t.Errorf("got %v", err)
		}
		if n := s.statuses()["PATCH /api/atlas/v2/orgs/"+acme+"/settings 200"]; n > 0 || waited < 50*time.Second {
			t.Errorf("sent %d after %s", n, waited)
		}
		if err := write(); err != nil || time.Since(start) != waited {
			t.Errorf("got %v after %s more", err, time.Since(start)-waited)
		}
	})
}

// TestRoomIsKeptForEach: several writes to the same path wait at the same time, and each one keeps its room, also if another write to that
// path is sent before they come back.
func TestRoomIsKeptForEach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newInside(t)
		c := s.client(acme, nil)
		s.settings(c, 10)
		start := time.Now()
		var waiting, other sync.WaitGroup
		write := func(contact int) error {
			return c.Do(t.Context(), "PATCH", "/orgs/"+acme+"/settings", map[string]any{"securityContact": fmt.Sprintf("p%d@acme.example", contact)}, nil)
		}
		for i := range 5 { // as many as there is room for after a minute
			waiting.Go(func() {
				if err := write(i); err == nil {
					t.Error("sent after a wait")
				}
				time.Sleep(time.Second) // callers read again before they write
				if err := write(i); err != nil {
					t.Error(err)
				}
			})
		}
		other.Go(func() {
			time.Sleep(time.Minute + time.Second/2)
			if err := write(5); err == nil {
				t.Error("it took the room of another write")
			}
		})
		waiting.Wait()
		if took := time.Since(start); took > time.Minute+time.Second {
			t.Errorf("took %s", took)
		}
		other.Wait()
	})
}

// TestRateLimitEndsWithTheRun: an interrupt ends the wait, and the request is not sent.
func TestRateLimitEndsWithTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newInside(t)
		interrupted := make(chan struct{})
		c := s.client(acme, func(config *client.Config) { config.Interrupted = interrupted })
		s.settings(c, 10)
		time.AfterFunc(time.Second, func() { close(interrupted) })
		err := c.Do(t.Context(), "PATCH", "/orgs/"+acme+"/settings", map[string]any{}, nil)
		if err == nil || err.Error() != "PATCH /api/atlas/v2/orgs/"+acme+"/settings: interrupted while it waited" {
			t.Errorf("got %v", err)
		}
	})
}

// telling returns a function for waits that only tells that a wait begins.
func telling(tell func(client.Wait)) client.Waiting {
	return func(_ context.Context, w client.Wait) (over func()) { tell(w); return func() {} }
}
