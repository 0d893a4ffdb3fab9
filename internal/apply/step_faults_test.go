package apply_test

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/sandbox"
)

// Parts of a run in which a request can fail.
const (
	inWrite        = "the write"
	inLook         = "the read before a step"
	inCheck        = "the check after the last step"
	inPlan         = "a read of a plan"
	inLogin        = "the login of a plan"
	inLoginToApply = "the login of an apply"
)

// The two operations that [operations] does not have, because their plans need other credentials.
const (
	createOrganization = "create an organization"
	deleteOrganization = "delete an organization"
)

// everything is a document that makes a plan read every list.
const everything = `name: Acme-Production
settings: { multiFactorAuthRequired: true }
invitations: [{ username: kay@acme.example, roles: [ORG_MEMBER], teams: [Platform], projects: { Checkout: [GROUP_READ_ONLY] } }]
members: [{ username: ada@acme.example, roles: [ORG_OWNER] }]
`

// faultedOperations are all operations of steps.
func faultedOperations() []operation {
	return append(slices.Clone(operations),
		operation{name: createOrganization, method: "POST", path: "/api/atlas/v2/orgs",
			want: "name: Acme-Labs\ncredentials: ACME_LABS\ncreate: { from: ACME_BILLING, ownerId: 5f1b0c0d0e0f0a0b0c0d2001, apiKey: { desc: gitops, roles: [ORG_OWNER] } }\n"},
		operation{name: deleteOrganization, method: "DELETE", want: "name: Acme-Production\nid: " + acme + "\nstate: absent\n"})
}

// faultCount is a row of the matrix.
type faultCount struct{ tried, done, clear, converged, lost, doubled int }

func (c *faultCount) add(other faultCount) {
	c.tried, c.done, c.clear = c.tried+other.tried, c.done+other.done, c.clear+other.clear
	c.converged, c.lost, c.doubled = c.converged+other.converged, c.lost+other.lost, c.doubled+other.doubled
}

func (c faultCount) row(name string) string {
	return fmt.Sprintf("| %s | %d | %d | %d | %d | %d | %d |\n", name, c.tried, c.done, c.clear, c.converged, c.lost, c.doubled)
}

// faultMatrix counts the cases by their fault, and by their part of a run.
type faultMatrix struct {
	byFault, byPart map[string]*faultCount
	parts           []string // in order
	all             faultCount
}

func (m *faultMatrix) add(kind, part string, c faultCount) {
	if m.byFault[kind] == nil {
		m.byFault[kind] = &faultCount{}
	}
	if m.byPart[part] == nil {
		m.byPart[part] = &faultCount{}
		m.parts = append(m.parts, part)
	}
	m.byFault[kind].add(c)
	m.byPart[part].add(c)
	m.all.add(c)
}

// String returns the matrix as two tables in Markdown.
func (m *faultMatrix) String() string {
	const columns = "| tried | done in the same run | clear error | no changes after the next run | lost | doubled |\n|---|--:|--:|--:|--:|--:|--:|\n"
	text := "| fault " + columns
	for _, kind := range sandbox.FaultKinds() {
		text += m.byFault[kind].row("`" + kind + "`")
	}
	text += m.all.row("all") + "\n| part of a run " + columns
	for _, part := range m.parts {
		text += m.byPart[part].row(part)
	}
	return text
}

// TestFaultMatrix tries every kind of fault, once and always, in every part of a run with every operation. Each run either does its
// work or says what failed, and the next run without the fault does the rest. Nothing gets lost or is made twice. The table is in
// testdata; -v prints it. The race detector and -short get a part of the cases.
func TestFaultMatrix(t *testing.T) {
	checkOperations(t)
	m, isWhole := &faultMatrix{byFault: map[string]*faultCount{}, byPart: map[string]*faultCount{}}, !isRace && !testing.Short()
	for i, c := range faultCases(t) {
		for j, kind := range sandbox.FaultKinds() {
			for _, times := range []int{1, -1} {
				if !isWhole && (i+j)%10 > 0 {
					continue
				}
				bubble(t, fmt.Sprintf("%s: %s: %s %d", c.operation.name, c.part, kind, times), func(t *testing.T) { m.add(kind, c.row(), c.run(t, kind, times)) })
			}
		}
	}
	if isWhole {
		t.Log("\n" + m.String())
		checkTable(t, m.String())
	}
	if m.all.tried == 0 || m.all.tried != m.all.converged || m.all.tried != m.all.done+m.all.clear || m.all.lost+m.all.doubled > 0 {
		t.Errorf("got %+v", m.all)
	}
}

