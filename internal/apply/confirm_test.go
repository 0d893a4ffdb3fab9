package apply_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/sandbox"
)

// confirmation is a run during which somebody changes Atlas, or reads fail, and how its steps must end.
type confirmation struct {
	reason string
	tree   string                             // "" for invited
	meddle func(*atlas)                       // changes Atlas before the run
	before sandbox.Fault                      // a fault during the run
	last   func(*atlas)                       // changes Atlas when all steps have ended
	answer func(*http.Request, string) string // changes the body of an answer
	fault  sandbox.Fault                      // a fault when all steps have ended
	want   []string
	why    map[int]string // the error of a failed step, by its index
}

// stepsOfInvited is the number of steps of the plan for invited.
const stepsOfInvited = 4

// keeping is invited without the removal.
const keeping = "manage: { invitations: additive }" + invited

// TestConfirm: at the end of a run, each object whose answer did not show the change is read again. If the change is not there, the
// step has failed.
func TestConfirm(t *testing.T) {
	const settings = "/api/atlas/v2/orgs/" + acme + "/settings"
	for _, row := range []confirmation{
		{reason: "nobody changes anything", want: []string{"applied", "applied", "applied", "applied"}},
		{
			reason: "somebody cancels the new invitation during the run",
			last: func(a *atlas) {
				a.run(a.plan(strings.Replace(invited, "  - username: kay@acme.example\n    roles: [ORG_MEMBER]\n", "", 1)))
			},
			want: []string{"applied", "applied", "failed", "applied"},
			why:  map[int]string{2: "the change did not take effect: Atlas accepted it, but does not show it"},
		},
		{
			reason: "somebody gives alan another role during the run",
			last: func(a *atlas) {
				a.run(a.plan(strings.Replace(invited, "alan@acme.example\n    roles: [ORG_MEMBER]", "alan@acme.example\n    roles: [ORG_OWNER]", 1)))
			},
			want: []string{"applied", "applied", "applied", "failed"},
			why:  map[int]string{3: "the change did not take effect: Atlas accepted it, but does not show it"},
		},
		{
			reason: "alan accepts his changed invitation, and kay her new one",
			last:   func(a *atlas) { a.accept("alan@acme.example"); a.accept("kay@acme.example") },
			want:   []string{"applied", "applied", "applied", "applied"},
		},
		{
			reason: "somebody invites edsger again after the run cancelled his invitation, and he accepts",
			last: func(a *atlas) {
				a.run(a.plan(strings.Replace(invited, "kay@", "edsger@", 1)))
				a.accept("edsger@acme.example")
			},
			want: []string{"failed", "applied", "failed", "applied"}, // and kay's was cancelled
			why:  map[int]string{0: "the change did not last: Atlas shows the old value again"},
		},
		{
			reason: "somebody reverts a change that another person had made before the run",
			meddle: func(a *atlas) { a.run(a.plan(strings.Replace(base, "ORG_READ_ONLY", "ORG_MEMBER", 1))) },
			last: func(a *atlas) {
				a.run(a.plan(strings.Replace(invited, "alan@acme.example\n    roles: [ORG_MEMBER]", "alan@acme.example\n    roles: [ORG_OWNER]", 1)))
			},
			want: []string{"applied", "applied", "applied", "failed"},
			why:  map[int]string{3: "the change did not last: Atlas shows the old value again"},
		},
		{
			reason: "reading fails: objects that were seen as wanted before stay unchanged",
			tree:   keeping,
			meddle: func(a *atlas) { a.run(a.plan(strings.Replace(base, "ORG_READ_ONLY", "ORG_MEMBER", 1))) },
			fault:  sandbox.Fault{Kind: "503", Method: "GET", Path: "/api/atlas/v2/orgs/" + acme + "/invites", Times: -1},
			want:   []string{"applied", "failed", "unchanged"},
		},
		{
			reason: "reading fails: an object that was read after a lost answer stays applied",
			tree:   keeping,
			before: sandbox.Fault{Kind: "reset-after", Method: "POST", Path: "/api/atlas/v2/orgs/" + acme + "/invites"},
			fault:  sandbox.Fault{Kind: "503", Method: "GET", Path: "/api/atlas/v2/orgs/" + acme + "/invites", Times: -1},
			want:   []string{"applied", "applied", "failed"},
		},
		{
			reason: "the answer has more fields than the step, and addresses in capitals",
			answer: func(r *http.Request, body string) string {
				return strings.ReplaceAll(body, `"it@acme.example"`, `"IT@acme.example","operationsContact":""`)
			},
			want: []string{"applied", "applied", "applied", "applied"},
		},
		{
			reason: "reading fails: steps whose result was not seen have failed",
			tree:   keeping,
			fault:  sandbox.Fault{Kind: "503", Method: "GET", Path: "/api/atlas/v2/orgs/" + acme + "/invites", Times: -1},
			want:   []string{"applied", "failed", "failed"},
			why:    map[int]string{1: "Atlas accepted the change, but it could not be checked afterwards: GET " + strings.TrimSuffix(settings, "settings") + "invites: 503"},
		},
		{
			reason: "the answer shows the settings, so they are not read again",
			fault:  sandbox.Fault{Kind: "503", Method: "GET", Path: settings, Times: -1},
			want:   []string{"applied", "applied", "applied", "applied"},
		},
		{
			reason: "the answer does not show the settings, so they are read again",
			answer: func(r *http.Request, body string) string {
				if r.Method != "PATCH" || r.URL.Path != settings {
					return body
				}
				return "{}"
			},
			want: []string{"applied", "applied", "applied", "applied"},
		},
		{
			reason: "Atlas answers 200, but with the old value",
			answer: func(r *http.Request, body string) string {
				return strings.Replace(body, `"multiFactorAuthRequired":true`, `"multiFactorAuthRequired":false`, 1)
			},
			want: []string{"applied", "failed", "applied", "applied"},
			why:  map[int]string{1: "the change did not take effect: Atlas accepted it, but does not show it"},
		},
	} {
		bubble(t, row.reason, func(t *testing.T) {
			outcomes, calls := row.run(t)
			if diff := cmp.Diff(row.want, verdicts(outcomes)); diff != "" {
				t.Errorf("verdicts (-want +got):\n%s", diff)
			}
			for i, why := range row.why {
				if err := outcomes[i].Err; err == nil || !strings.HasPrefix(err.Error(), why) {
					t.Errorf("%s: got %v, want %s", outcomes[i].Step.Line(), err, why)
				}
			}
			checkCalls(t, outcomes, calls)
		})
	}
}

