package github

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"atlas-gitops/internal/github/githubtest"
)

const listPath = "/repos/acme/orgs/issues/5/comments?per_page=100"

// TestPages: all pages are read once and in order, and no others.
func TestPages(t *testing.T) {
	for _, row := range []struct {
		reason          string
		comments, pages int
	}{
		{"an empty list has one page", 0, 1},
		{"a full page can be the last one", 100, 1},
		{"one item more needs a second page", 101, 2},
		{"middle pages have links to both sides", 350, 4},
	} {
		story(t, row.reason, func(s *inside) {
			for i := range row.comments {
				s.hub.AddComment(5, "ada", fmt.Sprint(i))
			}
			got, err := all[comment](s.Context(), s.client, listPath)
			s.must(err)
			for i, c := range got {
				if c.Body != fmt.Sprint(i) {
					s.Fatalf("item %d is %q", i, c.Body)
				}
			}
			if len(got) != row.comments || len(s.hub.Log()) != row.pages {
				s.Errorf("got %d", len(got))
			}
		})
	}
}

// TestPagesElsewhere: the token is only sent to GitHub, even if a link leads elsewhere.
func TestPagesElsewhere(t *testing.T) {
	for _, row := range []struct{ reason, next string }{
		{"another host", "https://evil.example/repos"},
		{"a host name with the same start", api + ".evil.example/repos"},
		{"a host after an @", api + "@evil.example/repos"},
		{"another port", api + ":8443/repos"},
		{"without TLS", strings.Replace(api, "https:", "http:", 1) + "/repos"},
		{"no host", "/repos?page=2"},
		{"no address", "::"},
	} {
		story(t, row.reason, func(s *inside) {
			asked := 0
			s.client.Transport = answers(func(r *http.Request) (*http.Response, error) {
				asked++
				return answer(200, "[]", "Link", "<"+api+`/first>; rel="first", <`+row.next+`>; rel="next"`), nil
			})
			_, err := all[comment](s.Context(), s.client, listPath)
			if e := s.refusal(err); asked != 1 || e.Error() != "GitHub: GET "+listPath+": the link to the next page does not lead to the same API: "+row.next || e.Forbidden() {
				s.Errorf("got %v after %d requests", e, asked)
			}
		})
	}
}

// TestPagesLoop: a list that links to itself ends with an error.
func TestPagesLoop(t *testing.T) {
	bubble(t, func(s *inside) {
		asked := 0
		s.client.Transport = answers(func(*http.Request) (*http.Response, error) {
			asked++
			return answer(200, "[]", "Link", "<"+api+listPath+`>; rel="next"`), nil
		})
		_, err := all[comment](s.Context(), s.client, listPath)
		if e := s.refusal(err); asked != maxPages || !strings.Contains(e.Message, "more than 1000 pages") {
			s.Errorf("got %v after %d requests", e, asked)
		}
	})
}

// TestPagesFail: a list with a page that fails is an error. Otherwise, missing items would be added again.
func TestPagesFail(t *testing.T) {
	bubble(t, func(s *inside) {
		for range 150 {
			s.hub.AddComment(5, "ada", "x")
		}
		s.hub.Fail(githubtest.Fault{Method: "GET", Path: "/repositories/", Times: -1, Status: 500})
		got, err := all[comment](s.Context(), s.client, listPath)
		if e := s.refusal(err); got != nil || e.Status != 500 {
			s.Errorf("got %d and %v", len(got), e)
		}
	})
}