// checkTable compares the matrix with the one in testdata, and its first table with the one in the documentation. With -update it
// rewrites both.
func checkTable(t *testing.T, matrix string) {
	t.Helper()
	const begin, end = "<!-- faults: go test ./internal/apply -run '^TestFaultMatrix$' -update -->\n", "\n<!-- end of faults -->"
	docs := filepath.Join("..", "..", "docs", "operations.md")
	text, err := os.ReadFile(docs)
	before, rest, hasBegin := strings.Cut(string(text), begin)
	_, after, hasEnd := strings.Cut(rest, end)
	if err != nil || !hasBegin || !hasEnd {
		t.Fatalf("%s has no %q and %q: %v", docs, begin, end, err)
	}
	table, _, _ := strings.Cut(matrix, "\n\n")
	for file, want := range map[string]string{filepath.Join("testdata", "faults.md"): matrix, docs: before + begin + table + end + after} {
		if *update {
			if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		is, err := os.ReadFile(file)
		if diff := cmp.Diff(string(is), want); err != nil || diff != "" {
			t.Errorf("%s (-want +got; -update accepts it): %v\n%s", file, err, diff)
		}
	}
}

// checkOperations: the matrix has every operation of every kind.
func checkOperations(t *testing.T) {
	t.Helper()
	has := map[string]bool{}
	for _, op := range faultedOperations() {
		bubble(t, "plan: "+op.name, func(t *testing.T) {
			for _, step := range newFaulted(t, op, "").rightPlan().Orgs[0].Steps {
				has[string(step.Op)+" "+step.Kind] = true
			}
		})
	}
	for _, k := range resource.Kinds {
		for _, op := range []plan.Op{plan.Create, plan.Update, plan.Delete} {
			if k.Can(string(op)) && !has[string(op)+" "+k.Name] {
				t.Errorf("operations has no %s of %s", op, k.Name)
			}
		}
	}
}

// faultCase is an operation, and the part of its run in which requests fail.
type faultCase struct {
	operation
	part         string
	method, path string // of the requests that fail
}

// row returns the row of the case in the table of the parts of a run.
func (c faultCase) row() string {
	if c.part == inWrite {
		return c.operation.name
	}
	return c.part
}

// faultCases returns all parts of all runs.
func faultCases(t *testing.T) (all []faultCase) {
	for _, op := range faultedOperations() {
		all = append(all, faultCase{op, inWrite, op.method, op.fullPath()})
	}
	for _, op := range faultedOperations() {
		if op.name != deleteOrganization {
			all = append(all, faultCase{op, inLook, "GET", op.listPath()})
		}
	}
	for _, op := range operations {
		all = append(all, faultCase{op, inCheck, "GET", op.listPath()})
	}
	reads := operation{name: "plan", want: everything}
	bubble(t, "the reads of a plan", func(t *testing.T) {
		a := newFaulted(t, reads, "")
		a.rightPlan()
		for _, e := range a.server.Load().Log() {
			if c := (faultCase{reads, inPlan, e.Method, e.Path}); e.Status == http.StatusOK && !slices.Contains(all, c) {
				all = append(all, c)
			}
		}
	})
	return append(all, faultCase{reads, inLogin, "POST", "/api/oauth/token"}, faultCase{operations[0], inLoginToApply, "POST", "/api/oauth/token"})
}

func (op operation) fullPath() string {
	if strings.HasPrefix(op.path, "/api/") {
		return op.path
	}
	return "/api/atlas/v2/orgs/" + acme + op.path
}

// listPath returns the path at which the object of the operation is read.
func (op operation) listPath() string { return strings.TrimSuffix(op.fullPath(), "/*") }

// faulted is an Atlas on which a fault is tried with an operation.
type faulted struct {
	*atlas
	operation
	payer  *resource.Account
	issued map[string]*resource.Account // of the organizations that runs created
}

// newFaulted returns an Atlas. Its clients log in with a token, unless the fault is about API keys.
func newFaulted(t *testing.T, op operation, kind string) *faulted {
	a := &faulted{newAtlasInside(t, inOrder), op, nil, map[string]*resource.Account{}}
	fleet := sandbox.Demo()
	if op.name == deleteOrganization {
		fleet.Orgs[0].Projects = nil
	}
	a.usesToken = kind != "stale-nonce"
	a.open(fleet)
	return a
}

// inOrder lets each request take another time, so that always the same one of several meets a fault.
func inOrder(next http.RoundTripper) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		h := fnv.New64a()
		_, _ = io.WriteString(h, r.Method+r.URL.String()) // never fails
		time.Sleep(time.Duration(h.Sum64() % uint64(100*time.Millisecond)))
		return next.RoundTrip(r)
	})
}

