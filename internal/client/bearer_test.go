package client

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
)

const (
	accountOfTests = "mdb_sa_id_5f1b0c0d0e0f0a0b0c0d0e0f"
	secretOfTests  = "mdb_sa_sk_canary"
)

// tokens is a fake Atlas for service accounts. It hands out the tokens t1, t2, … and knows which ones are valid.
type tokens struct {
	t *testing.T

	mu       sync.Mutex
	minted   int
	revoked  []string
	bad      map[string]bool
	life     int           // seconds; 0 is an hour
	slow     time.Duration // how long a request for a token takes
	failures []int         // statuses of the next requests for a token, before one succeeds
	refusal  string        // code of the 401 for every request with a token; "" for none
	used     []string
}

func (a *tokens) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path == tokenPath && a.slow > 0 {
		select {
		case <-time.After(a.slow):
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if r.Method == "POST" && strings.HasPrefix(r.URL.Path, "/api/oauth/") {
		return a.oauth(r)
	}
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	a.used = append(a.used, token)
	switch {
	case a.bad[token]:
		return respond(401, `{"error":401,"errorCode":"UNEXPECTED_ERROR"}`)
	case a.refusal != "":
		return respond(401, `{"error":401,"errorCode":"`+a.refusal+`"}`)
	}
	return respond(200, `{}`)
}

func (a *tokens) oauth(r *http.Request) (*http.Response, error) {
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(accountOfTests+":"+secretOfTests))
	body, err := io.ReadAll(r.Body)
	if err != nil || r.Header.Get("Authorization") != basic || r.Header.Get("User-Agent") != "test" || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		a.t.Errorf("%s %s, %v", body, r.Header, err)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		a.t.Error(err)
	}
	if r.URL.Path == revokePath {
		a.revoked = append(a.revoked, form.Get("token")+" "+form.Get("token_type_hint"))
		return respond(200, "")
	}
	if diff := gocmp.Diff(url.Values{"grant_type": {"client_credentials"}}, form); diff != "" {
		a.t.Error(diff)
	}
	if len(a.failures) > 0 {
		status := a.failures[0]
		a.failures = a.failures[1:]
		return respond(status, `{"error":"access_denied","error_description":"Access Token limit reached"}`)
	}
	a.minted++
	return respond(200, fmt.Sprintf(`{"access_token":"t%d","expires_in":%d,"token_type":"Bearer"}`, a.minted, cmp.Or(a.life, 3600)))
}

func respond(status int, body string) (*http.Response, error) {
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body))}, nil
}

func (a *tokens) client() *Client {
	a.t.Helper()
	c, err := New(Config{BaseURL: "https://atlas.example", Transport: a, Credential: NewCredential(accountOfTests, secretOfTests), UserAgent: "test"})
	if err != nil {
		a.t.Fatal(err)
	}
	return c
}

// get sends n reads at the same time.
func (a *tokens) get(c *Client, n int) {
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			if err := c.Do(a.t.Context(), "GET", "/orgs", nil, nil); err != nil {
				a.t.Error(err)
			}
		})
	}
	wg.Wait()
}

