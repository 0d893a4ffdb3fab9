package apply_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/sandbox"
	"atlas-gitops/schema"
)

// base and members describe the organization as it is. Each operation changes one thing in them.
const (
	alan = `  - { username: alan@acme.example, roles: [ORG_READ_ONLY] }
`
	contractor = `  - { username: contractor@agency.example, roles: [ORG_MEMBER] }
`
	edsger = `  - { username: edsger@acme.example, roles: [ORG_MEMBER] }
`
	kay  = "  - { username: kay@acme.example, roles: [ORG_MEMBER] }\n"
	base = "name: Acme-Production\ninvitations:\n" + alan + contractor + edsger

	grace   = "  - { username: grace@acme.example, roles: [ORG_MEMBER] }\n"
	owners  = "  - { username: ada@acme.example, roles: [ORG_OWNER] }\n  - { username: margaret@acme.example, roles: [ORG_OWNER] }\n"
	members = "name: Acme-Production\nmembers:\n" + owners + grace + alan + contractor + edsger
)

// operation is an operation of a step. want is the document of the plan, otherwise a change that somebody else makes first.
type operation struct {
	name, method, path string
	want, otherwise    string
}

// operations lists the operations of steps in an organization.
var operations = []operation{
	{"create an invitation", "POST", "/invites", base + kay,
		base + "  - { username: kay@acme.example, roles: [ORG_OWNER] }\n"},
	{"change an invitation", "PATCH", "/invites/*", strings.Replace(base, "ORG_READ_ONLY", "ORG_MEMBER", 1),
		strings.Replace(base, "ORG_READ_ONLY", "ORG_OWNER", 1)},
	{"cancel an invitation", "DELETE", "/invites/*", strings.Replace(base, edsger, "", 1),
		strings.Replace(base, edsger, strings.Replace(edsger, "ORG_MEMBER", "ORG_OWNER", 1), 1)},
	{"invite a member", "POST", "/users", members + kay, members + strings.Replace(kay, "ORG_MEMBER", "ORG_OWNER", 1)},
	{"change a member", "PATCH", "/users/*", strings.Replace(members, "ORG_READ_ONLY", "ORG_MEMBER", 1),
		strings.Replace(members, "ORG_READ_ONLY", "ORG_OWNER", 1)},
	{"remove a member", "DELETE", "/users/*", strings.Replace(members, grace, "", 1),
		strings.Replace(members, grace, strings.Replace(grace, "ORG_MEMBER", "ORG_READ_ONLY", 1), 1)},
	{"update settings", "PATCH", "/settings", base + "settings: { securityContact: ours@acme.example }\n",
		base + "settings: { securityContact: theirs@acme.example }\n"},
	{"rename the organization", "PATCH", "", strings.Replace(base, "name: ", "id: "+acme+"\nname: New-", 1),
		strings.Replace(base, "name: ", "id: "+acme+"\nname: Other-", 1)},
}

// TestReadinessAndFaults combines every operation with every readiness of its object and every kind of fault. The reported
// verdict must match what happened.
func TestReadinessAndFaults(t *testing.T) {
	const once, always = 1, -1
	form := planSchema(t)
	for _, row := range []struct {
		reason string
		found  string // the state of the object: as planned, as wanted, or otherwise
		fault  string // "refusal", or a fault of the sandbox
		read   bool   // the fault happens to reads, not to the write
		times  int
		want   apply.Verdict
		left   bool // the next plan still has a step
	}{
		{reason: "the object is as planned", found: "as planned", want: apply.Applied},
		{reason: "somebody else has made the change", found: "as wanted", want: apply.Unchanged},
		{reason: "somebody else has made another change, which nobody approved to overwrite", found: "otherwise", want: apply.Conflict, left: true},
		{reason: "Atlas refuses the write: another try would not help", found: "as planned", fault: "refusal", times: always, want: apply.Failed, left: true},
		{reason: "Atlas fails before the effect: reading again shows that the write can be repeated", found: "as planned", fault: "500-before", times: once, want: apply.Applied},
		{reason: "Atlas fails after the effect: reading again shows that the change is made", found: "as planned", fault: "500-after", times: once, want: apply.Applied},
		{reason: "the connection breaks before the effect", found: "as planned", fault: "reset-before", times: once, want: apply.Applied},
		{reason: "the answer gets lost once", found: "as planned", fault: "reset-after", times: once, want: apply.Applied},
		{reason: "the answer gets lost each time: reading again shows the change", found: "as planned", fault: "reset-after", times: always, want: apply.Applied},
		{reason: "the answer is cut off", found: "as planned", fault: "truncated", times: once, want: apply.Applied},
		{reason: "a proxy answers with a web page after the effect", found: "as planned", fault: "html-after", times: once, want: apply.Applied},
		{reason: "Atlas never answers, and there is no effect", found: "as planned", fault: "silence", times: always, want: apply.Failed, left: true},
		{reason: "Atlas is always down", found: "as planned", fault: "503", times: always, want: apply.Failed, left: true},
		{reason: "a limit is used up once", found: "as planned", fault: "429", times: once, want: apply.Applied},
		{reason: "a limit stays used up", found: "as planned", fault: "429", times: always, want: apply.Failed, left: true},
		{reason: "reading fails, so nothing is written", found: "as planned", fault: "503", read: true, times: always, want: apply.Failed, left: true},
		{reason: "reading fails, so it is unknown that somebody has made the change", found: "as wanted", fault: "503", read: true, times: always, want: apply.Failed},
		{reason: "reading fails, so nothing is overwritten", found: "otherwise", fault: "503", read: true, times: always, want: apply.Failed, left: true},
		{reason: "writes would fail, but none is needed", found: "as wanted", fault: "503", times: always, want: apply.Unchanged},
		{reason: "writes would fail, but none is allowed", found: "otherwise", fault: "503", times: always, want: apply.Conflict, left: true},
	} {
		for _, op := range operations {
			bubble(t, op.name+": "+row.reason, func(t *testing.T) {
				var broken atomic.Pointer[fault]
				a := newAtlasInside(t, func(next http.RoundTripper) http.RoundTripper { return &breakable{next, &broken} })
				p := a.plan(op.want)
				switch row.found {
				case "as wanted":
					a.run(p)
				case "otherwise":
					a.run(a.plan(op.otherwise))
				}
				a.restart()
				a.breakRequests(&broken, row.fault, op.method, op.path, row.read, row.times)
				results := a.runner().Run(t.Context(), p)
				broken.Store(nil)
				if got := results[0].Outcomes[0]; len(results[0].Outcomes) != 1 || got.Verdict != row.want {
					t.Errorf("got %+v, want %s", results[0].Outcomes, row.want)
				}
				checkReport(t, form, p, results)
				a.restart()
				if got := a.plan(op.want).Changed() > 0; got != row.left {
					t.Errorf("the next plan has steps: %v, want %v", got, row.left)
				}
			})
		}
	}
}

