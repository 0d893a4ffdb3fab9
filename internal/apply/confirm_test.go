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

// confirmation is a run in whose course something happens, and how its steps have to end.
type confirmation struct {
	reason string
	meddle func(*atlas)                       // before the run
	before sandbox.Fault                      // during it
	last   func(*atlas)                       // at the last write, when it is done
	answer func(*http.Request, string) string // instead of what Atlas answers
	fault  sandbox.Fault                      // after the last write
	want   []string
	why    map[int]string // reasons of those that failed
}

// TestConfirm: what was written is looked at once more, where the answer did not show it. What is not there any more has
// failed.
func TestConfirm(t *testing.T) {
	const settings = "/api/atlas/v2/orgs/" + acme + "/settings"
	for _, row := range []confirmation{
		{reason: "all is as it was left", want: []string{"applied", "applied", "applied", "applied"}},
		{
			reason: "somebody cancels the new invitation meanwhile",
			last: func(a *atlas) {
				a.run(a.plan(strings.Replace(invited, "  - username: kay@acme.example\n    roles: [ORG_MEMBER]\n", "", 1)))
			},
			want: []string{"applied", "failed", "applied", "applied"},
			why:  map[int]string{1: "the change did not take effect: Atlas accepted it, but does not show it"},
		},
		{
			reason: "somebody gives alan another role",
			last: func(a *atlas) {
				a.run(a.plan(strings.Replace(invited, "alan@acme.example\n    roles: [ORG_MEMBER]", "alan@acme.example\n    roles: [ORG_OWNER]", 1)))
			},
			want: []string{"applied", "applied", "failed", "applied"},
			why:  map[int]string{2: "the change did not take effect: Atlas accepted it, but does not show it"},
		},
		{
			reason: "alan accepts his invitation as it is now, and kay hers",
			last:   func(a *atlas) { a.accept("alan@acme.example"); a.accept("kay@acme.example") },
			want:   []string{"applied", "applied", "applied", "applied"},
		},
		{
			reason: "edsger's invitation was cancelled, and comes back and is accepted: he is in",
			last: func(a *atlas) {
				a.run(a.plan(strings.Replace(invited, "kay@", "edsger@", 1)))
				a.accept("edsger@acme.example")
			},
			want: []string{"applied", "failed", "applied", "failed"}, // and kay's was cancelled
			why:  map[int]string{3: "the change did not take effect: Atlas accepted it, but does not show it"},
		},
		{
			reason: "somebody takes back what somebody else had done already",
			meddle: func(a *atlas) { a.run(a.plan(strings.Replace(base, "ORG_READ_ONLY", "ORG_MEMBER", 1) + kay)) },
			last: func(a *atlas) {
				a.run(a.plan(strings.Replace(invited, "alan@acme.example\n    roles: [ORG_MEMBER]", "alan@acme.example\n    roles: [ORG_OWNER]", 1)))
			},
			want: []string{"applied", "unchanged", "failed", "applied"},
			why:  map[int]string{2: "the change did not last: Atlas shows the old value again"},
		},
		{
			reason: "nobody can look, but what was seen to be done stays so",
			meddle: func(a *atlas) { a.run(a.plan(strings.Replace(base, "ORG_READ_ONLY", "ORG_MEMBER", 1) + kay)) },
			fault:  sandbox.Fault{Kind: "503", Method: "GET", Path: "/api/atlas/v2/orgs/" + acme + "/invites", Times: -1},
			want:   []string{"applied", "unchanged", "unchanged", "failed"},
		},
		{
			reason: "nobody can look, but after an answer that got lost it was seen",
			before: sandbox.Fault{Kind: "reset-after", Method: "POST", Path: "/api/atlas/v2/orgs/" + acme + "/invites"},
			fault:  sandbox.Fault{Kind: "503", Method: "GET", Path: "/api/atlas/v2/orgs/" + acme + "/invites", Times: -1},
			want:   []string{"applied", "applied", "failed", "failed"},
		},
		{
			reason: "the answer has more than the step is about, and addresses in capitals",
			answer: func(r *http.Request, body string) string {
				return strings.ReplaceAll(body, `"it@acme.example"`, `"IT@acme.example","operationsContact":""`)
			},
			want: []string{"applied", "applied", "applied", "applied"},
		},
		{
			reason: "nobody can look: what was not seen is not called done",
			fault:  sandbox.Fault{Kind: "503", Method: "GET", Path: "/api/atlas/v2/orgs/" + acme + "/invites", Times: -1},
			want:   []string{"applied", "failed", "failed", "failed"},
			why:    map[int]string{1: "Atlas accepted the change, but it could not be checked afterwards: GET " + strings.TrimSuffix(settings, "settings") + "invites: 503"},
		},
		{
			reason: "settings are not read again: their answer has shown them",
			fault:  sandbox.Fault{Kind: "503", Method: "GET", Path: settings, Times: -1},
			want:   []string{"applied", "applied", "applied", "applied"},
		},
		{
			reason: "the answer does not show the setting: it is read again",
			answer: func(r *http.Request, body string) string {
				if r.Method != "PATCH" || r.URL.Path != settings {
					return body
				}
				return "{}"
			},
			want: []string{"applied", "applied", "applied", "applied"},
		},
		{
			reason: "Atlas says yes, and shows that the setting did not take",
			answer: func(r *http.Request, body string) string {
				return strings.Replace(body, `"multiFactorAuthRequired":true`, `"multiFactorAuthRequired":false`, 1)
			},
			want: []string{"failed", "applied", "applied", "applied"},
			why:  map[int]string{0: "the change did not take effect: Atlas accepted it, but does not show it"},
		},
	} {
		bubble(t, row.reason, func(t *testing.T) {
			outcomes, told := row.run(t)
			if diff := cmp.Diff(row.want, verdicts(outcomes)); diff != "" {
				t.Errorf("verdicts (-want +got):\n%s", diff)
			}
			for i, why := range row.why {
				if err := outcomes[i].Err; err == nil || !strings.HasPrefix(err.Error(), why) {
					t.Errorf("%s: got %v, want %s", outcomes[i].Step.Line(), err, why)
				}
			}
			checkTold(t, outcomes, told)
		})
	}
}

