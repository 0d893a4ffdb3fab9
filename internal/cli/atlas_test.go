package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"atlas-gitops/internal/sandbox"
)

// manyOrgs returns a fleet of organizations with settings and two members each, and the tree that equals it.
func manyOrgs(n int, withID bool) (*sandbox.Fleet, string) {
	fleet, tree := new(sandbox.Fleet), ""
	user := func(id int, name, role string) *sandbox.User {
		return &sandbox.User{ID: fmt.Sprintf("%024x", id), Username: name + "@acme.example", Status: "ACTIVE", OrgRoles: []string{role}}
	}
	for i := range n {
		id, name, credential := fmt.Sprintf("5f1b0c0d0e0f0a0b%08x", i), fmt.Sprintf("Org %d", i), fmt.Sprintf("ORG_%d", i)
		fleet.Orgs = append(fleet.Orgs, &sandbox.Org{ID: id, Name: name, Settings: map[string]any{"multiFactorAuthRequired": true},
			Users: []*sandbox.User{user(1, "ada", "ORG_OWNER"), user(2, "kay", "ORG_MEMBER")}})
		granted := sandbox.New(fleet).Grant(credential, id)
		fleet.Credentials = append(fleet.Credentials, &granted)
		tree += "---\nname: " + name + "\ncredentials: " + credential + "\n"
		if withID {
			tree += "id: " + id + "\n"
		}
		tree += "settings: { multiFactorAuthRequired: true }\ninvitations: []\nmembers:\n" +
			"  - { username: ada@acme.example, roles: [ORG_OWNER] }\n  - { username: kay@acme.example, roles: [ORG_MEMBER] }\n"
	}
	return fleet, tree
}

// TestFewestRequests: a plan without changes takes four requests for an organization with settings, invitations and members, and one
// to log in. The token of a service account is revoked.
func TestFewestRequests(t *testing.T) {
	for _, row := range []struct {
		reason           string
		withID, accounts bool
		login            []string
	}{
		{"by id, with API keys", true, false, []string{"401"}},
		{"by name, with API keys", false, false, []string{"401"}},
		{"by id, with service accounts", true, true, []string{"POST /api/oauth/token", "POST /api/oauth/revoke"}},
		{"by name, with service accounts", false, true, []string{"POST /api/oauth/token", "POST /api/oauth/revoke"}},
	} {
		const orgs = 50
		fleet, tree := manyOrgs(orgs, row.withID)
		w := newWorld(t, fleet, row.accounts)
		w.write("orgs/all.yaml", tree)
		counts := map[string]int{}
		status, stdout, stderr := w.run("plan", "--detailed-exitcode")
		if status != ExitOK || strings.Count(stdout, "\n") != 1 || stderr != "" {
			t.Fatalf("%s: %d %s%s", row.reason, status, stdout, stderr)
		}
		for _, r := range w.server.Log() {
			switch {
			case r.Status == 401:
				counts["401"]++
			case strings.HasPrefix(r.Path, "/api/oauth/"):
				counts[r.Method+" "+r.Path]++
			default:
				counts["requests"]++
			}
		}
		for _, login := range row.login {
			if counts[login] != orgs {
				t.Errorf("%s: %d times %s", row.reason, counts[login], login)
			}
		}
		if counts["requests"] > 4*orgs || len(counts) != 1+len(row.login) {
			t.Errorf("%s: %v", row.reason, counts)
		}
	}
}

// TestOneListForEachCredential: to find organizations by name, a credential lists them once for all organizations.
func TestOneListForEachCredential(t *testing.T) {
	w := newWorld(t, sandbox.Demo(), false)
	w.write("orgs/a.yaml", "name: Acme-Stage\ncredentials: ACME_STAGING\n---\nname: Acme-Ghost\ncredentials: ACME_STAGING\n")
	if status, stdout, stderr := w.run("plan"); status != ExitError || !strings.Contains(stderr, "no organization has this name") {
		t.Errorf("%d %s%s", status, stdout, stderr)
	}
	lists := 0
	for _, r := range w.server.Log() {
		if r.Path == "/api/atlas/v2/orgs" && r.Status == 200 {
			lists++
		}
	}
	if lists != 1 {
		t.Errorf("listed %d times", lists)
	}
}

