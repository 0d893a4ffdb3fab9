package cli

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/sandbox"
)

// TestAdvice: what a role is needed for, and that an organization may be gone, is known here; what a refusal means in the
// client.
func TestAdvice(t *testing.T) {
	const deleted = "if the organization is deleted by now, its credential is too: then remove it from the tree"
	refused := func(method, code string) error { return &client.Error{Method: method, Status: 401, Code: code} }
	gone := func(status int, code string) error {
		return &apply.GoneError{Err: &client.Error{Method: "DELETE", Path: "/api/atlas/v2/orgs/5f1b0c0d0e0f0a0b0c0d0e01", Status: status, Code: code}}
	}
	for _, row := range []struct {
		reason string
		err    error
		want   string
	}{
		{"a section says which role it takes", &resource.SectionError{Kind: "invitations", Err: refused("GET", "NOT_ORG_OWNER")}, "to read invitations the credential needs the role ORG_OWNER"},
		{"an organization, too", refused("GET", "USER_UNAUTHORIZED"), "to read an organization the credential needs the role ORG_MEMBER or ORG_READ_ONLY"},
		{"a write takes an owner", refused("PATCH", "ORG_REQUIRES_ROLE"), "the credential needs the role ORG_OWNER"},
		{"a section that is refused for another reason", &resource.SectionError{Kind: "settings", Err: refused("GET", "UNEXPECTED_ERROR")}, "check both variables of its credential, and that it belongs to this organization"},
		{"an error that knows its own cure", &resource.IncompleteError{}, "run it again; if the answer stays so, check the base URL and the proxy"},
		{"one that knows none", errors.New("no"), ""},
		{"the id of an organization that is gone", gone(404, "ORG_NOT_FOUND"), deleted},
		{"its credential went with it", gone(401, "UNEXPECTED_ERROR"), deleted},
		{"something else that is not found says nothing of it", gone(404, "CANNOT_DELETE_TEAM_ASSIGNED_TO_PROJECT"), "take the team out of its projects first"},
		{"nor does another server", gone(404, "RESOURCE_NOT_FOUND"), "check the base URL"},
		{"nor the credential of another organization", gone(401, "USER_CANNOT_ACCESS_ORG"), "the credential belongs to another organization, or the id is wrong; check id and credentials"},
	} {
		if got := advise(row.err); got != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}

// TestLineBreaks: neither a file of the tree nor a server makes one error look like two.
func TestLineBreaks(t *testing.T) {
	const forged = "error: orgs/b.yaml:1: Forged: it is fine"
	for _, row := range []struct{ reason, file, credentials string }{
		{"a line break in the name of a file", "orgs/a\n" + forged + ".yaml", "NOBODY"},
		{"a line break in what a server says", "orgs/a.yaml", "ACME_PROD"},
	} {
		for _, format := range []string{"text", "markdown", "json"} {
			w := newWorld(t, sandbox.Demo(), false)
			w.write(row.file, "name: Acme\nid: 5f1b0c0d0e0f0a0b0c0d0e01\ncredentials: "+row.credentials+"\nsettings: {}\n")
			w.transport = roundTrip(func(r *http.Request) (*http.Response, error) {
				response, err := w.server.RoundTrip(r)
				if err == nil && strings.HasSuffix(r.URL.Path, "/settings") && response.StatusCode == http.StatusOK {
					response.StatusCode, response.Body = http.StatusBadRequest, io.NopCloser(strings.NewReader(`{"error":400,"errorCode":"X","detail":"no\n`+forged+`"}`))
				}
				return response, err
			})
			status, stdout, stderr := w.run("plan", "--format", format)
			lines := 0
			for line := range strings.Lines(stdout + stderr) {
				if strings.HasPrefix(line, "error: ") {
					lines++
				}
			}
			want := map[string]int{"text": 1, "markdown": 2, "json": 1}[format] // Markdown has it, and so has standard error
			if status != ExitError || lines != want || strings.Contains(stdout, `\n`+forged) {
				t.Errorf("%s, %s: %d lines of errors, status %d\n%s%s", row.reason, format, lines, status, stdout, stderr)
			}
		}
	}
}
