package github

import (
	"strings"
	"testing"

	"atlas-gitops/internal/github/githubtest"
)

// TestRedirects: a renamed repository redirects to its new address. A write must not become a read on the way, because
// that would look like a success. The token must not go to another host.
func TestRedirects(t *testing.T) {
	const byID = "/repositories/1296269/issues"
	for _, row := range []struct {
		reason, method string
		status         int
		to             string
		followed       bool
	}{
		{"a read", "GET", 301, api + byID, true},
		{"a read, temporarily", "GET", 307, api + byID, true},
		{"a creation, with 307, which keeps the method", "POST", 307, api + byID, true},
		{"a creation, with 301, which could become a GET", "POST", 301, api + byID, false},
		{"a creation, with 302, which could become a GET", "POST", 302, api + byID, false},
		{"another host", "GET", 301, "https://evil.example" + byID, false},
		{"a host name with the same start", "GET", 301, api + ".evil.example" + byID, false},
		{"a subdomain", "GET", 301, strings.Replace(api, "//", "//x.", 1) + byID, false},
		{"without TLS", "GET", 301, strings.Replace(api, "https:", "http:", 1) + byID, false},
		{"a creation to another host", "POST", 307, "https://evil.example" + byID, false},
	} {
		story(t, row.reason, func(s *inside) { s.redirect(row.method, row.status, row.to, row.followed) })
	}
}

func (s *inside) redirect(method string, status int, to string, followed bool) {
	s.hub.Fail(githubtest.Fault{Method: method, Path: issuesPath, Times: 1, Status: status, Header: headers("Location", to), Message: "Moved"})
	var in any
	if method == "POST" {
		in = map[string]string{"title": "t"}
	}
	_, err := s.client.do(s.Context(), method, issuesPath, in, nil)
	requests, added := len(s.hub.Log()), len(s.hub.Issues())
	if followed {
		if err != nil || requests != 2 || method == "POST" && added != 1 {
			s.Errorf("got %v after %d requests, and added %d", err, requests, added)
		}
		return
	}
	if e := s.refusal(err); requests != 1 || e.Status != status || e.Message != "Moved" || e.Forbidden() {
		s.Errorf("got %v after %d requests", e, requests)
	}
}

// TestRedirectLoop: a redirect that leads to itself ends with an error.
func TestRedirectLoop(t *testing.T) {
	bubble(t, func(s *inside) {
		s.hub.Fail(githubtest.Fault{Method: "GET", Path: issuesPath, Times: -1, Status: 302, Header: headers("Location", api+issuesPath), Message: "Found"})
		_, err := s.client.do(s.Context(), "GET", issuesPath, nil, nil)
		if e := s.refusal(err); e.Status != 302 || len(s.hub.Log()) > 20 {
			s.Errorf("got %v", e)
		}
	})
}
