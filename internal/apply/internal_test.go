package apply

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

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
	if _, err := named(visible, "Acme"); !errors.As(err, &e) || !slices.Equal(e.IDs, []string{"1", "3"}) {
		t.Errorf("got %v, want an error that lists the ids 1 and 3", err)
	}
	if o, err := named(visible, "Beta"); err != nil || o.ID != "2" {
		t.Errorf("got %v, %v, want organization 2", o, err)
	}
}

// deleted is an Atlas that remembers an organization which was deleted. The sandbox answers 401 then, as Atlas does
// once the credential is gone too.
type deleted struct{}

func (deleted) Do(_ context.Context, _, _ string, _, out any) error {
	*out.(*resource.Fields) = resource.Fields{"id": "1", "name": "Acme", "isDeleted": true}
	return nil
}

func (deleted) All(context.Context, string) iter.Seq2[resource.Fields, error] {
	return func(func(resource.Fields, error) bool) {}
}

func TestLocateDeleted(t *testing.T) {
	_, err := locate(t.Context(), Target{Name: "Acme", ID: "1", Account: &Account{API: deleted{}}})
	if err == nil || err.Error() != "GET /orgs/1: the organization was deleted; remove it from the tree" {
		t.Errorf("got %v", err)
	}
}

// TestParallel: organizations are worked on side by side, and not more of them than the limit.
func TestParallel(t *testing.T) {
	var running, most atomic.Int32
	var meet sync.WaitGroup
	meet.Add(maxParallel) // nobody goes on before that many are there
	parallel(3*maxParallel, func(i int) {
		most.Store(max(most.Load(), running.Add(1)))
		if i < maxParallel {
			meet.Done()
		}
		meet.Wait()
		running.Add(-1)
	})
	if most.Load() > maxParallel {
		t.Errorf("%d ran at once", most.Load())
	}
}
