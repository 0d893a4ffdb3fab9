package action

import (
	"testing"

	"atlas-gitops/internal/reconcile"
)

// TestHub checks the address and the token of the client for GitHub's API.
func TestHub(t *testing.T) {
	for _, row := range []struct{ reason, token, url, want string }{
		{"github.com", "t", "", "https://api.github.com"},
		{"GitHub Enterprise Server", "t", "https://git.acme.example/api/v3", "https://git.acme.example/api/v3"},
		{"no token", "", "", "GITHUB_TOKEN is not set"},
		{"GITHUB_API_URL is not a URL", "t", "git.acme.example", `GITHUB_API_URL: base URL "git.acme.example" is not valid; write it as https://HOST`},
	} {
		variables := map[string]string{"GITHUB_TOKEN": row.token, "GITHUB_API_URL": row.url}
		a := &job{World: World{Env: reconcile.Env{Version: "1.2.3", Getenv: func(name string) string { return variables[name] }}}}
		hub, err := a.hub()
		got := ""
		if err != nil {
			got = err.Error()
		} else if got = hub.URL; hub.Token != row.token || hub.UserAgent != "atlas-gitops/1.2.3" {
			t.Errorf("%s: %q, %q", row.reason, hub.Token, hub.UserAgent)
		}
		if got != row.want {
			t.Errorf("%s: got %s, want %s", row.reason, got, row.want)
		}
	}
}
