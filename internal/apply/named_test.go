package apply

import (
	"errors"
	"slices"
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
