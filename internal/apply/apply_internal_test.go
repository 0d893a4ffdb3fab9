package apply

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
)

// TestParallel: organizations are worked on side by side, and not more of them than the limit.
func TestParallel(t *testing.T) {
	const limit = 8
	var running, most atomic.Int32
	var meet sync.WaitGroup
	meet.Add(limit) // nobody goes on before that many are there
	parallel(limit, 3*limit, func(i int) {
		most.Store(max(most.Load(), running.Add(1)))
		if i < limit {
			meet.Done()
		}
		meet.Wait()
		running.Add(-1)
	})
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
	if r.Err() == nil || whyOver(r) != "the time is over" {
		t.Errorf("got %v, %s", r.Err(), whyOver(r))
	}
	stop(errors.New("the log is full"))
	if whyOver(r) != "the log is full" {
		t.Errorf("its own end counts more: %s", whyOver(r))
	}
}
