package planner

import (
	"context"
	"iter"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"atlas-gitops/internal/resource"
)

// foreign is an API that shows one other organization, and nothing else.
type foreign struct{}

func (foreign) Do(context.Context, string, string, any, any) error { return nil }

func (foreign) All(context.Context, string) iter.Seq2[resource.Fields, error] {
	return func(yield func(resource.Fields, error) bool) {
		yield(resource.Fields{"id": "5f1b0c0d0e0f0a0b0c0d0e02", "name": "Beta", "isDeleted": false, "skipDefaultAlertsSettings": false}, nil)
	}
}

// slow is an API that answers after a second and counts the requests that it serves at once.
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

// TestPlanLimit: no more organizations than the limit are read at once.
func TestPlanLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running, most atomic.Int32
		var targets []Target
		for range 6 {
			targets = append(targets, Target{Desired: resource.Desired{OrgRef: resource.OrgRef{Name: "Beta"}, Want: resource.State{}}, Account: &resource.Account{API: &slow{running: &running, most: &most}}})
		}
		Plan(t.Context(), targets, Options{Parallel: 2})
		if most.Load() != 2 {
			t.Errorf("%d organizations were read at once", most.Load())
		}
	})
}