// run applies the plan. calls counts how often StepEnded was called for each step.
func (c confirmation) run(t *testing.T) (outcomes []apply.Outcome, calls map[string]int) {
	a := newAtlasInside(t, func(next http.RoundTripper) http.RoundTripper { return rewriting{next, c.answer} })
	tree := c.tree
	if tree == "" {
		tree = invited
	}
	p := a.plan(tree)
	if c.meddle != nil {
		c.meddle(a)
		a.restart()
	}
	a.inject(c.before)
	r := a.runner()
	calls = map[string]int{}
	r.StepEnded = func(_ plan.Org, o apply.Outcome) error {
		line := o.Step.Line()
		if calls[line]++; len(calls) < p.Steps() || calls[line] > 1 {
			return nil
		}
		if c.last != nil {
			c.last(a)
		}
		a.inject(c.fault)
		return nil
	}
	return r.Run(t.Context(), p)[0].Outcomes, calls
}

// checkCalls checks that StepEnded is called twice for each step whose verdict changes at the end, and once for the others.
func checkCalls(t *testing.T, outcomes []apply.Outcome, calls map[string]int) {
	t.Helper()
	for _, o := range outcomes {
		changed := errors.Is(o.Err, apply.ErrReverted) || errors.Is(o.Err, apply.ErrNotPersisted) || errors.As(o.Err, new(*apply.UnconfirmedError))
		if n := calls[o.Step.Line()]; (n == 2) != changed {
			t.Errorf("StepEnded was called %[2]d times for %[1]s", o.Step.Line(), n)
		}
	}
}

