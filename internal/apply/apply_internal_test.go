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

// TestParallel: organizations are worked on side by side, and not more of them than the limit.
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
			time.Sleep(time.Second) // it passes once everybody is there who is let in
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

// TestRunContext: a run is over as soon as its parent is, before it hears of that.
func TestRunContext(t *testing.T) {
	parent, cancel := context.WithCancelCause(t.Context())
	own, stop := context.WithCancelCause(context.Background()) // who hears of nothing
	r := runContext{own, parent}
	if r.Err() != nil {
		t.Errorf("over before its time: %v", r.Err())
	}
	cancel(errors.New("the time is over"))
	if r.Err() == nil || endReason(r) != "the time is over" {
		t.Errorf("got %v, %s", r.Err(), endReason(r))
	}
	stop(errors.New("the log is full"))
	if endReason(r) != "the log is full" {
		t.Errorf("its own end counts more: %s", endReason(r))
	}
}

// foreign is an Atlas that shows some organization and counts what else it is asked.
type foreign struct{ other atomic.Int32 }

func (f *foreign) Do(context.Context, string, string, any, any) error { f.other.Add(1); return nil }

func (f *foreign) All(context.Context, string) iter.Seq2[resource.Fields, error] {
	return func(yield func(resource.Fields, error) bool) {
		yield(resource.Fields{"id": "5f1b0c0d0e0f0a0b0c0d0e02", "name": "Beta", "isDeleted": false, "skipDefaultAlertsSettings": false}, nil)
	}
}

// TestForeignCredential: nothing is written, nor even looked at, with the credential of another organization. Atlas
// would refuse it; a plan that was saved, or a proxy, must not make us find out.
func TestForeignCredential(t *testing.T) {
	step := plan.Step{Op: plan.Update, Kind: "settings", After: resource.Fields{"multiFactorAuthRequired": true}}
	p := &plan.Plan{Orgs: []plan.Org{{Name: "Acme", ID: "1", Steps: []plan.Step{step, step}}}}
	atlas := new(foreign)
	r := Runner{Account: func(plan.Org) *resource.Account { return &resource.Account{API: atlas} }, Parallel: 1}
	outcomes := r.Run(t.Context(), p)[0].Outcomes
	var e *resource.WrongOrgError
	if !errors.As(outcomes[0].Err, &e) || e.ID != "1" || !slices.Equal(e.Visible, []string{"Beta"}) {
		t.Errorf("got %+v", outcomes[0])
	}
	if outcomes[0].Verdict != Failed || outcomes[1].Verdict != Skipped || atlas.other.Load() > 0 {
		t.Errorf("got %+v, and %d requests but for the list of organizations", outcomes, atlas.other.Load())
	}
}

// TestNotRechecked: that nobody looked again is said of what was not seen to be as wanted, and of nothing else.
func TestNotRechecked(t *testing.T) {
	const kept = "its credential is in a.env"
	for _, row := range []struct {
		reason  string
		outcome Outcome
		want    string
	}{
		{"nobody has seen it", Outcome{Verdict: Applied}, "not checked afterwards: interrupted"},
		{"nobody has seen it, and what was handed out is kept", Outcome{Verdict: Applied, Reason: kept, note: kept}, kept + "; not checked afterwards: interrupted"},
		{"it was seen", Outcome{Verdict: Applied, confirmed: true}, ""},
		{"somebody else had done it", Outcome{Verdict: Unchanged, confirmed: true}, ""},
	} {
		if got := row.outcome.notRechecked("interrupted"); got.Reason != row.want || got.Verdict != row.outcome.Verdict {
			t.Errorf("%s: got %s, %q", row.reason, got.Verdict, got.Reason)
		}
	}
}

// refusing is an Atlas that shows nothing and does nothing.
type refusing struct{ err error }

func (r refusing) Do(context.Context, string, string, any, any) error { return r.err }

func (refusing) All(context.Context, string) iter.Seq2[resource.Fields, error] {
	return func(func(resource.Fields, error) bool) {}
}

// forgetful records nothing, and prevents nothing.
type forgetful struct{ noRecorder }

func (forgetful) Begin(plan.Org, plan.Step) error { return nil }

// TestCreationFails: only of a refusal it is certain that nothing came of it.
func TestCreationFails(t *testing.T) {
	for _, row := range []struct {
		reason   string
		err      error
		asBefore bool
	}{
		{"Atlas refuses it", errors.New("400"), true},
		{"nobody knows what Atlas made", &resource.UnreadableError{Err: errors.New("cut off")}, false},
	} {
		p := &plan.Plan{Orgs: []plan.Org{{Name: "Acme", Steps: []plan.Step{plan.CreateOrganization(resource.Fields{"name": "Acme", "from": "BILLING"})}}}}
		r := Runner{Account: func(plan.Org) *resource.Account { return &resource.Account{API: refusing{row.err}} }, Parallel: 1, Recorder: forgetful{}}
		if o := r.Run(t.Context(), p)[0].Outcomes[0]; o.Verdict != Failed || !errors.Is(o.Err, row.err) || o.AsBefore != row.asBefore {
			t.Errorf("%s: got %+v", row.reason, o)
		}
	}
}
