package github

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"atlas-gitops/internal/github/githubtest"
)

// api is the base URL of GitHub in the tests.
const api = "https://api.github.example"

// inside is a GitHub without a network, so that it works in a bubble of testing/synctest.
type inside struct {
	*testing.T
	hub    *githubtest.GitHub
	client *Client
}

// bubble runs a test in a bubble.
func bubble(t *testing.T, f func(*inside)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		hub := githubtest.New()
		f(&inside{t, hub, &Client{URL: api, Token: hub.Token, UserAgent: "test", Transport: hub}})
	})
}

// story runs a row of a table in a bubble.
func story(t *testing.T, reason string, f func(*inside)) {
	t.Helper()
	t.Run(reason, func(t *testing.T) { bubble(t, f) })
}

// took runs f, and returns how long it took.
func took(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

// refusal returns the error in err, and checks that it does not contain the token.
func (s *inside) refusal(err error) *Error {
	s.Helper()
	if err != nil && strings.Contains(err.Error(), s.client.Token) {
		s.Errorf("the error contains the token: %v", err)
	}
	var refused *Error
	if !errors.As(err, &refused) {
		s.Fatalf("got %v, want a refusal", err)
	}
	return refused
}

// must fails the test if there is an error.
func (s *inside) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// sent returns the requests since the last call, without those for the login.
func (s *inside) sent() (all []string) {
	for _, line := range s.hub.Log() {
		if line != "GET /user" && line != "POST /graphql" {
			all = append(all, line)
		}
	}
	return all
}

// writes returns the requests since the last call that write.
func (s *inside) writes() (all []string) {
	for _, line := range s.sent() {
		if !strings.HasPrefix(line, "GET ") {
			all = append(all, line)
		}
	}
	return all
}

// answers makes a transport from a function.
type answers func(*http.Request) (*http.Response, error)

func (f answers) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// answer returns an answer of GitHub.
func answer(status int, body string, header ...string) *http.Response {
	return &http.Response{StatusCode: status, Header: headers(header...), Body: io.NopCloser(strings.NewReader(body))}
}

// headers returns a header with these names and values.
func headers(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}
