package client

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// script is a transport that records each request, and answers it with the next answer of a script.
type script struct {
	t        *testing.T
	mu       sync.Mutex
	answers  []answer
	requests []request
}

type answer struct {
	status int
	header string // Name: value
	body   string
}

type request struct{ line, authorization, accept, contentType, agent, body string }

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	got := request{line: r.Method + " " + r.URL.RequestURI(), authorization: r.Header.Get("Authorization"),
		accept: r.Header.Get("Accept"), contentType: r.Header.Get("Content-Type"), agent: r.Header.Get("User-Agent")}
	if r.Body != nil {
		data, err := io.ReadAll(r.Body)
		if err != nil {
			s.t.Error(err)
		}
		got.body = string(data)
	}
	s.requests = append(s.requests, got)
	if len(s.answers) == 0 {
		s.t.Errorf("request beyond the script: %s", got.line)
		return &http.Response{StatusCode: http.StatusTeapot, Header: http.Header{}, Body: http.NoBody}, nil
	}
	a := s.answers[0]
	s.answers = s.answers[1:]
	header := http.Header{}
	if name, value, ok := strings.Cut(a.header, ": "); ok {
		header.Set(name, value)
	}
	return &http.Response{StatusCode: a.status, Header: header, Body: io.NopCloser(strings.NewReader(a.body)), Request: r}, nil
}

// client returns a client over the script, with the credential of RFC 7616's examples.
func (s *script) client() *Client {
	s.t.Helper()
	c, err := New(Config{BaseURL: "https://atlas.example", Transport: s, Credential: NewCredential("Mufasa", "Circle of Life"), UserAgent: "test"})
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// done checks that all answers of the script were used.
func (s *script) done() {
	s.t.Helper()
	if len(s.answers) > 0 {
		s.t.Errorf("%d answers were not used", len(s.answers))
	}
}

// lines returns the method and path of each request.
func (s *script) lines() (all []string) {
	for _, r := range s.requests {
		line := r.line
		if r.authorization == "" {
			line += " (no login)"
		}
		all = append(all, line)
	}
	return all
}