// TestLimitsAreShared: Atlas limits invitations per IP address, for all organizations together. If it refuses an invitation of one
// organization, the other organization also waits.
func TestLimitsAreShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Demo(), false)
		for _, org := range []string{"Acme-Stage\ncredentials: ACME_STAGING", "Acme-Research\ncredentials: ACME_RESEARCH"} {
			tree := "name: " + org + "\ninvitations:\n"
			for i := range 20 {
				tree += fmt.Sprintf("  - { username: new%d@acme.example, roles: [ORG_MEMBER] }\n", i)
			}
			w.write("orgs/"+org[:6]+fmt.Sprint(len(org))+".yaml", tree)
		}
		if status, stdout, stderr := w.run("apply", "--auto-approve"); status != ExitOK || strings.Count(stdout, "\n  applied ") != 40 {
			t.Errorf("%d %s%s", status, stdout, stderr)
		}
		refused := 0
		for _, r := range w.server.Log() {
			if r.Method == "POST" && r.Status != 200 {
				refused++
			}
		}
		if refused < 1 || refused > 16 { // each organization has at most eight requests in progress when the first is refused
			t.Errorf("%d were refused", refused)
		}
	})
}

// TestTimeout: the run ends in time, and names --timeout as the cause. It also says what it waited for.
func TestTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Demo(), false)
		w.write("orgs/a.yaml", "name: Acme-Stage\ncredentials: ACME_STAGING\n")
		w.inject(sandbox.Fault{Kind: "503", Times: -1})
		start := time.Now()
		status, stdout, stderr := w.run("plan", "--timeout", "100ms")
		if took := time.Since(start); took > 100*time.Millisecond {
			t.Errorf("took %s", took)
		}
		// The waits between tries are random, and so is the number of tries, and whether a wait is long enough to be reported.
		last := stderr[strings.LastIndex(strings.TrimSuffix(stderr, "\n"), "\n")+1:]
		if want := "error: --timeout 100ms has passed; nothing was changed. The last request that failed: GET /api/atlas/v2/orgs: 503 SERVICE_UNAVAILABLE: The service is unavailable"; status != ExitError || stdout != "" || !strings.HasPrefix(last, want) || strings.Count(stderr, "error: ") != 1 {
			t.Errorf("%d %q %q", status, stdout, stderr)
		}
	})
}

// TestTimeoutOfApply: steps in progress are finished, and the others are reported as skipped.
func TestTimeoutOfApply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Demo(), false)
		tree := "name: Acme-Production\ncredentials: ACME_PROD\nmanage: { invitations: additive }\ninvitations:\n"
		for n := range 10 {
			tree += fmt.Sprintf("  - { username: p%d@acme.example, roles: [ORG_MEMBER] }\n", n)
		}
		w.write("orgs/a.yaml", tree)
		w.inject(sandbox.Fault{Kind: "silence-after", Method: "POST", Path: "/api/atlas/v2/orgs/*/invites", Times: 8}) // as many as run side by side
		status, stdout, stderr := w.run("apply", "--auto-approve", "--timeout", "10s")
		if status != ExitError || strings.Count(stdout, "\n  applied    + invitations/") != 8 || !strings.Contains(stdout, "\n  2 skipped: --timeout 10s has passed\n") {
			t.Errorf("%d %s%s", status, stdout, stderr)
		}
		if want := "Finishing the steps in progress: --timeout 10s has passed. Interrupt to stop at once.\n" +
			"[1/1] Acme-Production (5f1b0c0d0e0f0a0b0c0d0e01): 8 applied, 2 skipped\n"; stderr != want {
			t.Errorf("got %q", stderr)
		}
	})
}

