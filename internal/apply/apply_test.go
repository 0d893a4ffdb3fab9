package apply_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/sandbox"
)

const invited = `
name: Acme-Production
settings:
  multiFactorAuthRequired: true
invitations:
  - username: alan@acme.example
    roles: [ORG_MEMBER]
  - username: contractor@agency.example
    roles: [ORG_MEMBER]
  - username: kay@acme.example
    roles: [ORG_MEMBER]
` // and edsger's invitation is cancelled: the steps are - edsger, ~ settings, + kay, ~ alan

// TestRun changes organizations in Atlas between plan and apply, or lets requests fail during apply, and checks how each step ends.
func TestRun(t *testing.T) {
	for _, row := range []struct {
		reason  string
		meddle  func(*atlas) // between plan and apply
		fault   *fault       // during apply
		want    []string     // verdicts, in the order of the steps
		why     string       // the reason of each conflict; "" is not checked
		changed int          // organizations that still need a change
	}{
		{reason: "no change in Atlas since the plan", want: []string{"applied", "applied", "applied", "applied"}},
		{
			reason: "somebody made all changes by hand",
			meddle: func(a *atlas) { a.run(a.plan(invited)) },
			want:   []string{"unchanged", "unchanged", "unchanged", "unchanged"},
		},
		{
			reason: "somebody changed one invitation in another way: it is left alone, the other steps are done",
			meddle: func(a *atlas) {
				a.run(a.plan(strings.Replace(invited, "alan@acme.example\n    roles: [ORG_MEMBER]", "alan@acme.example\n    roles: [ORG_OWNER]", 1)))
			},
			want:    []string{"unchanged", "unchanged", "unchanged", "conflict"},
			changed: 1,
		},
		{
			reason: "alan and edsger accepted their invitations: these cannot be changed or cancelled any more",
			meddle: func(a *atlas) { a.accept("alan@acme.example"); a.accept("edsger@acme.example") },
			want:   []string{"conflict", "applied", "applied", "conflict"},
			why:    "the invitation was accepted after the plan was made",
		},
		{
			reason: "edsger's invitation expired",
			meddle: func(a *atlas) {
				a.control("POST", "/_sandbox/expire", `{"org":"Acme-Production","username":"edsger@acme.example"}`)
			},
			want: []string{"unchanged", "applied", "applied", "applied"},
		},
		{
			reason: "the answer to an invitation gets lost after the effect: it is not sent twice",
			fault:  &fault{method: "POST", after: true},
			want:   []string{"applied", "applied", "applied", "applied"},
		},
		{
			reason: "the connection breaks before an invitation is sent: it is sent again",
			fault:  &fault{method: "POST"},
			want:   []string{"applied", "applied", "applied", "applied"},
		},
		{
			reason:  "the connection breaks at each invitation: that step fails, the others do not",
			fault:   &fault{method: "POST", always: true},
			want:    []string{"applied", "applied", "failed", "applied"},
			changed: 1,
		},
		{
			reason:  "Atlas refuses an invitation: it is not sent again",
			fault:   &fault{method: "POST", status: 400},
			want:    []string{"applied", "applied", "failed", "applied"},
			changed: 1,
		},
		{
			reason:  "Atlas refuses a change of settings: invitations do not depend on it",
			fault:   &fault{method: "PATCH", path: "/settings", status: 403},
			want:    []string{"applied", "failed", "applied", "applied"},
			changed: 1,
		},
		{
			reason: "Atlas fails once at a change",
			fault:  &fault{method: "PATCH", status: 500},
			want:   []string{"applied", "applied", "applied", "applied"},
		},
		{
			reason: "the answer to a cancellation gets lost after the effect: it counts as done",
			fault:  &fault{method: "DELETE", after: true},
			want:   []string{"applied", "applied", "applied", "applied"},
		},
	} {
		bubble(t, row.reason, func(t *testing.T) {
			var broken atomic.Pointer[fault]
			a := newAtlasInside(t, func(next http.RoundTripper) http.RoundTripper { return &breakable{next, &broken} })
			p := a.plan(invited)
			if row.meddle != nil {
				row.meddle(a)
			}
			a.restart()
			a.writes()
			broken.Store(row.fault)
			outcomes := a.run(p)
			broken.Store(nil)
			sent := strings.Count(a.writes(), "200 POST ")
			for _, o := range outcomes {
				if row.why != "" && o.Verdict == apply.Conflict && o.Reason != row.why {
					t.Errorf("%s: %s", o.Step.Line(), o.Reason)
				}
			}
			if diff := cmp.Diff(row.want, verdicts(outcomes)); diff != "" {
				t.Errorf("verdicts (-want +got):\n%s%+v", diff, outcomes)
			}
			a.restart()
			if want := count(outcomes, "+", apply.Applied); sent != want {
				t.Errorf("%d invitations were sent, %d steps say so", sent, want)
			}
			if got := a.plan(invited).Changed(); got != row.changed {
				t.Errorf("%d organizations still need a change, want %d", got, row.changed)
			}
		})
	}
}

