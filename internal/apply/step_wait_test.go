package apply_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/sandbox"
)

// TestRunInterruptedWhileWaiting: after an interrupt, a step whose write was refused is skipped. A step whose write may have had an
// effect has failed.
func TestRunInterruptedWhileWaiting(t *testing.T) {
	for kind, want := range map[string]apply.Verdict{"429": apply.Skipped, "503": apply.Failed} {
		bubble(t, kind, func(t *testing.T) {
			a := newAtlasInside(t, directly)
			p := a.plan(invited)
			a.inject(sandbox.Fault{Kind: kind, Method: "PATCH", Times: -1})
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			outcomes := a.runner().Run(ctx, p)[0].Outcomes
			for _, o := range []apply.Outcome{outcomes[1], outcomes[3]} {
				if o.Verdict != want || want == apply.Skipped && o.Reason != "context deadline exceeded" || o.Tries > 1 {
					t.Errorf("got %+v", o)
				}
			}
		})
	}
}

// TestRunOfManyInvitations: Atlas accepts about ten invitations a minute, and says so when it refuses one [seen reports]. All
// invitations are sent, only those are refused that were under way at the same time, and none is sent twice.
func TestRunOfManyInvitations(t *testing.T) {
	bubble(t, "twenty-five", func(t *testing.T) {
		a := newAtlasInside(t, directly)
		tree := "name: Acme-Production\ninvitations:\n"
		for i := range 25 {
			tree += fmt.Sprintf("  - { username: new%d@acme.example, roles: [ORG_MEMBER] }\n", i)
		}
		start := time.Now()
		again := 0
		for _, o := range a.run(a.plan(tree)) {
			if again += o.Tries - 1; o.Verdict != apply.Applied {
				t.Errorf("%+v", o)
			}
		}
		if again < 1 || again > 8 {
			t.Errorf("%d steps were tried again, want at most those that were in progress; a wait does not count as a try", again)
		}
		if took := time.Since(start); took < 2*time.Minute || took > 3*time.Minute {
			t.Errorf("took %s", took)
		}
		posts := 0
		for _, e := range a.server.Load().Log() {
			if e.Method == "POST" {
				posts++
			}
		}
		if sent := a.invitationsSent(); sent != 25 || posts != 25+again {
			t.Errorf("%d requests sent %d invitations", posts, sent)
		}
	})
}

// TestRunOfInvitationsWithoutALimit: if Atlas refuses no invitation, the run does not wait.
func TestRunOfInvitationsWithoutALimit(t *testing.T) {
	bubble(t, "twenty", func(t *testing.T) {
		a := newAtlasInside(t, directly)
		if err := a.server.Load().Behave(sandbox.Behavior{UnthrottledUsers: true}); err != nil {
			t.Fatal(err)
		}
		tree := "name: Acme-Production\nmanage: { members: additive }\nmembers:\n"
		for i := range 20 {
			tree += fmt.Sprintf("  - { username: new%d@acme.example, roles: [ORG_MEMBER] }\n", i)
		}
		start := time.Now()
		for _, o := range a.run(a.plan(tree)) {
			if o.Verdict != apply.Applied || o.Tries != 1 {
				t.Errorf("%+v", o)
			}
		}
		if took := time.Since(start); took > 0 {
			t.Errorf("took %s", took)
		}
	})
}