// planNow plans with a new client.
func (a *faulted) planNow() (*plan.Plan, error) {
	a.login()
	target := planner.Target{Desired: desiredOf(a.T, a.want), Account: a.account}
	if a.operation.name == createOrganization {
		target.Account, target.Payer = &resource.Account{Err: errors.New("not set"), Missing: true}, a.payer
		if id := a.labs(); id != "" { // somebody writes the id, as the error advises
			target.ID, target.Account = id, &resource.Account{API: a.clientOf(a.server.Load().Grant("ACME_LABS", id))}
		}
	}
	orgs, errs := planner.Plan(a.Context(), []planner.Target{target}, planner.Options{Parallel: 1})
	return plan.New(orgs), errs[0]
}

// login makes new clients, as a new process has.
func (a *faulted) login() {
	a.account = &resource.Account{API: a.client()}
	a.payer = &resource.Account{API: a.clientOf(a.server.Load().Grant("ACME_BILLING", "Acme Billing")), IsKey: !a.usesToken}
}

// rightPlan returns the plan without faults.
func (a *faulted) rightPlan() *plan.Plan {
	a.Helper()
	p, err := a.planNow()
	if err != nil {
		a.Fatal(err)
	}
	return p
}

// labs returns the id of the organization that the tree creates, or "".
func (a *faulted) labs() (id string) {
	for _, o := range a.fleet().Orgs {
		if o.Name == "Acme-Labs" {
			id = o.ID
		}
	}
	return id
}

// apply carries out a plan with a new client. ended is called when all steps have ended, before they are checked.
func (a *faulted) apply(p *plan.Plan, ended func()) []apply.Outcome {
	a.login()
	left := p.Steps()
	r := apply.Runner{Parallel: 1, Recorder: a, Account: func(org plan.Org) *resource.Account {
		if org.Creates() {
			return a.payer
		}
		return a.account
	}, StepEnded: func(plan.Org, apply.Outcome) error {
		if left--; left == 0 {
			ended()
		}
		return nil
	}}
	return r.Run(a.Context(), p)[0].Outcomes
}

// The recorder keeps new credentials in memory.
func (a *faulted) Begin(plan.Org, plan.Step) error { return nil }
func (a *faulted) Abort(plan.Org, plan.Step) error { return nil }
func (a *faulted) LockFile(plan.Org) string        { return "acme-labs.creating" }
func (a *faulted) Commit(org plan.Org, _ plan.Step, made resource.Created) (apply.Recorded, error) {
	if made.Credential == nil {
		return apply.Recorded{}, nil
	}
	c, err := client.New(client.Config{BaseURL: a.url, Transport: a.transport, Credential: client.NewCredential(made.Credential.ID, string(made.Credential.Secret))})
	a.issued[org.ID] = &resource.Account{API: c}
	return apply.Recorded{Account: a.issued[org.ID]}, err
}