// TestTimeoutOfAWait: --timeout also ends a wait for a rate limit.
func TestTimeoutOfAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Demo(), false)
		w.write("orgs/a.yaml", "name: Acme-Production\ncredentials: ACME_PROD\nsettings: { multiFactorAuthRequired: true }\n")
		w.inject(sandbox.Fault{Kind: "429-bare", Method: "PATCH"})
		start := time.Now()
		status, stdout, _ := w.run("apply", "--auto-approve", "--timeout", "10s")
		if took := time.Since(start); status != ExitError || took > 11*time.Second || !strings.Contains(stdout, "  skipped    ~ settings\n               --timeout 10s has passed\n") {
			t.Errorf("%d after %s\n%s", status, took, stdout)
		}
	})
}

// TestServerDown: after some tries, a wrong address is reported once for all organizations with equal errors.
func TestServerDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Demo(), false)
		w.transport = unreachable{}
		w.write("orgs/a.yaml", "name: Acme-Stage\ncredentials: ACME_STAGING\nsettings: { multiFactorAuthRequired: true }\n")
		w.write("orgs/b.yaml", "name: Acme-Production\nid: 5f1b0c0d0e0f0a0b0c0d0e01\ncredentials: ACME_PROD\nsettings: { multiFactorAuthRequired: true }\n")
		w.write("orgs/c.yaml", "name: Acme-Research\nid: 5f1b0c0d0e0f0a0b0c0d0e05\ncredentials: ACME_RESEARCH\nsettings: { multiFactorAuthRequired: true }\n")
		status, stdout, stderr := w.run("plan")
		const advice = "; check the base URL (--base-url or MONGODB_ATLAS_BASE_URL), the network and the proxy\n"
		_, errs, _ := strings.Cut(stderr, "error: ")
		want := "2 organizations: GET /api/atlas/v2/orgs/ID: no such host" + advice + "  Acme-Production, Acme-Research\n" +
			"error: orgs/a.yaml:1: Acme-Stage: GET /api/atlas/v2/orgs: no such host (tried 6 times)" + advice
		if status != ExitError || strings.Count(stdout, "\n") != 1 || errs != want { // the one line says that the organizations were not planned
			t.Errorf("%d %s%s", status, stdout, stderr)
		}
	})
}

// TestTokenThatStays: tokens that cannot be revoked give one warning. They do not fail the run or delay it for long.
func TestTokenThatStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Demo(), true)
		w.write("orgs/a.yaml", "name: Acme-Stage\ncredentials: ACME_STAGING\n---\nname: Acme-Analytics\ncredentials: ACME_ANALYTICS\n")
		w.inject(sandbox.Fault{Kind: "408", Path: "/api/oauth/revoke", Times: -1})
		start := time.Now()
		status, stdout, stderr := w.run("plan", "--detailed-exitcode")
		if took := time.Since(start); status != ExitOK || took > 5*time.Second || strings.Count(stdout, "\n") != 1 {
			t.Errorf("%d %q after %s", status, stdout, took)
		}
		if !strings.HasPrefix(stderr, "warning: 2 tokens could not be revoked; they expire within the hour: POST /api/oauth/revoke: ") || strings.Count(stderr, "\n") != 1 {
			t.Errorf("got %q", stderr)
		}
	})
}

type unreachable struct{}

func (unreachable) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("no such host")
}

// eavesdropper collects the secrets in requests and answers, and adds new credentials to some answers.
type eavesdropper struct {
	next    http.RoundTripper
	mu      sync.Mutex
	secrets []string
}

const handedOut = `,"apiKey":{"privateKey":"canary-private-key"},"serviceAccount":{"secrets":[{"secret":"canary-client-secret"}]}}`

func (e *eavesdropper) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := e.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(response.Body)
	e.mu.Lock()
	defer e.mu.Unlock()
	if scheme, proof, _ := strings.Cut(r.Header.Get("Authorization"), " "); scheme == "Basic" || scheme == "Bearer" {
		e.secrets = append(e.secrets, proof)
	}
	var token struct {
		Access string `json:"access_token"`
	}
	if json.Unmarshal(body, &token) == nil && token.Access != "" {
		e.secrets = append(e.secrets, token.Access)
	}
	if object, ok := bytes.CutSuffix(bytes.TrimSpace(body), []byte("}")); ok && strings.HasSuffix(r.URL.Path, "/settings") {
		body = append(object, handedOut...)
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, err
}