// TestRunReadsAfterWaiting: a write that waited does not overwrite a change that somebody made during the wait.
func TestRunReadsAfterWaiting(t *testing.T) {
	for _, kind := range []string{"429-bare", "503-retry-after", "app-upgrade"} {
		bubble(t, kind, func(t *testing.T) {
			a := newAtlasInside(t, directly)
			const ours, theirs = "security@acme.example", "oncall@acme.example"
			p := a.plan("name: Acme-Production\nsettings: { securityContact: " + ours + " }\n")
			const settings = "/api/atlas/v2/orgs/" + acme + "/settings"
			a.inject(sandbox.Fault{Kind: kind, Method: "PATCH", Path: settings})
			time.AfterFunc(100*time.Millisecond, func() {
				body := resource.Fields{"securityContact": theirs}
				if err := a.client().Do(t.Context(), "PATCH", "/orgs/"+acme+"/settings", body, nil); err != nil {
					t.Error(err)
				}
			})
			outcome := a.run(p)[0]
			if outcome.Verdict != apply.Conflict || outcome.Found.Fields["securityContact"] != theirs {
				t.Errorf("got %+v", outcome)
			}
		})
	}
}

// TestRunWithLongFailure: after a step has used all its tries for a temporary failure, the steps that begin later try only once.
func TestRunWithLongFailure(t *testing.T) {
	bubble(t, "no invitation succeeds", func(t *testing.T) {
		a := newAtlasInside(t, directly)
		p := a.plan(newcomers(12))
		a.inject(sandbox.Fault{Kind: "503", Method: "POST", Times: -1})
		outcomes := a.run(p)[1:]
		for i, o := range outcomes {
			begun := i < 8
			if o.Verdict != apply.Failed || begun && (o.Tries < 2 || o.Tries > 6) || !begun && o.Tries != 1 {
				t.Errorf("%s: %s after %d tries: %v", o.Step.Line(), o.Verdict, o.Tries, o.Err)
			}
		}
	})
}

// TestRunInAnOutage: after Atlas did not answer one step, no other step of the organization begins.
func TestRunInAnOutage(t *testing.T) {
	bubble(t, "Atlas does not answer", func(t *testing.T) {
		var dead atomic.Bool
		var requests atomic.Int32
		a := newAtlasInside(t, func(next http.RoundTripper) http.RoundTripper {
			return roundTrip(func(r *http.Request) (*http.Response, error) {
				if r.Method == "POST" {
					dead.Store(true)
				}
				if dead.Load() {
					requests.Add(1)
					return nil, errBroken
				}
				return next.RoundTrip(r)
			})
		})
		outcomes := a.run(a.plan(newcomers(12)))[1:]
		for _, o := range outcomes {
			isFailed := o.Verdict == apply.Failed && errors.As(o.Err, new(*client.Error))
			isSkipped := o.Verdict == apply.Skipped && o.Reason == "Atlas did not answer an earlier step"
			if !isFailed && !isSkipped {
				t.Errorf("%s: %s: %s %v", o.Step.Line(), o.Verdict, o.Reason, o.Err)
			}
		}
		if failed := count(outcomes, "+", apply.Failed); failed < 1 || failed > 8 {
			t.Errorf("%d steps began", failed)
		}
		if n := requests.Load(); n > 8*(1+3*6) { // a write, and three reads with their tries
			t.Errorf("%d requests without an answer", n)
		}
	})
}

// TestRunWithoutOneSection: if one section cannot be read, the steps of the other sections are done.
func TestRunWithoutOneSection(t *testing.T) {
	bubble(t, "settings", func(t *testing.T) {
		a := newAtlasInside(t, directly)
		p := a.plan(invited)
		a.inject(sandbox.Fault{Kind: "500-before", Method: "GET", Path: "/api/atlas/v2/orgs/*/settings", Times: -1})
		if diff := cmp.Diff([]string{"applied", "failed", "applied", "applied"}, verdicts(a.run(p))); diff != "" {
			t.Error(diff)
		}
	})
}

// TestRunAfterAFailure: a step that succeeds after a failed one gives the others all their tries again. The removal fails. Only then do
// the two invitations begin: the first one to be sent fails once, and the other one succeeds.
func TestRunAfterAFailure(t *testing.T) {
	bubble(t, "twice", func(t *testing.T) {
		a := newAtlasInside(t, directly)
		p := a.plan(strings.Replace(invited, "kay@acme.example", "kay@acme.example\n    roles: [ORG_MEMBER]\n  - username: lin@acme.example", 1))
		for method, times := range map[string]int{"DELETE": -1, "POST": 1} {
			a.inject(sandbox.Fault{Kind: "503", Method: method, Times: times})
		}
		if diff := cmp.Diff([]string{"failed", "applied", "applied", "applied", "applied"}, verdicts(a.run(p))); diff != "" {
			t.Error(diff)
		}
	})
}