// TestHalfDoneSteps: if a part of a step is already done, only the rest is written. So the next run finishes a creation that was
// interrupted, and a part that somebody did by hand is no conflict.
func TestHalfDoneSteps(t *testing.T) {
	const joins = "  - { username: kay@acme.example, roles: [ORG_MEMBER, ORG_READ_ONLY], teams: [Platform] }\n"
	for _, row := range []struct {
		reason, want, half string
		writes             string
	}{
		{"one setting of two", base + "settings: { multiFactorAuthRequired: true, securityContact: ours@acme.example }\n",
			base + "settings: { securityContact: ours@acme.example }\n",
			`200 PATCH /api/atlas/v2/orgs/` + acme + `/settings {"multiFactorAuthRequired":true}`},
		{"a person who was invited without a team", members + joins,
			members + "  - { username: kay@acme.example, roles: [ORG_MEMBER, ORG_READ_ONLY] }\n",
			`200 PATCH /api/atlas/v2/orgs/` + acme + `/users/* {"teamIds":["*"]}`},
		{"a person who was invited with one role of two, and the team", members + joins,
			members + "  - { username: kay@acme.example, roles: [ORG_READ_ONLY], teams: [Platform] }\n",
			`200 PATCH /api/atlas/v2/orgs/` + acme + `/users/* {"roles":{"orgRoles":["ORG_MEMBER","ORG_READ_ONLY"]}}`},
		{"an invitation without the team", base + joins,
			base + "  - { username: kay@acme.example, roles: [ORG_MEMBER, ORG_READ_ONLY] }\n",
			`200 PATCH /api/atlas/v2/orgs/` + acme + `/invites/* {"teamIds":["*"]}`},
	} {
		bubble(t, row.reason, func(t *testing.T) {
			a := newAtlasInside(t, directly)
			p := a.plan(row.want)
			a.run(a.plan(row.half))
			a.restart()
			a.writes()
			a.expect(a.run(p), "applied "+p.Orgs[0].Steps[0].Line())
			got := regexp.MustCompile(`(users/|invites/|\[")[0-9a-f]{24}`).ReplaceAllString(strings.TrimSpace(a.writes()), "${1}*")
			if got != row.writes {
				t.Errorf("got %s, want %s", got, row.writes)
			}
			a.restart()
			if p := a.plan(row.want); p.Changed() > 0 {
				t.Errorf("the next plan still has steps: %+v", p.Orgs[0].Steps)
			}
		})
	}
}

// breakRequests adds a fault to the requests for the object.
func (a *atlas) breakRequests(broken *atomic.Pointer[fault], kind, method, path string, read bool, times int) {
	a.Helper()
	switch {
	case kind == "":
		return
	case kind == "refusal":
		broken.Store(&fault{method: method, status: 400, always: true})
		return
	case read:
		method, path = "GET", strings.TrimSuffix(path, "/*")
	}
	a.inject(sandbox.Fault{Kind: kind, Method: method, Path: "/api/atlas/v2/orgs/" + acme + path, Times: times})
}

