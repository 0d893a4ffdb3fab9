package resource

import (
	"errors"
	"slices"
	"testing"
)

// TestFind: a name that several organizations share says nothing. No sandbox credential sees several, so the rule is
// tried by itself.
func TestFind(t *testing.T) {
	a := &Account{visible: []Object{
		{ID: "3", Fields: Fields{"name": "Acme"}},
		{ID: "1", Fields: Fields{"name": "Acme"}},
		{ID: "2", Fields: Fields{"name": "Beta"}},
	}}
	a.once.Do(func() {}) // it was asked
	var e *NotFoundError
	if _, err := a.Find(t.Context(), "Acme"); !errors.As(err, &e) || !slices.Equal(e.IDs, []string{"1", "3"}) {
		t.Errorf("got %v, want an error that lists the ids 1 and 3", err)
	}
	if o, err := a.Find(t.Context(), "Beta"); err != nil || o.ID != "2" {
		t.Errorf("got %v, %v, want organization 2", o, err)
	}
}