// TestRunStopsForInterrupt: no step begins after an interrupt, and each step is skipped.
func TestRunStopsForInterrupt(t *testing.T) {
	a := newAtlas(t)
	p := a.plan(invited)
	a.restart() // with an empty log
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("interrupted"))
	outcomes := a.runner().Run(ctx, p)[0].Outcomes
	if diff := cmp.Diff([]string{"skipped", "skipped", "skipped", "skipped"}, verdicts(outcomes)); diff != "" {
		t.Error(diff)
	}
	if got := a.server.Load().Log(); len(got) > 0 {
		t.Errorf("an interrupted run sent %v", got)
	}
}

// newcomers returns a document that invites n more people. The limit of invitations allows ten.
func newcomers(n int) string {
	all := base + "settings: { multiFactorAuthRequired: true }\n"
	all = strings.Replace(all, "invitations:\n", "invitations:\n"+strings.Repeat("#\n", n), 1)
	for i := range n {
		all = strings.Replace(all, "#\n", fmt.Sprintf("  - { username: new%d@acme.example, roles: [ORG_MEMBER] }\n", i), 1)
	}
	return all
}

// TestRunFinishesItsSteps: an interrupt during a write lets the steps in progress end, and nothing is read after their last write. No
// other step begins.
func TestRunFinishesItsSteps(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		a := newAtlasInside(t, func(next http.RoundTripper) http.RoundTripper {
			return roundTrip(func(r *http.Request) (*http.Response, error) {
				if r.Method == "POST" {
					cancel(errors.New("interrupted"))
				}
				return next.RoundTrip(r)
			})
		})
		outcomes := a.runner().Run(ctx, a.plan(newcomers(10)))[0].Outcomes
		log := a.server.Load().Log()
		if last := log[len(log)-1]; last.Method == "GET" || len(outcomes) != 11 {
			t.Errorf("after the interrupt there was %s %s", last.Method, last.Path)
		}
		done := count(outcomes, "+", apply.Applied)
		if skipped := count(outcomes, "+", apply.Skipped); done < 1 || done > 8 || skipped != 10-done {
			t.Errorf("%d applied, %d skipped", done, skipped)
		}
		for _, o := range outcomes[1:] {
			if want := map[apply.Verdict]string{apply.Applied: "not checked afterwards: interrupted", apply.Skipped: "interrupted"}[o.Verdict]; o.Reason != want {
				t.Errorf("%s: got %q, want %q", o.Step.Line(), o.Reason, want)
			}
		}
	})
}

// TestRunInterruptedAtItsStart: an interrupt while the run checks the credential of an organization lets no step begin.
func TestRunInterruptedAtItsStart(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	var applies bool
	a := newAtlasInside(t, func(next http.RoundTripper) http.RoundTripper {
		return roundTrip(func(r *http.Request) (*http.Response, error) {
			if strings.HasSuffix(r.URL.Path, "/orgs") && applies {
				cancel(errors.New("interrupted"))
			}
			return next.RoundTrip(r)
		})
	})
	p := a.plan(invited)
	a.restart() // a new client, which has not read the organization
	applies = true
	for _, o := range a.runner().Run(ctx, p)[0].Outcomes {
		if o.Verdict != apply.Skipped || o.Reason != "interrupted" {
			t.Errorf("%s: %s %s %v", o.Step.Line(), o.Verdict, o.Reason, o.Err)
		}
	}
}

// TestRunKeepsLockOutLast: a change that can shut out the caller is skipped if any step before it was not done.
func TestRunKeepsLockOutLast(t *testing.T) {
	const locked = `
name: Acme-Production
settings: { apiAccessListRequired: true }
invitations:
  - username: kay@acme.example
    roles: [ORG_MEMBER]
`
	var broken atomic.Pointer[fault]
	a := newAtlasInside(t, func(next http.RoundTripper) http.RoundTripper { return &breakable{next, &broken} })
	p := a.plan(locked)
	broken.Store(&fault{method: "POST", status: 400})
	outcomes := a.run(p)
	last := outcomes[len(outcomes)-1]
	if last.Verdict != apply.Skipped || last.Reason != "this step comes last, and + invitations/kay@acme.example was not done" {
		t.Errorf("got %s: %s", last.Verdict, last.Reason)
	}

	broken.Store(nil)
	p = a.plan(locked)
	a.run(a.plan("name: Acme-Production\ninvitations: [{ username: kay@acme.example, roles: [ORG_OWNER] }]\n"))
	outcomes = a.run(p)
	last = outcomes[len(outcomes)-1]
	if last.Verdict != apply.Skipped || last.Reason != "this step comes last, and + invitations/kay@acme.example was not done" {
		t.Errorf("got %s: %s", last.Verdict, last.Reason)
	}

	p = a.plan(locked)
	p.Orgs[0].Error = "the invitations cannot be read"
	outcomes = a.run(p)
	last = outcomes[len(outcomes)-1]
	if last.Verdict != apply.Skipped || last.Reason != "this step comes last, and a part of the organization could not be planned" {
		t.Errorf("got %s: %s", last.Verdict, last.Reason)
	}
}

