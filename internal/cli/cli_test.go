package cli

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/sandbox"
	"atlas-gitops/internal/spec"
)

// TestApproveInterrupted: an interrupt at the question is no approval, though nobody has answered.
func TestApproveInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	never, writer := io.Pipe()
	defer writer.Close()
	in := &invocation{Env: Env{Stdin: never, Stderr: io.Discard, Terminal: true}}
	if err := in.ask(ctx, nil); !errors.Is(err, errInterrupted) {
		t.Errorf("got %v", err)
	}
}

func TestApproveEndOfInput(t *testing.T) {
	for _, answer := range []string{"", "yes please", "YES", "y\n"} {
		in := &invocation{Env: Env{Stdin: strings.NewReader(answer), Stderr: io.Discard, Terminal: true}}
		if err := in.ask(t.Context(), nil); err == nil {
			t.Errorf("%q approves", answer)
		}
	}
}

// TestWaitsAreAnnounced: nobody has to wonder why nothing happens.
func TestWaitsAreAnnounced(t *testing.T) {
	var stderr strings.Builder
	env := Env{Stderr: &stderr, Getenv: func(string) string { return "" }}
	in := &invocation{Env: env, progress: newProgress(env)}
	c, err := in.connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	refused := &client.Error{Method: "GET", Path: "/x", Status: 503}
	c.config.Waiting(client.Wait{Method: "GET", Path: "/x", For: time.Second})
	c.config.Waiting(client.Wait{Method: "GET", Path: "/api/atlas/v2/orgs/1/settings", For: 24 * time.Second, Limit: "Organization Settings"})
	c.config.Waiting(client.Wait{Method: "GET", Path: "/x", For: 4300 * time.Millisecond, Err: refused})
	c.config.Waiting(client.Wait{Method: "GET", Path: "/y", For: 4 * time.Second, Err: &client.Error{Method: "GET", Path: "/y", Status: 503}})
	c.config.Waiting(client.Wait{Method: "GET", Path: "/z", For: 14 * time.Second, Err: &client.Error{Method: "GET", Path: "/z", Status: 503}})
	c.config.Waiting(client.Wait{Method: "POST", Path: "/x", For: 4 * time.Second, Err: &client.Error{Method: "POST", Path: "/x", Status: 502, Lost: true}})
	in.verbose = 1
	if c, err = in.connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		c.config.Waiting(client.Wait{Method: "GET", Path: "/x", For: 20 * time.Millisecond, Err: refused})
	}
	want := `Waiting 24s before GET /api/atlas/v2/orgs/1/settings: Atlas's limit "Organization Settings" is used up.
Waiting 4s to try again: GET /x: 503 Service Unavailable.
Waiting 14s to try again: GET /z: 503 Service Unavailable.
Waiting 4s to see what became of it: POST /x: 502 Bad Gateway.
Waiting 20ms to try again: GET /x: 503 Service Unavailable.
Waiting 20ms to try again: GET /x: 503 Service Unavailable.
`
	if got := stderr.String(); got != want {
		t.Errorf("got %q", got)
	}
}

// TestIntroduce: the lines are meant for a shell, so nothing stands in them that a request could have brought in.
func TestIntroduce(t *testing.T) {
	var b strings.Builder
	credentials := []sandbox.Credential{
		{Name: "ACME", PublicKey: "p", PrivateKey: "s"},
		{Name: "x; rm -rf ~", PublicKey: "p", PrivateKey: "s", Issued: true}, // its name is what a client called it
	}
	err := introduce(&b, "http://127.0.0.1:1", credentials, false)
	want := "export MONGODB_ATLAS_BASE_URL=http://127.0.0.1:1\nexport MONGODB_ATLAS_PUBLIC_API_KEY_ACME=p\nexport MONGODB_ATLAS_PRIVATE_API_KEY_ACME=s\n"
	if err != nil || b.String() != want {
		t.Errorf("got %q, %v", b.String(), err)
	}
}

func TestSource(t *testing.T) {
	tree, err := spec.Load(fstest.MapFS{
		"orgs/_defaults.yaml": {Data: []byte("settings:\n  multiFactorAuthRequired: true\n  restrictEmployeeAccess: true\n")},
		"orgs/acme.yaml":      {Data: []byte("name: Acme\nid: 5f1b0c0d0e0f0a0b0c0d0e0f\nsettings:\n  genAIFeaturesEnabled: true\n")},
	}, []string{"orgs"})
	if err != nil || len(tree.Diagnostics) > 0 {
		t.Fatal(tree, err)
	}
	orgs := tree.Orgs
	for _, row := range []struct {
		reason string
		step   plan.Step
		want   string
	}{
		{"the section, where a field of it was written in the same file",
			plan.Step{Kind: "settings", After: resource.Fields{"genAIFeaturesEnabled": true, "restrictEmployeeAccess": true}}, "orgs/acme.yaml:3"},
		{"the first of the fields, where all come from defaults",
			plan.Step{Kind: "settings", After: resource.Fields{"restrictEmployeeAccess": true, "multiFactorAuthRequired": true}}, "orgs/_defaults.yaml:2"},
		{"the name, for the organization itself", plan.Step{Kind: "organization", After: resource.Fields{"name": "Acme"}}, "orgs/acme.yaml:1"},
		{"nowhere, for what is not in the tree", plan.Step{Kind: "invitations", Key: "old@acme.example"}, ""},
	} {
		got := ""
		if s := source(orgs[0], row.step); s != nil {
			got = s.String()
		}
		if got != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}

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

// TestHelpFits: the person at two in the morning has a terminal 80 wide.
func TestHelpFits(t *testing.T) {
	for _, c := range commands() {
		var b strings.Builder
		if err := c.help(&b); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
				t.Errorf("help %s has a line of %d: %s", c.name, n, line)
			}
		}
	}
}