// TestNoSecretIsPrinted runs every command at every verbosity, with valid, wrong and malformed credentials, and looks for secrets in
// the output.
func TestNoSecretIsPrinted(t *testing.T) {
	const tree = "name: Acme-Production\ncredentials: ACME_PROD\nsettings: { multiFactorAuthRequired: true }\n" +
		"invitations: [{ username: alan@acme.example, roles: [ORG_MEMBER] }]\n"
	for _, c := range commands() {
		for _, verbosity := range []string{"", "-v", "-vv"} {
			for _, spoil := range []func(*world){
				func(*world) {},
				func(w *world) { w.spoil("canary-wrong") },
				func(w *world) { w.variables["MONGODB_ATLAS_CLIENT_SECRET_ACME_PROD"] = "canary-wrong" },
				func(w *world) { w.variables["MONGODB_ATLAS_PUBLIC_KEY_ACME_PROD"] = "mdb_sa_sk_canary-wrong" },
				func(w *world) { w.variables["MONGODB_ATLAS_BASE_URL"] = "https://me:canary-wrong@atlas.example" },
			} {
				for _, accounts := range []bool{false, true} {
					w := newWorld(t, sandbox.Demo(), accounts)
					w.write("orgs/a.yaml", tree)
					spoil(w)
					w.listen(c, verbosity)
				}
			}
		}
	}
}

// isSecret reports whether a variable has the secret half of a credential.
func isSecret(variable string) bool {
	return strings.Contains(variable, "_PRIVATE_") || strings.Contains(variable, "_SECRET")
}

// spoil replaces every secret with a wrong one.
func (w *world) spoil(secret string) {
	for name := range w.variables {
		if isSecret(name) {
			w.variables[name] = secret
		}
	}
}

// listen runs the command and looks for secrets in its output.
func (w *world) listen(c command, verbosity string) {
	w.Helper()
	if c.name == "sandbox" {
		return // it prints its own credentials on purpose, for clients
	}
	e := &eavesdropper{next: w.transport, secrets: []string{"canary"}}
	w.transport = e
	for name, value := range w.variables {
		if isSecret(name) {
			e.secrets = append(e.secrets, value)
		}
	}
	args := unattended(c, verbosity)
	_, stdout, stderr := w.run(args...)
	for _, secret := range e.secrets {
		if strings.Contains(stdout+stderr, secret) {
			w.Errorf("%v prints %s:\n%s%s", args, secret, stdout, stderr)
		}
	}
	if verbosity == "-vv" && c.name == "apply" && !strings.Contains(stderr, "  < ") && !strings.Contains(stderr, "error: ") {
		w.Errorf("%v logs no answers:\n%s%s", args, stdout, stderr)
	}
}

// unattended returns the arguments of a command that needs no person and has the given verbosity.
func unattended(c command, verbosity string) []string {
	args := []string{c.name}
	if c.name == "apply" {
		args = append(args, "--auto-approve")
	}
	if flags, _ := c.flagSet(); verbosity != "" && flags.Lookup("verbose") != nil {
		args = append(args, verbosity)
	}
	return args
}

// BenchmarkPlan plans fifty organizations over HTTP, each with a service account. Every answer takes 100 ms.
func BenchmarkPlan(b *testing.B) {
	fleet, tree := manyOrgs(50, true)
	for b.Loop() {
		w := newWorld(b, fleet, true)
		w.write("orgs/all.yaml", tree)
		if err := w.server.Behave(sandbox.Behavior{LatencyMilliseconds: 100}); err != nil {
			b.Fatal(err)
		}
		listener := httptest.NewServer(w.server)
		w.transport, w.variables["MONGODB_ATLAS_BASE_URL"] = transport(), listener.URL
		if status, stdout, stderr := w.run("plan"); status != ExitOK {
			b.Fatal(stdout, stderr)
		}
		listener.Close()
	}
}