// report has the fields of the JSON report that these tests check.
type report struct {
	Orgs []struct {
		Steps []struct {
			Op, Kind, Key, Reason string
			Verdict               apply.Verdict
		}
	}
	Counts map[apply.Verdict]int
}

// checkReport checks that the report has every planned step once, with its outcome, and that the counts add up to the plan.
func checkReport(t *testing.T, form *jsonschema.Schema, p *plan.Plan, results []apply.Result) {
	t.Helper()
	found, total := map[apply.Verdict]int{}, 0
	r := written(t, form, p, results)
	for i, org := range p.Orgs {
		for j, step := range org.Steps {
			got := r.Orgs[i].Steps[j]
			good := got.Verdict == apply.Applied || got.Verdict == apply.Unchanged
			if got.Op != string(step.Op) || got.Kind != step.Kind || got.Key != step.Key || good != (got.Reason == "") {
				t.Errorf("step %s was reported as %+v", step.Line(), got)
			}
			found[got.Verdict]++
		}
	}
	for verdict, n := range r.Counts {
		if total += n; found[verdict] != n {
			t.Errorf("%d steps are %s, and %d are counted", found[verdict], verdict, n)
		}
	}
	if total != p.Steps() {
		t.Errorf("%d of %d steps are counted", total, p.Steps())
	}
}

// written returns the JSON report, and checks it against its schema.
func written(t *testing.T, form *jsonschema.Schema, p *plan.Plan, results []apply.Result) (r report) {
	t.Helper()
	var b bytes.Buffer
	var document any
	err := apply.WriteJSON(&b, p, results)
	if err = errors.Join(err, json.Unmarshal(b.Bytes(), &document), json.Unmarshal(b.Bytes(), &r)); err != nil {
		t.Fatal(err)
	}
	if err := form.Validate(document); err != nil {
		t.Errorf("schema/plan.json: %#v", err)
	}
	return r
}

func planSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	data, err := fs.ReadFile(schema.Files, schema.Plan)
	if err != nil {
		t.Fatal(err)
	}
	compiled, err := jsonschema.CompileString(schema.Plan, string(data))
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// TestDeletion: a deletion that Atlas accepts counts as done, because nothing can be read afterwards. If the answer got lost,
// the result is unknown.
func TestDeletion(t *testing.T) {
	const absent = "name: Acme-Production\nid: " + acme + "\nstate: absent\n"
	for _, row := range []struct {
		fault string
		want  apply.Verdict
	}{{"", apply.Applied}, {"500-before", apply.Applied}, {"reset-after", apply.Failed}} {
		bubble(t, row.fault, func(t *testing.T) {
			a := newAtlasInside(t, directly)
			fleet := sandbox.Demo()
			fleet.Orgs[0].Projects = nil
			a.open(fleet)
			p := a.plan(absent)
			a.inject(sandbox.Fault{Method: http.MethodDelete, Kind: row.fault})
			got := a.run(p)
			var gone *resource.DeletionUnknownError
			if len(got) != 1 || got[0].Verdict != row.want || errors.As(got[0].Err, &gone) != (row.want == apply.Failed) {
				t.Errorf("got %+v", got)
			}
			if _, errs := a.planOf(absent); !errors.As(errs[0], &gone) {
				t.Errorf("afterwards: %v", errs[0])
			}
		})
	}
}

// TestPeopleInTwoForms: Atlas may have the letters of a username composed in another way than the tree, or a name without @ in other
// letters. It is the same person. A new invitation has the form of Atlas, because Atlas may not find the old one otherwise.
func TestPeopleInTwoForms(t *testing.T) {
	const apart, composed = "jose\u0301", "jos\u00e9"
	for _, row := range []struct{ reason, live, tree, status, want string }{
		{"an active person, composed in the tree", apart + "@acme.example", composed + "@acme.example", "ACTIVE", ""},
		{"an active person, composed in Atlas", composed + "@acme.example", apart + "@acme.example", "ACTIVE", ""},
		{"a name without @, in other letters", "Legacy-User", "legacy-user", "ACTIVE", ""},
		{"a name with a blank", "Legacy User", "Legacy User", "ACTIVE", ""},
		{"invited again", apart + "@acme.example", composed + "@acme.example", "INVITATION_EXPIRED", `"username":"` + apart + `@acme.example"`},
		{"a new person", "kay@acme.example", apart + "@acme.example", "INVITATION_EXPIRED", `"username":"` + composed + `@acme.example"`},
	} {
		fleet := sandbox.Demo()
		for _, u := range fleet.Orgs[0].Users {
			if u.Username == "grace@acme.example" {
				u.Username, u.Status = row.live, row.status
			}
		}
		a := newAtlas(t)
		a.open(fleet)
		a.run(a.plan(`name: Acme-Production
id: ` + acme + `
manage: { members: additive }
members:
  - { username: "` + row.tree + `", roles: [ORG_MEMBER] }
`))
		if got := a.writes(); (row.want == "") != (got == "") || !strings.Contains(got, row.want) {
			t.Errorf("%s: got %q, want %s", row.reason, got, row.want)
		}
	}
}
