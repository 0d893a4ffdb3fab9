package github

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"atlas-gitops/internal/github/githubtest"
)

// TestLogin: whom a token stands for decides which texts are ours. To guess wrong is to write beside them.
func TestLogin(t *testing.T) {
	for _, row := range []struct {
		reason string
		login  string
		isApp  bool
		faults []githubtest.Fault
		want   string
		status int // of the error, if there is one
	}{
		{"a person's token", "ada", false, nil, "ada", 0},
		{"that of a workflow", actionsBot, true, nil, actionsBot, 0},
		{"that of another app", "acme-gitops[bot]", true, nil, "acme-gitops[bot]", 0},
		{"where GraphQL is missing it is the workflow", "acme-gitops[bot]", true, []githubtest.Fault{{Method: "POST", Path: "/graphql", Times: 1, Status: 404}}, actionsBot, 0},
		{"where GraphQL is forbidden, too", "acme-gitops[bot]", true, []githubtest.Fault{{Method: "POST", Path: "/graphql", Times: 1, Status: 403}}, actionsBot, 0},
		{"a server that takes no POST has none", "acme-gitops[bot]", true, []githubtest.Fault{{Method: "POST", Path: "/graphql", Times: 1, Status: 405}}, actionsBot, 0},
		{"nor one that knows no POST", "acme-gitops[bot]", true, []githubtest.Fault{{Method: "POST", Path: "/graphql", Times: 1, Status: 501}}, actionsBot, 0},
		{"GraphQL says in an answer that it has none", "acme-gitops[bot]", true, []githubtest.Fault{{Method: "POST", Path: "/graphql", Times: 1, Status: 200}}, actionsBot, 0},
		{"an answer without a name is none", "acme-gitops[bot]", true, []githubtest.Fault{{Method: "GET", Path: "/user", Times: 1, Status: 200}}, "acme-gitops[bot]", 0},
		{"a question may be asked again", "acme-gitops[bot]", true, []githubtest.Fault{{Method: "POST", Path: "/graphql", Times: 2, Status: 502}}, "acme-gitops[bot]", 0},
		{"also after the connection broke", "acme-gitops[bot]", true, []githubtest.Fault{{Method: "POST", Path: "/graphql", Times: 1}}, "acme-gitops[bot]", 0},
		{"who has no answer does not guess", "acme-gitops[bot]", true, []githubtest.Fault{{Method: "POST", Path: "/graphql", Times: -1, Status: 502}}, "", 502},
		{"nor who was never answered", "ada", false, []githubtest.Fault{{Method: "GET", Path: "/user", Times: -1, Status: 500}}, "", 500},
		{"a limit is no answer", "ada", false, []githubtest.Fault{{Method: "GET", Path: "/user", Times: -1, Status: 403, Header: headers("Retry-After", "600")}}, "", 403},
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

// TestLoginElsewhere: GitHub Enterprise Server has both beside each other, below /api.
func TestLoginElsewhere(t *testing.T) {
	for _, row := range []struct {
		reason, url string
		want        []string
	}{
		{"GitHub", "https://api.github.com", []string{"https://api.github.com/user", "https://api.github.com/graphql"}},
		{"with data in one country", "https://api.acme.ghe.com", []string{"https://api.acme.ghe.com/user", "https://api.acme.ghe.com/graphql"}},
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