// fault is the fault of the first request with a method.
type fault struct {
	method string
	path   string // the end of the path; "" for any
	after  bool   // the connection breaks after the effect of the request, not before
	status int    // if not 0, the answer instead of a broken connection
	always bool   // the fault happens to every such request
	hit    atomic.Bool
}

// breakable is a connection with a fault, if one is set.
type breakable struct {
	next  http.RoundTripper
	fault *atomic.Pointer[fault]
}

var errBroken = errors.New("connection reset by peer")

func (b *breakable) RoundTrip(r *http.Request) (*http.Response, error) {
	f := b.fault.Load()
	if f == nil || r.Method != f.method || !strings.HasSuffix(r.URL.Path, f.path) || f.hit.Swap(true) && !f.always {
		return b.next.RoundTrip(r)
	}
	switch {
	case f.status != 0:
		return &http.Response{StatusCode: f.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("oops")), Request: r}, nil
	case f.after:
		response, err := b.next.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		response.Body.Close()
	}
	return nil, errBroken
}

// TestFederated: a person of a federated domain becomes a member at once [doc invitations]. The step counts as applied.
func TestFederated(t *testing.T) {
	for _, section := range []string{"invitations", "members"} {
		a := newAtlas(t)
		fleet := sandbox.Demo()
		fleet.Orgs[0].FederatedDomains = []string{"Partner.example"}
		a.open(fleet)
		document := "name: Acme-Production\nmanage: { " + section + ": additive }\n" + section + ":\n  - { username: kay@partner.example, roles: [ORG_MEMBER], teams: [Platform] }\n"
		a.expect(a.run(a.plan(document)), "applied + "+section+"/kay@partner.example")
		if p := a.plan(document); p.Changed() > 0 {
			t.Errorf("still to do: %+v", p.Orgs)
		}
	}
}

// TestOwnersHandOver: a plan that promotes a new owner removes the old ones. If the promotion fails, the last owner stays.
func TestOwnersHandOver(t *testing.T) {
	const handedOver = "name: Acme-Production\nmanage: { invitations: additive }\nmembers:\n" + alan + contractor + edsger + "  - { username: grace@acme.example, roles: [ORG_OWNER] }\n"
	a := newAtlas(t)
	p := a.plan(handedOver)
	a.expect(a.run(p), "applied ~ members/grace@acme.example", "applied - members/ada@acme.example", "applied - members/margaret@acme.example")

	a.open(sandbox.Demo())
	a.run(a.plan("name: Acme-Production\nmanage: { members: additive }\nmembers:\n  - { username: grace@acme.example, roles: [ORG_READ_ONLY] }\n"))
	a.expect(a.run(p), "conflict ~ members/grace@acme.example", "applied - members/ada@acme.example", "skipped - members/margaret@acme.example")
	if got := a.run(p)[2].Reason; got != "no other active ORG_OWNER would remain; apply again when another person is an active ORG_OWNER" {
		t.Errorf("the reason is %q", got)
	}
}

// TestFullOrganization: pending invitations count towards Atlas's limit of users [seen terraform], and the step has Atlas's error.
func TestFullOrganization(t *testing.T) {
	a := newAtlas(t)
	fleet := sandbox.Demo()
	one := *fleet.Orgs[0].Users[1]
	for len(fleet.Orgs[0].Users) < 500 {
		one.Username = string(rune('a'+len(fleet.Orgs[0].Users)%26)) + one.Username
		copied := one
		fleet.Orgs[0].Users = append(fleet.Orgs[0].Users, &copied)
	}
	a.open(fleet)
	got := a.run(a.plan("name: Acme-Production\nmanage: { members: additive }\nmembers: [{ username: kay@partner.example, roles: [ORG_MEMBER] }]\n"))
	var refused *client.Error
	if len(got) != 1 || !errors.As(got[0].Err, &refused) || refused.Code != "MAX_USERS_PER_ORG_EXCEEDED" {
		t.Errorf("got %+v", got)
	}
}

// TestStepEnded: StepEnded is called for every outcome, for one at a time. If it fails, no other step begins.
func TestStepEnded(t *testing.T) {
	a := newAtlas(t)
	full := errors.New("the disk is full")
	r, calls := a.runner(), 0
	r.StepEnded = func(plan.Org, apply.Outcome) error {
		if calls++; calls == 2 {
			return full
		}
		return nil
	}
	finished := 0
	r.OrgEnded = func(apply.Result) { finished++ }
	outcomes := r.Run(t.Context(), a.plan(newcomers(10)))[0].Outcomes
	begun, last := 0, outcomes[len(outcomes)-1]
	for _, o := range outcomes {
		if o.Verdict != apply.Skipped {
			begun++
		}
	}
	if begun < 2 || begun > 9 || calls != 11 || finished != 1 || last.Verdict != apply.Skipped || last.Reason != full.Error() {
		t.Errorf("%d steps began, StepEnded was called %d times, OrgEnded %d times; %+v", begun, calls, finished, last)
	}
}