// TestOneToken: all requests of a run use the same token, and Close revokes it.
func TestOneToken(t *testing.T) {
	a := &tokens{t: t}
	c := a.client()
	if err := c.Close(t.Context()); err != nil || len(a.revoked) > 0 {
		t.Errorf("without a token nothing should be revoked: %v, %v", a.revoked, err)
	}
	a.get(c, 20)
	a.get(c, 20)
	for range 2 {
		if err := c.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if a.minted != 1 || len(a.used) != 40 || !gocmp.Equal(a.revoked, []string{"t1 access_token"}) {
		t.Errorf("%d tokens for %d requests, revoked: %v", a.minted, len(a.used), a.revoked)
	}
}

// TestRenewal: the client replaces a token before it expires, and once after Atlas has refused it.
func TestRenewal(t *testing.T) {
	for _, row := range []struct {
		reason  string
		between func(*tokens)
		used    string
		wantErr string
	}{
		{"a token is used for most of its hour", func(*tokens) { time.Sleep(59 * time.Minute) }, "t1 t1", ""},
		{"a token is replaced before it expires", func(*tokens) { time.Sleep(59*time.Minute + 30*time.Second) }, "t1 t2", ""},
		{"somebody revoked the token", func(a *tokens) { a.bad = map[string]bool{"t1": true} }, "t1 t1 t2", ""},
		{"Atlas refuses the new token, too: the second refusal is final", func(a *tokens) { a.bad = map[string]bool{"t1": true, "t2": true} }, "t1 t1 t2",
			"GET /api/atlas/v2/orgs: 401 UNEXPECTED_ERROR"},
		{"a new token would have the same role", func(a *tokens) { a.refusal = "NOT_ORG_OWNER" }, "t1 t1", "GET /api/atlas/v2/orgs: 401 NOT_ORG_OWNER"},
		{"a new token would belong to the same organization", func(a *tokens) { a.refusal = "USER_CANNOT_ACCESS_ORG" }, "t1 t1", "GET /api/atlas/v2/orgs: 401 USER_CANNOT_ACCESS_ORG"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := &tokens{t: t}
				c := a.client()
				a.get(c, 1)
				row.between(a)
				err := c.Do(t.Context(), "GET", "/orgs", nil, nil)
				if (err != nil || row.wantErr != "") && (err == nil || err.Error() != row.wantErr) {
					t.Errorf("got %v, want %s", err, row.wantErr)
				}
				if got := strings.Join(a.used, " "); got != row.used {
					t.Errorf("used %s, want %s", got, row.used)
				}
			})
		})
	}
}

// TestRenewalOfAcceptedToken: a token that replaced a refused one can be replaced itself, if Atlas has accepted it meanwhile.
func TestRenewalOfAcceptedToken(t *testing.T) {
	a := &tokens{t: t, bad: map[string]bool{}}
	c := a.client()
	for _, revoked := range []string{"", "t1", "t2", "t3"} {
		a.bad[revoked] = true
		a.get(c, 1)
	}
	if got := strings.Join(a.used, " "); got != "t1 t1 t2 t2 t3 t3 t4" {
		t.Errorf("used %s", got)
	}
}

// TestRenewalIsShared: requests whose token is refused at the same time share one new token.
func TestRenewalIsShared(t *testing.T) {
	a := &tokens{t: t, bad: map[string]bool{"t1": true}}
	a.get(a.client(), 20)
	if a.minted != 2 {
		t.Errorf("%d tokens, want 2", a.minted)
	}
}

// TestTokenErrors: if the request for a token fails, that request is repeated, and the error names it, not the request that
// needed the token.
func TestTokenErrors(t *testing.T) {
	for _, row := range []struct {
		reason   string
		failures []int
		want     string
	}{
		{"too many tokens: some expire", []int{403, 403}, ""},
		{"a gateway fails: an unused token does no harm", []int{502, 503}, ""},
		{"too many tokens, for too long", []int{403, 403, 403, 403, 403, 403}, "POST /api/oauth/token: 403 access_denied: Access Token limit reached (tried 6 times)"},
		{"a wrong secret is final", []int{401}, "POST /api/oauth/token: 401 access_denied: Access Token limit reached"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := &tokens{t: t, failures: row.failures}
				err := a.client().Do(t.Context(), "PATCH", "/orgs/1", map[string]any{}, nil)
				if (err != nil || row.want != "") && (err == nil || err.Error() != row.want) {
					t.Errorf("got %v, want %s", err, row.want)
				}
				var e *Error
				if errors.As(err, &e) && (e.Ambiguous() || len(a.used) > 0) {
					t.Errorf("ambiguous %v, used %v", e.Ambiguous(), a.used)
				}
			})
		})
	}
}

// TestTokenErrorIsShared: all requests that wait for the same token get the same error.
func TestTokenErrorIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &tokens{t: t, failures: slices.Repeat([]int{403}, 6)}
		c := a.client()
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				err := c.Do(t.Context(), "GET", "/orgs", nil, nil)
				if err == nil || !strings.HasSuffix(err.Error(), "(tried 6 times)") {
					t.Errorf("got %v", err)
				}
			})
		}
		wg.Wait()
		if len(a.failures) > 0 || a.minted > 0 {
			t.Errorf("%d tokens, and %d of 6 refusals were not used", a.minted, len(a.failures))
		}
	})
}

