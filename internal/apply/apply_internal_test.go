package apply

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// TestParallel: a run works on several organizations at once, but never on more than the limit.
func TestParallel(t *testing.T) {
	const limit = 8
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		running, most := 0, 0
		count := func(change int) {
			mu.Lock()
			defer mu.Unlock()
			running += change
			most = max(most, running)
		}
		broken := &resource.Account{Err: errors.New("no key")}
		r := Runner{Parallel: limit, Account: func(plan.Org) *resource.Account {
			count(1)
			time.Sleep(time.Second) // it ends when as many organizations as the limit allows are here
			count(-1)
			return broken
		}}
		p := &plan.Plan{Orgs: make([]plan.Org, 3*limit)}
		for i := range p.Orgs {
			p.Orgs[i].Steps = []plan.Step{{Op: plan.Update, Kind: "settings"}}
		}
		r.Run(t.Context(), p)
		if most != limit {
			t.Errorf("%d ran at once", most)
		}
	})
}

// TestRunContext: a run has ended as soon as its parent has, even if its own context does not show that yet.
func TestRunContext(t *testing.T) {
	parent, cancel := context.WithCancelCause(t.Context())
	own, stop := context.WithCancelCause(context.Background()) // does not see the end of parent
	r := runContext{own, parent}
	if r.Err() != nil {
		t.Errorf("ended too early: %v", r.Err())
	}
	cancel(errors.New("the time is over"))
	if r.Err() == nil || r.reason() != "the time is over" {
		t.Errorf("got %v, %s", r.Err(), r.reason())
	}
	stop(errors.New("the log is full"))
	if r.reason() != "the log is full" {
		t.Errorf("want its own reason, not the reason of the parent: %s", r.reason())
	}
}

// otherOrg is a fake Atlas whose credential belongs to another organization. It counts all requests except lists.
type otherOrg struct{ other atomic.Int32 }

func (f *otherOrg) Do(context.Context, string, string, any, any) error { f.other.Add(1); return nil }

func (f *otherOrg) All(context.Context, string) iter.Seq2[resource.Fields, error] {
	return func(yield func(resource.Fields, error) bool) {
		yield(resource.Fields{"id": "5f1b0c0d0e0f0a0b0c0d0e02", "name": "Beta", "isDeleted": false, "skipDefaultAlertsSettings": false}, nil)
	}
}

// TestForeignCredential: with the credential of another organization, a run neither writes nor reads any object. Atlas would refuse
// such requests, but the run does not rely on that.
func TestForeignCredential(t *testing.T) {
	step := plan.Step{Op: plan.Update, Kind: "settings", After: resource.Fields{"multiFactorAuthRequired": true}}
	p := &plan.Plan{Orgs: []plan.Org{{Name: "Acme", ID: "1", Steps: []plan.Step{step, step}}}}
	atlas := new(otherOrg)
	r := Runner{Account: func(plan.Org) *resource.Account { return &resource.Account{API: atlas} }, Parallel: 1}
	outcomes := r.Run(t.Context(), p)[0].Outcomes
	var e *resource.WrongOrgError
	if !errors.As(outcomes[0].Err, &e) || e.ID != "1" || !slices.Equal(e.Visible, []string{"Beta"}) {
		t.Errorf("got %+v", outcomes[0])
	}
	if outcomes[0].Verdict != Failed || outcomes[1].Verdict != Skipped || atlas.other.Load() > 0 {
		t.Errorf("got %+v, and %d requests besides the list of organizations", outcomes, atlas.other.Load())
	}
}

// TestNotRechecked: the reason says that the object was not read again, unless it was already seen to be as wanted.
func TestNotRechecked(t *testing.T) {
	const kept = "its credential is in a.env"
	for _, row := range []struct {
		reason  string
		outcome Outcome
		want    string
	}{
		{"the object was not seen to be as wanted", Outcome{Verdict: Applied}, "not checked afterwards: interrupted"},
		{"the same, with a note about the new credential", Outcome{Verdict: Applied, Reason: kept, note: kept}, kept + "; not checked afterwards: interrupted"},
		{"the object was seen to be as wanted", Outcome{Verdict: Applied, confirmed: true}, ""},
		{"somebody else had made the change", Outcome{Verdict: Unchanged, confirmed: true}, ""},
	} {
		if got := row.outcome.notRechecked("interrupted"); got.Reason != row.want || got.Verdict != row.outcome.Verdict {
			t.Errorf("%s: got %s, %q", row.reason, got.Verdict, got.Reason)
		}
	}
}

// refusing is a fake Atlas that has no organizations and refuses every request.
type refusing struct{ err error }

func (r refusing) Do(context.Context, string, string, any, any) error { return r.err }

func (refusing) All(context.Context, string) iter.Seq2[resource.Fields, error] {
	return func(func(resource.Fields, error) bool) {}
}

// forgetful is a recorder that records nothing and allows every creation.
type forgetful struct{ noRecorder }

func (forgetful) Begin(plan.Org, plan.Step) error { return nil }

// TestCreationFails: only a refusal shows for certain that nothing was created.
func TestCreationFails(t *testing.T) {
	for _, row := range []struct {
		reason   string
		err      error
		asBefore bool
	}{
		{"Atlas refuses it", errors.New("400"), true},
		{"the answer is cut off", &resource.UnreadableError{Err: errors.New("cut off")}, false},
	} {
		p := &plan.Plan{Orgs: []plan.Org{{Name: "Acme", Steps: []plan.Step{plan.CreateOrganization(resource.Fields{"name": "Acme", "from": "BILLING"})}}}}
		r := Runner{Account: func(plan.Org) *resource.Account { return &resource.Account{API: refusing{row.err}} }, Parallel: 1, Recorder: forgetful{}}
		if o := r.Run(t.Context(), p)[0].Outcomes[0]; o.Verdict != Failed || !errors.Is(o.Err, row.err) || o.AsBefore != row.asBefore {
			t.Errorf("%s: got %+v", row.reason, o)
		}
	}
}