// run tries a fault, and then goes on without it. The result is zero if no request met the fault.
func (c faultCase) run(t *testing.T, kind string, times int) (got faultCount) {
	a := newFaulted(t, c.operation, kind)
	fault := sandbox.Fault{Kind: kind, Method: c.method, Path: c.path, Times: times}
	var done bool
	var clear string
	if c.part == inPlan || c.part == inLogin {
		done, clear = c.tryPlan(a, fault)
	} else {
		done, clear = c.tryApply(a, fault)
	}
	if !a.hasMet(kind) {
		return got
	}
	got.tried, got.doubled = 1, a.doubled()
	a.control("DELETE", "/_sandbox/faults", "")
	time.Sleep(time.Hour) // all limits are free again
	if done {
		got.done, got.lost = 1, a.left()
	} else if says.MatchString(clear) {
		got.clear = 1
	} else {
		t.Errorf("the error does not say what to do: %q", clear)
	}
	got.converged = a.goOn()
	if got.converged != 1 || got.lost+got.doubled > 0 {
		t.Errorf("got %+v; done %v %q\n%s", got, done, clear, a.story())
	}
	return got
}

// says matches a text with a request, or with a cure.
var says = regexp.MustCompile(`(GET|POST|PATCH|DELETE) /|apply again|run it again|plan again|make a new plan`)

// tryPlan plans with a fault. The plan is the right one, or there is an error.
func (c faultCase) tryPlan(a *faulted, f sandbox.Fault) (done bool, reason string) {
	right := a.rightPlan()
	time.Sleep(time.Hour)
	a.inject(f)
	p, err := a.planNow()
	if err != nil {
		return false, resource.Explain(err)
	}
	if p.Digest != right.Digest {
		a.Errorf("the plan has no error, and is another one: %+v", p)
	}
	return true, ""
}

// tryApply applies with a fault.
func (c faultCase) tryApply(a *faulted, f sandbox.Fault) (done bool, reason string) {
	p := a.rightPlan()
	time.Sleep(time.Hour)
	ended := func() {}
	if c.part == inCheck {
		ended = func() { a.inject(f) }
	} else {
		a.inject(f)
	}
	done = true
	for _, o := range a.apply(p, ended) {
		done = done && o.Good()
		if !o.Good() {
			reason += o.Report().Reason
		}
	}
	return done, reason
}

func (a *faulted) hasMet(kind string) bool {
	return slices.ContainsFunc(a.server.Load().Log(), func(e sandbox.Entry) bool { return e.Fault == kind })
}

// doubled counts the writes that were carried out twice, and the creations of what existed.
func (a *faulted) doubled() (n int) {
	seen := map[string]bool{}
	for _, e := range a.server.Load().Log() {
		if !isWrite(e.Method, e.Path) {
			continue
		}
		write := fmt.Sprintf("%s %s %s", e.Method, e.Path, e.Body)
		switch is := e.Done() / 100; {
		case is == 2 && seen[write], e.Method == http.MethodPost && e.Done() == http.StatusConflict:
			n++
		case is == 2:
			seen[write] = true
		}
	}
	return n
}

// left returns 1 if a run that was good did not do its work.
func (a *faulted) left() int {
	if a.operation.name == "plan" || a.isInStep() {
		return 0
	}
	return 1
}

// isInStep reports whether Atlas is as the tree says.
func (a *faulted) isInStep() bool {
	if a.operation.name == deleteOrganization {
		return a.fleet().Orgs[0].IsDeleted
	}
	p, err := a.planNow()
	return err == nil && p.Steps() == 0 && (a.operation.name != createOrganization || a.labs() != "")
}

// goOn plans and applies without faults, and returns 1 if Atlas is as the tree says then.
func (a *faulted) goOn() int {
	if !a.isInStep() {
		if p, err := a.planNow(); err == nil {
			a.apply(p, func() {})
		}
		time.Sleep(time.Hour)
	}
	if !a.isInStep() {
		return 0
	}
	return 1
}

// story returns the requests, for the report of a failure.
func (a *faulted) story() (text string) {
	for _, e := range a.server.Load().Log() {
		text += fmt.Sprintf("%s %s?%s %s %d %s %d\n", e.Method, e.Path, e.Query, e.Body, e.Status, e.Fault, e.Effect)
	}
	return text
}
