package apply

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// TestParallel: organizations are worked on side by side, and not more of them than the limit.
func TestParallel(t *testing.T) {
	const limit = 8
	var running, most atomic.Int32
	var meet sync.WaitGroup
	meet.Add(limit) // nobody goes on before that many are there
	var left atomic.Int32
	left.Store(limit)
	broken := &resource.Account{Err: errors.New("no key")}
	r := Runner{Parallel: limit, Account: func(plan.Org) *resource.Account {
		most.Store(max(most.Load(), running.Add(1)))
		if left.Add(-1) >= 0 {
			meet.Done()
		}
		meet.Wait()
		running.Add(-1)
		return broken
	}}
	p := &plan.Plan{Orgs: make([]plan.Org, 3*limit)}
	for i := range p.Orgs {
		p.Orgs[i].Steps = []plan.Step{{Op: plan.Update, Kind: "settings"}}
	}
	r.Run(t.Context(), p)
	if most.Load() > limit {
		t.Errorf("%d ran at once", most.Load())
	}
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
