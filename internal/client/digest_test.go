package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/client/httpdigest"
)

// atlasChallenge returns a header as Atlas sends it [seen digest-challenge].
func atlasChallenge(nonce string) string {
	return fmt.Sprintf(`WWW-Authenticate: Digest realm="MMS Public API", domain="", nonce="%s", algorithm=MD5, qop="auth", stale=false`, nonce)
}

func TestDigestReusesTheNonce(t *testing.T) {
	s := &script{t: t, answers: []answer{
		{401, atlasChallenge("n1"), ""}, {200, "", "{}"}, {200, "", "{}"}, {204, "", ""},
	}}
	c := s.client()
	for _, step := range []struct {
		method string
		body   any
	}{{"GET", nil}, {"PATCH", map[string]any{"a": true}}, {"DELETE", nil}} {
		if err := c.Do(t.Context(), step.method, "/orgs", step.body, nil); err != nil {
			t.Fatal(err)
		}
	}
	s.done()
	counts := regexp.MustCompile(`nonce="n1".*nc=(\d+)`)
	for i, want := range []string{"", "00000001", "00000002", "00000003"} {
		match := counts.FindStringSubmatch(s.requests[i].authorization)
		if got := slices.Concat(match, []string{"", ""})[1]; got != want {
			t.Errorf("request %d: count %q, want %q: %s", i, got, want, s.requests[i].authorization)
		}
	}
}

func TestDigestNeverSendsTheBodyWithoutLogin(t *testing.T) {
	s := &script{t: t, answers: []answer{{401, atlasChallenge("n1"), ""}, {201, "", "{}"}}}
	if err := s.client().Do(t.Context(), "POST", "/orgs", map[string]any{"name": "Acme"}, nil); err != nil {
		t.Fatal(err)
	}
	want := []string{"GET /api/atlas/v2/orgs (no login)", "POST /api/atlas/v2/orgs"}
	if diff := cmp.Diff(want, s.lines()); diff != "" || s.requests[0].body != "" || s.requests[1].body != `{"name":"Acme"}` {
		t.Errorf("got %+v", s.requests)
	}
}

func TestDigestRefused(t *testing.T) {
	for _, row := range []struct {
		reason  string
		answers []answer
		first   bool // the request is the first of its credential
		wantErr bool
	}{
		{"a wrong key: the second 401 with a login is final", []answer{{401, atlasChallenge("n1"), ""}, {401, atlasChallenge("n2"), ""}, {401, atlasChallenge("n3"), ""}}, true, true},
		{"the nonce is too old: the new one is accepted", []answer{{401, atlasChallenge("n2"), ""}, {200, "", "{}"}}, false, false},
		{"the key was deleted meanwhile: the second 401 is final", []answer{{401, atlasChallenge("n2"), ""}, {401, atlasChallenge("n3"), ""}}, false, true},
		{"a role that is too low is a 401 without challenge", []answer{{401, "", `{"error":401,"errorCode":"NOT_ORG_OWNER"}`}}, false, true},
	} {
		t.Run(row.reason, func(t *testing.T) {
			s := &script{t: t}
			c := s.client()
			if !row.first {
				s.answers = []answer{{401, atlasChallenge("n1"), ""}, {200, "", "{}"}}
				if err := c.Do(t.Context(), "GET", "/orgs", nil, nil); err != nil {
					t.Fatal(err)
				}
			}
			s.answers = row.answers
			err := c.Do(t.Context(), "PATCH", "/orgs/1", map[string]any{"name": "A"}, nil)
			var e *Error
			if (err != nil) != row.wantErr || row.wantErr && (!errors.As(err, &e) || e.Status != 401) {
				t.Errorf("got %v, want error %v", err, row.wantErr)
			}
			s.done()
			checkTries(t, s.requests)
		})
	}
}

// checkTries checks that each try has the body, and that the first login with a new nonce has the count 1.
func checkTries(t *testing.T, requests []request) {
	t.Helper()
	last := requests[len(requests)-1].authorization
	if strings.Contains(last, `nonce="n2"`) && !strings.Contains(last, "nc=00000001") {
		t.Errorf("the count of a new nonce must start at 1: %s", last)
	}
	for _, r := range requests {
		if strings.HasPrefix(r.line, "PATCH") && r.body != `{"name":"A"}` {
			t.Errorf("body %q", r.body)
		}
	}
}

// TestDigestProbe: if the server answers without a challenge, a read returns that answer, and a write is not sent.
func TestDigestProbe(t *testing.T) {
	const noLogin = " /api/atlas/v2/orgs: the server does not ask for a login, so it is not Atlas; check the base URL (--base-url or MONGODB_ATLAS_BASE_URL)"
	for _, row := range []struct {
		reason, method string
		answers        []answer
		want           string // the error
	}{
		{"a read gets 404", "GET", []answer{{404, "", ""}}, "GET /api/atlas/v2/orgs: 404 Not Found"},
		{"a delete gets 404, which must not count as deleted", "DELETE", []answer{{404, "", ""}}, "DELETE" + noLogin},
		{"a read from a server without a login", "GET", []answer{{200, "", "{}"}}, ""},
		{"a write to a server without a login", "POST", []answer{{200, "", "{}"}}, "POST" + noLogin},
		{"a 401 that asks for another kind of login", "GET", []answer{{401, "WWW-Authenticate: Negotiate", ""}}, "GET /api/atlas/v2/orgs: 401 Unauthorized"},
	} {
		s := &script{t: t, answers: row.answers}
		err := s.client().Do(t.Context(), row.method, "/orgs", map[string]any{"name": "A"}, nil)
		if (err != nil || row.want != "") && (err == nil || err.Error() != row.want) {
			t.Errorf("%s: got %v, want %s", row.reason, err, row.want)
		}
		var e *Error
		if errors.As(err, &e) && (e.Ambiguous() || e.Temporary()) {
			t.Errorf("%s: %+v, although nothing was sent", row.reason, e)
		}
		s.done()
		want := "GET /api/atlas/v2/orgs (no login)"
		if diff := cmp.Diff([]string{want}, s.lines()); diff != "" || row.method != "GET" && s.requests[0].body != "" {
			t.Errorf("%s:\n%s", row.reason, diff)
		}
	}
}

