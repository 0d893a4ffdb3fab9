package apply

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// TestNamed: a name that several organizations share says nothing. No sandbox credential sees several, so the rule is
// tried by itself.
func TestNamed(t *testing.T) {
	visible := []resource.Object{
		{ID: "3", Fields: resource.Fields{"name": "Acme"}},
		{ID: "1", Fields: resource.Fields{"name": "Acme"}},
		{ID: "2", Fields: resource.Fields{"name": "Beta"}},
	}
	var e *NotFoundError
	if _, err := named(visible, nil, "Acme"); !errors.As(err, &e) || !slices.Equal(e.IDs, []string{"1", "3"}) {
		t.Errorf("got %v, want an error that lists the ids 1 and 3", err)
	}
	if o, err := named(visible, nil, "Beta"); err != nil || o.ID != "2" {
		t.Errorf("got %v, %v, want organization 2", o, err)
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
	r := Runner{Account: func(plan.Org) *Account { return &Account{API: atlas} }, Parallel: 1}
	outcomes := r.Run(t.Context(), p)[0].Outcomes
	var e *ForeignError
	if !errors.As(outcomes[0].Err, &e) || e.ID != "1" || !slices.Equal(e.Visible, []string{"Beta"}) {
		t.Errorf("got %+v", outcomes[0])
	}
	if outcomes[0].Verdict != Failed || outcomes[1].Verdict != Skipped || atlas.other.Load() > 0 {
		t.Errorf("got %+v, and %d requests but for the list of organizations", outcomes, atlas.other.Load())
	}
}

// slow is an Atlas that answers a second later and knows how many asked it at once.
type slow struct {
	foreign
	running, most *atomic.Int32
}

func (s *slow) All(ctx context.Context, path string) iter.Seq2[resource.Fields, error] {
	s.most.Store(max(s.most.Load(), s.running.Add(1)))
	time.Sleep(time.Second)
	s.running.Add(-1)
	return s.foreign.All(ctx, path)
}

// TestSurveyLimit: no more organizations than the limit are read at once.
func TestSurveyLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running, most atomic.Int32
		var targets []Target
		for range 6 {
			targets = append(targets, Target{Name: "Beta", Want: resource.State{}, Account: &Account{API: &slow{running: &running, most: &most}}})
		}
		Survey(t.Context(), targets, nil, 2, nil)
		if most.Load() != 2 {
			t.Errorf("%d were read at once", most.Load())
		}
	})
}
