package cli

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"atlas-gitops/internal/sandbox"
)

// instead answers the requests with the method and the end of the path itself.
type instead struct {
	next         http.RoundTripper
	method, path string
	status       int
	body         string
}

func (i instead) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != i.method || !strings.HasSuffix(r.URL.Path, i.path) || r.Header.Get("Authorization") == "" {
		return i.next.RoundTrip(r)
	}
	if r.Body != nil {
		_ = r.Body.Close()
	}
	return &http.Response{StatusCode: i.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(i.body)), Request: r}, nil
}

// TestAdvice checks the advice in the output for errors of Atlas and of a proxy.
func TestAdvice(t *testing.T) {
	const org = "/orgs/5f1b0c0d0e0f0a0b0c0d0e02"
	const invites, members = "invitations: [{ username: mo@acme.example, roles: [ORG_MEMBER] }]\n", "members: [{ username: mo@acme.example, roles: [ORG_OWNER] }]\n"
	const role = `{"status":401,"errorCode":"ORG_REQUIRES_ROLE","detail":"Current user is not authorized to perform this action."}`
	for _, row := range []struct {
		reason, command, tree string
		answer                instead
		want                  string // the end of a line
	}{
		{"Atlas ends /invites on 2027-07-01", "plan", invites, instead{method: "GET", path: org + "/invites", status: 410, body: `{"status":410,"errorCode":"GONE","detail":"This resource is no longer available."}`},
			"410 GONE: This resource is no longer available; Atlas no longer has this interface for invitations; rename invitations to members in the tree, and add manage: { members: additive } to leave all other people alone"},
		{"a write with a role that is too low", "apply", "settings: { multiFactorAuthRequired: false }\n", instead{method: "PATCH", path: org + "/settings", status: 401, body: role},
			"401 ORG_REQUIRES_ROLE: Current user is not authorized to perform this action; the credential needs the role ORG_OWNER"},
		{"the same code with another status", "apply", "settings: { multiFactorAuthRequired: false }\n", instead{method: "PATCH", path: org + "/settings", status: 403, body: role},
			"403 ORG_REQUIRES_ROLE: Current user is not authorized to perform this action; the credential needs the role ORG_OWNER"},
		{"only one section is not found, so the address is right", "plan", members, instead{method: "GET", path: org + "/users", status: 404, body: `{"error":404,"errorCode":"RESOURCE_NOT_FOUND","detail":"Cannot find resource."}`},
			"404 RESOURCE_NOT_FOUND: Cannot find resource"},
		{"a proxy blocks one section", "plan", members, instead{method: "GET", path: org + "/users", status: 404, body: "<html>"},
			"404 Not Found; the answer does not come from Atlas; check the proxy"},
		{"a server that is not Atlas", "plan", members, instead{method: "GET", path: "/orgs", status: 404, body: "<html>"},
			"404 Not Found; the answer does not come from Atlas; check the base URL (--base-url or MONGODB_ATLAS_BASE_URL) and the proxy"},
	} {
		w := newWorld(t, sandbox.Demo(), false)
		row.answer.next = w.server
		w.transport = row.answer
		w.write("orgs/a.yaml", "name: Acme-Stage\ncredentials: ACME_STAGING\n"+row.tree)
		args := []string{row.command}
		if row.command == "apply" {
			args = append(args, "--auto-approve")
		}
		status, stdout, stderr := w.run(args...)
		if status != ExitError || !strings.Contains(stdout+stderr, row.want+"\n") {
			t.Errorf("%s: %d %s%s", row.reason, status, stdout, stderr)
		}
	}
}
