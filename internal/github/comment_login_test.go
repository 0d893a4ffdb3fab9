package github

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"atlas-gitops/internal/github/githubtest"
)

// TestLogin: the login decides which comments and issues are ours. With a wrong login, the program would add
// duplicates.
func TestLogin(t *testing.T) {
	for _, row := range []struct {
		reason string
		login  string
		isApp  bool
		faults []githubtest.Fault
		want   string
		status int // of the error; 0: no error
	}{
		{"a person's token", "ada", false, nil, "ada", 0},
		{"the token of a workflow", actionsBot, true, nil, actionsBot, 0},
		{"the token of another app", "acme-gitops[bot]", true, nil, "acme-gitops[bot]", 0},
		{"no GraphQL: the workflow", "acme-gitops[bot]", true, []githubtest.Fault{{Method: "POST", Path: "/graphql", Times: 1, Status: 404}}, actionsBot, 0},
		{"GraphQL is forbidden: the workflow", "acme-gitops[bot]", true, []githubtest.Fault{{Method: "POST", Path: "/graphql", Times: 1, Status: 403}}, actionsBot, 0},
		{"a server that answers 405: the workflow", "acme-gitops[bot]", true, []githubtest.Fault{{Method: "POST", Path: "/graphql", Times: 1, Status: 405}}, actionsBot, 0},
		{"a server that answers 501: the workflow", "acme-gitops[bot]", true, []githubtest.Fault{{Method: "POST", Path: "/graphql", Times: 1, Status: 501}}, actionsBot, 0},
		{"an answer of GraphQL without a login: the workflow", "acme-gitops[bot]", true, []githubtest.Fault{{Method: "POST", Path: "/graphql", Times: 1, Status: 200}}, actionsBot, 0},
		{"an answer of /user without a login", "acme-gitops[bot]", true, []githubtest.Fault{{Method: "GET", Path: "/user", Times: 1, Status: 200}}, "acme-gitops[bot]", 0},
		{"GraphQL is asked again after an error", "acme-gitops[bot]", true, []githubtest.Fault{{Method: "POST", Path: "/graphql", Times: 2, Status: 502}}, "acme-gitops[bot]", 0},
		{"GraphQL is asked again after a broken connection", "acme-gitops[bot]", true, []githubtest.Fault{{Method: "POST", Path: "/graphql", Times: 1}}, "acme-gitops[bot]", 0},
		{"GraphQL fails: no guess", "acme-gitops[bot]", true, []githubtest.Fault{{Method: "POST", Path: "/graphql", Times: -1, Status: 502}}, "", 502},
		{"/user fails: no guess", "ada", false, []githubtest.Fault{{Method: "GET", Path: "/user", Times: -1, Status: 500}}, "", 500},
		{"a rate limit: no guess", "ada", false, []githubtest.Fault{{Method: "GET", Path: "/user", Times: -1, Status: 403, Header: headers("Retry-After", "600")}}, "", 403},
	} {
		story(t, row.reason, func(s *inside) {
			s.hub.Login, s.hub.IsApp = row.login, row.isApp
			for _, f := range row.faults {
				s.hub.Fail(f)
			}
			got, err := s.client.login(s.Context())
			if got != row.want || (err == nil) != (row.status == 0) {
				s.Errorf("got %q, %v, want %q", got, err, row.want)
			}
			if err != nil && s.refusal(err).Status != row.status {
				s.Errorf("got %v", err)
			}
		})
	}
}

// TestLoginElsewhere: the URLs of both APIs on GitHub and on GitHub Enterprise Server.
func TestLoginElsewhere(t *testing.T) {
	for _, row := range []struct {
		reason, url string
		want        []string
	}{
		{"GitHub", "https://api.github.com", []string{"https://api.github.com/user", "https://api.github.com/graphql"}},
		{"GitHub with data residency", "https://api.acme.ghe.com", []string{"https://api.acme.ghe.com/user", "https://api.acme.ghe.com/graphql"}},
		{"Enterprise Server", "https://github.acme.example/api/v3", []string{"https://github.acme.example/api/v3/user", "https://github.acme.example/api/graphql"}},
	} {
		story(t, row.reason, func(s *inside) {
			var asked []string
			s.client.URL = row.url
			s.client.Transport = answers(func(r *http.Request) (*http.Response, error) {
				asked = append(asked, r.URL.String())
				if strings.HasSuffix(r.URL.Path, "/user") {
					return answer(403, "{}"), nil
				}
				return answer(200, `{"data":{"viewer":{"login":"bot"}}}`), nil
			})
			if got, err := s.client.login(s.Context()); err != nil || got != "bot" || !slices.Equal(asked, row.want) {
				s.Errorf("got %q, %v by %q", got, err, asked)
			}
		})
	}
}