// TestRunWithLateEffect: a write whose answer got lost may have its effect a second later. The run waits before it reads, and
// finds it.
func TestRunWithLateEffect(t *testing.T) {
	bubble(t, "a second later", func(t *testing.T) {
		posts := 0 // one at a time
		a := newAtlasInside(t, func(next http.RoundTripper) http.RoundTripper {
			return roundTrip(func(r *http.Request) (*http.Response, error) {
				if r.Method != "POST" {
					return next.RoundTrip(r)
				}
				posts++
				late := r.Clone(context.WithoutCancel(r.Context()))
				time.AfterFunc(time.Second, func() { _, _ = next.RoundTrip(late) }) // the effect is checked below
				return nil, errBroken
			})
		})
		outcomes := a.run(a.plan(invited))
		if diff := cmp.Diff([]string{"applied", "applied", "applied", "applied"}, verdicts(outcomes)); diff != "" || posts != 1 {
			t.Errorf("%d invitations: %s", posts, diff)
		}
	})
}

// TestRunWithLateFirstTry: the first try has its effect after the second one was sent, so Atlas refuses the second. The step
// counts as applied by this run.
func TestRunWithLateFirstTry(t *testing.T) {
	bubble(t, "before the second", func(t *testing.T) {
		var first *http.Request
		a := newAtlasInside(t, func(next http.RoundTripper) http.RoundTripper {
			return roundTrip(func(r *http.Request) (*http.Response, error) {
				switch {
				case r.Method != "POST":
				case first == nil:
					first = r.Clone(context.WithoutCancel(r.Context()))
					return nil, errBroken
				default:
					if _, err := next.RoundTrip(first); err != nil {
						return nil, err
					}
				}
				return next.RoundTrip(r)
			})
		})
		outcome := a.run(a.plan(invited))[2]
		if outcome.Verdict != apply.Applied || outcome.Tries != 2 || a.invitationsSent() != 1 {
			t.Errorf("%d invitations: %+v", a.invitationsSent(), outcome)
		}
	})
}

// invitationsSent counts the invitations that the sandbox has sent since it started.
func (a *atlas) invitationsSent() (n int) {
	for _, e := range a.server.Load().Log() {
		if e.Method == "POST" && strings.HasSuffix(e.Path, "/invites") && e.Done() == http.StatusOK {
			n++
		}
	}
	return n
}

// TestRunPassesStepsThatWait: while invitations wait for their limit, the changes that come after them in the plan are done.
func TestRunPassesStepsThatWait(t *testing.T) {
	bubble(t, "twenty invitations and ten roles", func(t *testing.T) {
		a := newAtlasInside(t, directly)
		a.open(crowd(10))
		p := a.plan("name: Acme-Production\nmembers:\n" + owners + grace + alan + contractor + edsger + people(0, 10, "ORG_READ_ONLY", "") + people(10, 20, "ORG_MEMBER", ""))
		r, start := a.runner(), time.Now()
		r.StepEnded = func(_ plan.Org, o apply.Outcome) error {
			if took := time.Since(start); o.Step.Op == plan.Update && took > 0 {
				t.Errorf("%s waited %s", o.Step.Line(), took)
			}
			return nil
		}
		for _, o := range r.Run(t.Context(), p)[0].Outcomes {
			if o.Verdict != apply.Applied {
				t.Errorf("%+v", o)
			}
		}
		if took := time.Since(start); took < time.Minute {
			t.Errorf("all invitations were sent within %s", took)
		}
	})
}