// TestDigestAsksOnce: of many requests that start at the same time, only one asks for the challenge.
func TestDigestAsksOnce(t *testing.T) {
	probes := 0
	var mu sync.Mutex
	c, err := New(Config{BaseURL: "https://atlas.example", Credential: NewCredential("k", "s"), Transport: roundTrip(func(r *http.Request) *http.Response {
		mu.Lock()
		defer mu.Unlock()
		if r.Header.Get("Authorization") == "" {
			probes++
			return &http.Response{StatusCode: 401, Header: http.Header{"Www-Authenticate": {`Digest realm="r", nonce="n", qop="auth"`}}, Body: http.NoBody}
		}
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}"))}
	})})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if err := c.Do(t.Context(), "GET", "/orgs", nil, nil); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if probes != 1 {
		t.Errorf("asked %d times for a challenge, want once", probes)
	}
}

// TestDigestAnswersEachRequest: the server answers the first request without a login. Meanwhile a third request gets a
// challenge. The second request waited for the first. It must log in and get its own answer, not the answer to the first.
func TestDigestAnswersEachRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		second := make(chan struct{})
		d := &digest{credential: NewCredential("k", "s")}
		d.next = roundTrip(func(r *http.Request) *http.Response {
			if r.Header.Get("Authorization") == "" {
				<-second
				d.hold(httpdigest.Find(http.Header{"Www-Authenticate": {`Digest realm="r", nonce="n", qop="auth"`}}))
			}
			return &http.Response{StatusCode: 200, Header: http.Header{"Path": {r.URL.Path}}, Body: http.NoBody}
		})
		var wg sync.WaitGroup
		for _, path := range []string{"/first", "/second"} {
			wg.Go(func() {
				r, err := http.NewRequestWithContext(t.Context(), "GET", "https://atlas.example"+path, nil)
				if err != nil {
					t.Error(err)
					return
				}
				if response, err := d.RoundTrip(r); err != nil || response.Header.Get("Path") != path {
					t.Errorf("%s: %+v, %v", path, response, err)
				}
			})
			synctest.Wait()
		}
		close(second)
		wg.Wait()
	})
}

// TestDigestTimeout: requests that wait for the same challenge time out together.
func TestDigestTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, err := New(Config{BaseURL: "https://atlas.example", Transport: stall{}})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				if err := c.Do(t.Context(), "GET", "/orgs", nil, nil); !errors.Is(err, errTimeout) {
					t.Errorf("got %v", err)
				}
			})
		}
		wg.Wait()
		if took := time.Since(start); took != answerTimeout {
			t.Errorf("took %s", took)
		}
	})
}

// TestDigestCallerStops: if the request that asks for the challenge is cancelled, the others still get their answers.
func TestDigestCallerStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, err := New(Config{BaseURL: "https://atlas.example", Transport: slowly{time.Second}})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() {
			if err := c.Do(ctx, "GET", "/orgs", nil, nil); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v", err)
			}
		})
		synctest.Wait()
		wg.Go(func() {
			if err := c.Do(t.Context(), "GET", "/orgs", nil, nil); err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
	})
}

// slowly is a server that needs no login and answers late.
type slowly struct{ latency time.Duration }

func (s slowly) RoundTrip(r *http.Request) (*http.Response, error) {
	select {
	case <-time.After(s.latency):
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}"))}, nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// TestDigestWithSingleUseNonces: many requests at the same time succeed on a server that accepts each nonce only once.
func TestDigestWithSingleUseNonces(t *testing.T) {
	var mu sync.Mutex
	issued, good := 0, map[string]bool{}
	nonceOf := regexp.MustCompile(`nonce="(\d+)"`)
	c, err := New(Config{BaseURL: "https://atlas.example", Credential: NewCredential("k", "s"), Transport: roundTrip(func(r *http.Request) *http.Response {
		mu.Lock()
		defer mu.Unlock()
		match := nonceOf.FindStringSubmatch(r.Header.Get("Authorization"))
		if match != nil && good[match[1]] {
			delete(good, match[1])
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}"))}
		}
		issued++
		good[fmt.Sprint(issued)] = true
		header := http.Header{"Www-Authenticate": {fmt.Sprintf(`Digest realm="r", nonce="%d", qop="auth"`, issued)}}
		return &http.Response{StatusCode: 401, Header: header, Body: http.NoBody}
	})})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if err := c.Do(t.Context(), "GET", "/orgs", nil, nil); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

type roundTrip func(*http.Request) *http.Response

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r), nil }