// rewriting is a connection that changes the bodies of answers.
type rewriting struct {
	next   http.RoundTripper
	answer func(*http.Request, string) string
}

func (r rewriting) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := r.next.RoundTrip(request)
	if err != nil || r.answer == nil {
		return response, err
	}
	body, err := io.ReadAll(response.Body)
	response.Body = io.NopCloser(strings.NewReader(r.answer(request, string(body))))
	response.ContentLength = -1
	return response, err
}

// TestConfirmBeforeLockOut: a change that can shut out the caller comes after all other changes are confirmed. Nothing is read
// after it.
func TestConfirmBeforeLockOut(t *testing.T) {
	const locked = invited + "  - { username: contractor2@agency.example, roles: [ORG_MEMBER] }\n"
	tree := strings.Replace(locked, "multiFactorAuthRequired: true", "multiFactorAuthRequired: true\n  apiAccessListRequired: true", 1)
	for _, undone := range []bool{false, true} {
		bubble(t, map[bool]string{false: "all changes last", true: "somebody cancels an invitation"}[undone], func(t *testing.T) {
			a := newAtlasInside(t, directly)
			r, ended := a.runner(), 0
			r.StepEnded = func(plan.Org, apply.Outcome) error {
				if ended++; undone && ended == stepsOfInvited+1 { // all but the last step
					a.run(a.plan(strings.Replace(invited, "kay@acme.example", "lin@acme.example", 1)))
				}
				return nil
			}
			outcomes := r.Run(t.Context(), a.plan(tree))[0].Outcomes
			log := a.server.Load().Log()
			last := log[len(log)-1]
			switch lock := outcomes[len(outcomes)-1]; {
			case undone && (lock.Verdict != apply.Skipped || !strings.HasPrefix(lock.Reason, "this step comes last, and + invitations/")):
				t.Errorf("got %+v", lock)
			case !undone && (lock.Verdict != apply.Applied || last.Method != "PATCH" || !strings.HasSuffix(last.Path, "/settings")):
				t.Errorf("got %+v, and the last request is %s %s", lock, last.Method, last.Path)
			}
		})
	}
}

// TestConfirmPeople: if the answer to a change shows the person with the new values, nothing is read again. Otherwise the whole list is.
func TestConfirmPeople(t *testing.T) {
	const before, after = "ORG_READ_ONLY", "ORG_MEMBER"
	for _, row := range []struct {
		reason string
		answer func(string) string // changes the body of the answer
		lists  int                 // how often the whole list is read
	}{
		{"the answer shows the change", func(body string) string { return body }, 0},
		{"the answer shows the old value", func(body string) string { return strings.ReplaceAll(body, after, before) }, 1},
		{"the answer shows only a part", func(body string) string { return strings.Replace(body, `"teamIds"`, `"teams"`, 1) }, 1},
		{"the answer is about somebody else", func(body string) string { return strings.Replace(body, "alan@", "grace@", 1) }, 1},
		{"the answer is an empty object", func(string) string { return "{}" }, 1},
	} {
		bubble(t, row.reason, func(t *testing.T) {
			a := newAtlasInside(t, func(next http.RoundTripper) http.RoundTripper {
				return rewriting{next, func(r *http.Request, body string) string {
					if r.Method != http.MethodPatch {
						return body
					}
					return row.answer(body)
				}}
			})
			p := a.plan(strings.Replace(members, before, after, 1))
			a.restart()
			a.expect(a.run(p), "applied ~ members/alan@acme.example")
			lists := 0
			for _, e := range a.server.Load().Log() {
				if e.Method == http.MethodGet && strings.HasSuffix(e.Path, "/users") && e.Status == http.StatusOK && !strings.Contains(e.Query, "username=") {
					lists++
				}
			}
			if lists != row.lists {
				t.Errorf("the whole list was read %d times, want %d", lists, row.lists)
			}
		})
	}
}