// TestRefusalsDespiteNewToken: Atlas has more than one reason for the same 401. The client tries a new token once, not once for
// each request, and Close revokes both tokens.
func TestRefusalsDespiteNewToken(t *testing.T) {
	a := &tokens{t: t, refusal: "UNEXPECTED_ERROR"}
	c := a.client()
	for range 5 {
		if err := c.Do(t.Context(), "GET", "/orgs", nil, nil); err == nil {
			t.Error("no error")
		}
	}
	if err := c.Close(t.Context()); err != nil || !slices.Equal(a.revoked, []string{"t1 access_token", "t2 access_token"}) {
		t.Errorf("%d tokens; revoked: %v, %v", a.minted, a.revoked, err)
	}
}

// TestShortTokenLife: a token whose whole life is shorter than renewBefore is used all the same.
func TestShortTokenLife(t *testing.T) {
	a := &tokens{t: t, life: 30}
	c := a.client()
	a.get(c, 5)
	a.get(c, 5)
	if a.minted != 1 {
		t.Errorf("%d tokens, want 1", a.minted)
	}
}

// TestCloseWaitsForToken: if a run ends while a token is being fetched, Close waits for the token and revokes it.
func TestCloseWaitsForToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &tokens{t: t, slow: 2 * time.Second}
		c := a.client()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var e *Error
		if err := c.Do(ctx, "PATCH", "/orgs/1", nil, nil); !errors.As(err, &e) || e.Ambiguous() || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %#v", err)
		}
		if err := c.Close(t.Context()); err != nil || !slices.Equal(a.revoked, []string{"t1 access_token"}) {
			t.Errorf("revoked: %v, %v", a.revoked, err)
		}
	})
}

// TestInvalidToken: an answer without a token is an error, and so is a token with a line break, which would end the header.
func TestInvalidToken(t *testing.T) {
	for _, body := range []string{`{}`, `[]`, `{"access_token":"a\r\nX-Header: b"}`} {
		sent := 0
		c, err := New(Config{BaseURL: "https://atlas.example", Credential: NewCredential(accountOfTests, secretOfTests),
			Transport: roundTrip(func(*http.Request) *http.Response { sent++; r, _ := respond(200, body); return r })})
		if err != nil {
			t.Fatal(err)
		}
		var e *Error
		err = c.Do(t.Context(), "GET", "/orgs", nil, nil)
		if !errors.As(err, &e) || e.Path != tokenPath || !strings.HasPrefix(e.Err.Error(), "the answer holds no token: ") || sent != 1 {
			t.Errorf("%s: got %v after %d requests", body, err, sent)
		}
	}
}

// TestTokenRedirected: the client follows no redirect, because the request has a secret.
func TestTokenRedirected(t *testing.T) {
	sent := 0
	c, err := New(Config{BaseURL: "https://atlas.example", Credential: NewCredential(accountOfTests, secretOfTests),
		Transport: roundTrip(func(*http.Request) *http.Response {
			sent++
			r, _ := respond(307, "")
			r.Header.Set("Location", "https://evil.example/api/oauth/token")
			return r
		})})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Do(t.Context(), "GET", "/orgs", nil, nil); err == nil || sent != 1 {
		t.Errorf("sent %d, got %v", sent, err)
	}
}

// TestCloseFails: Close stops at its deadline, and returns the error of a token that it could not revoke.
func TestCloseFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &tokens{t: t}
		c := a.client()
		a.get(c, 1)
		c.login.(*bearer).tokens.next = failing{io.ErrUnexpectedEOF}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		start := time.Now()
		if err := CloseAll(ctx, []*Client{c}); err == nil || !strings.HasPrefix(err.Error(), "POST /api/oauth/revoke: ") || time.Since(start) > 5*time.Second {
			t.Errorf("got %v after %s", err, time.Since(start))
		}
	})
}