// run applies the plan, and counts how often each step was told.
func (c confirmation) run(t *testing.T) (outcomes []apply.Outcome, told map[string]int) {
	a := newAtlasInside(t, func(next http.RoundTripper) http.RoundTripper { return rewriting{next, c.answer} })
	p := a.plan(invited)
	if c.meddle != nil {
		c.meddle(a)
		a.restart()
	}
	a.inject(c.before)
	r := a.runner()
	told = map[string]int{}
	r.StepEnded = func(_ plan.Org, o apply.Outcome) error {
		line := o.Step.Line()
		if told[line]++; o.Step.Op != plan.Delete || told[line] > 1 {
			return nil
		}
		if c.last != nil { // the removal is the last step
			c.last(a)
		}
		a.inject(c.fault)
		return nil
	}
	return r.Run(t.Context(), p)[0].Outcomes, told
}

// checkTold: a step is told again if a look at what it left has changed how it ended.
func checkTold(t *testing.T, outcomes []apply.Outcome, told map[string]int) {
	t.Helper()
	for _, o := range outcomes {
		changed := errors.Is(o.Err, apply.ErrReverted) || errors.Is(o.Err, apply.ErrNotPersisted) || errors.As(o.Err, new(*apply.UnconfirmedError))
		if n := told[o.Step.Line()]; (n == 2) != changed {
			t.Errorf("%s was told %d times", o.Step.Line(), n)
		}
	}
}

// rewriting is a connection over which answers change.
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

// TestConfirmBeforeLockOut: what can shut out is done when all else is known to have lasted, and nothing is read after it.
func TestConfirmBeforeLockOut(t *testing.T) {
	const locked = invited + "  - { username: contractor2@agency.example, roles: [ORG_MEMBER] }\n"
	tree := strings.Replace(locked, "multiFactorAuthRequired: true", "multiFactorAuthRequired: true\n  apiAccessListRequired: true", 1)
	for _, undone := range []bool{false, true} {
		bubble(t, map[bool]string{false: "all has lasted", true: "an invitation is cancelled"}[undone], func(t *testing.T) {
			a := newAtlasInside(t, directly)
			r := a.runner()
			r.StepEnded = func(_ plan.Org, o apply.Outcome) error {
				if undone && o.Step.Op == plan.Delete {
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
				t.Errorf("got %+v, and last of all %s %s", lock, last.Method, last.Path)
			}
		})
	}
}
