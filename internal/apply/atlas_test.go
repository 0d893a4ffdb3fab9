package apply_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"testing/synctest"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/sandbox"
	"atlas-gitops/internal/spec"
)

// acme is an organization of the demonstration fleet; it has teams, projects, members and invitations.
const acme = "5f1b0c0d0e0f0a0b0c0d0e01"

// atlas is a sandbox with the demonstration fleet, and a client of one of its organizations.
type atlas struct {
	*testing.T
	url       string
	transport http.RoundTripper
	between   func(http.RoundTripper) http.RoundTripper // between client and sandbox
	server    atomic.Pointer[sandbox.Server]
	account   *resource.Account
	usesToken bool // the client logs in with a service account, not with an API key
}

// newAtlas returns a sandbox that is served over HTTP until the test ends.
func newAtlas(t *testing.T) *atlas {
	t.Helper()
	a := &atlas{T: t, transport: http.DefaultTransport, between: directly}
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { a.server.Load().ServeHTTP(w, r) }))
	t.Cleanup(listener.Close)
	a.url = listener.URL
	a.open(sandbox.Demo())
	return a
}

func directly(next http.RoundTripper) http.RoundTripper { return next }

// newAtlasInside returns a sandbox without a network. In a synctest bubble it shares the fake clock, so waits take no time.
func newAtlasInside(t *testing.T, between func(http.RoundTripper) http.RoundTripper) *atlas {
	t.Helper()
	a := &atlas{T: t, url: "https://atlas.example", between: between}
	a.transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		return a.server.Load().RoundTrip(r)
	})
	a.open(sandbox.Demo())
	return a
}

// open starts a sandbox with the fleet, and a new client.
func (a *atlas) open(fleet *sandbox.Fleet) {
	a.Helper()
	a.server.Store(sandbox.New(fleet))
	a.account = &resource.Account{API: a.client()}
}

// client returns a new client, as another run would use.
func (a *atlas) client() *client.Client {
	a.Helper()
	return a.clientOf(a.server.Load().Grant("ACME_PROD", acme))
}

func (a *atlas) clientOf(granted sandbox.Credential) *client.Client {
	a.Helper()
	credential := client.NewCredential(granted.PublicKey, granted.PrivateKey)
	if a.usesToken {
		credential = client.NewCredential(granted.ClientID, granted.ClientSecret)
	}
	c, err := client.New(client.Config{BaseURL: a.url, Transport: a.between(a.transport), Waiting: waiting, Credential: credential})
	if err != nil {
		a.Fatal(err)
	}
	return c
}

// waiting lets other steps go on while a step waits for a limit, as reconcile does.
func waiting(ctx context.Context, w client.Wait) (over func()) {
	if !w.IsForLimit() {
		return func() {}
	}
	return apply.Waits(ctx)
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// restart starts a new sandbox with the same fleet, and a new client. All rate limits are unused again, so no test has to wait for
// them.
func (a *atlas) restart() {
	a.Helper()
	a.open(a.fleet())
}

// fleet returns a copy of what the sandbox has.
func (a *atlas) fleet() *sandbox.Fleet {
	a.Helper()
	fleet := new(sandbox.Fleet)
	if err := json.NewDecoder(a.control("GET", "/_sandbox/fleet", "").Body).Decode(fleet); err != nil {
		a.Fatal(err)
	}
	return fleet
}

// inject adds a fault to the sandbox. It ignores a fault without a kind.
func (a *atlas) inject(f sandbox.Fault) {
	a.Helper()
	if f.Kind == "" {
		return
	}
	if err := a.server.Load().Inject(f); err != nil {
		a.Error(err) // not Fatal: other goroutines call this, too
	}
}

// plan returns the plan for a document.
func (a *atlas) plan(yaml string) *plan.Plan {
	a.Helper()
	found, errs := a.planOf(yaml)
	if errs[0] != nil {
		a.Fatal(errs[0])
	}
	return plan.New(found)
}

func (a *atlas) planOf(yaml string) ([]plan.Org, []error) {
	a.Helper()
	target := planner.Target{Desired: desiredOf(a.T, yaml), Account: a.account}
	return planner.Plan(a.Context(), []planner.Target{target}, planner.Options{Parallel: 1})
}

// desiredOf returns what a document describes.
func desiredOf(t *testing.T, yaml string) resource.Desired {
	t.Helper()
	tree, err := spec.Load(fstest.MapFS{"orgs/acme.yaml": {Data: []byte(yaml)}}, []string{"orgs"})
	if err != nil || spec.Count(tree.Diagnostics, spec.Error) > 0 {
		t.Fatalf("%v %v", tree, err)
	}
	return tree.Orgs[0].Desired
}

// run carries the plan out and returns how its steps ended.
func (a *atlas) run(p *plan.Plan) []apply.Outcome {
	return a.runner().Run(a.Context(), p)[0].Outcomes
}

func (a *atlas) runner() *apply.Runner {
	return &apply.Runner{Account: func(plan.Org) *resource.Account { return a.account }, Parallel: apply.DefaultParallel}
}

// control sends a request to a control path of the sandbox.
func (a *atlas) control(method, path, body string) *http.Response {
	a.Helper()
	request, err := http.NewRequestWithContext(a.Context(), method, a.url+path, strings.NewReader(body))
	if err != nil {
		a.Fatal(err)
	}
	response, err := a.transport.RoundTrip(request)
	if err != nil || response.StatusCode/100 != 2 {
		a.Fatalf("%s %s: %v %v", method, path, response, err)
	}
	a.Cleanup(func() { response.Body.Close() })
	return response
}

// writes returns all requests since the last call that do not only read, one on each line, with their bodies.
func (a *atlas) writes() string {
	a.Helper()
	var log []struct {
		Method, Path string
		Status       int
		Body         json.RawMessage
	}
	if err := json.NewDecoder(a.control("GET", "/_sandbox/log", "").Body).Decode(&log); err != nil {
		a.Fatal(err)
	}
	a.control("DELETE", "/_sandbox/log", "")
	var b bytes.Buffer
	for _, r := range log {
		if r.Method == http.MethodGet {
			continue
		}
		fmt.Fprintf(&b, "%d %s %s", r.Status, r.Method, r.Path)
		if r.Body != nil {
			b.WriteByte(' ')
			if err := json.Compact(&b, r.Body); err != nil {
				a.Fatal(err)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// endings returns the verdict and the line of each step.
func endings(outcomes []apply.Outcome) (all []string) {
	for _, o := range outcomes {
		all = append(all, string(o.Verdict)+" "+o.Step.Line())
	}
	return all
}

func (a *atlas) expect(got []apply.Outcome, want ...string) {
	a.Helper()
	if got := endings(got); !slices.Equal(got, want) {
		a.Errorf("got %q, want %q", got, want)
	}
}

func verdicts(outcomes []apply.Outcome) (all []string) {
	for _, o := range outcomes {
		all = append(all, string(o.Verdict))
	}
	return all
}

// bubble runs a subtest with the fake clock of synctest.
func bubble(t *testing.T, name string, f func(*testing.T)) {
	t.Run(name, func(t *testing.T) { synctest.Test(t, f) })
}

func (a *atlas) accept(username string) {
	a.Helper()
	a.control("POST", "/_sandbox/accept", `{"org":"Acme-Production","username":"`+username+`"}`)
}

// count returns how many steps with the symbol have the verdict.
func count(outcomes []apply.Outcome, symbol string, v apply.Verdict) (n int) {
	for _, o := range outcomes {
		if o.Step.Op.Symbol() == symbol && o.Verdict == v {
			n++
		}
	}
	return n
}
