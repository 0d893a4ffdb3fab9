package resource

import (
	"errors"
	"slices"
	"testing"
)

// TestFind: a name that several organizations share is an error. In the sandbox no credential can see several, so this test calls Find
// directly.
func TestFind(t *testing.T) {
	a := &Account{visible: []Object{
		{ID: "3", Fields: Fields{"name": "Acme"}},
		{ID: "1", Fields: Fields{"name": "Acme"}},
		{ID: "2", Fields: Fields{"name": "Beta"}},
	}}
	a.once.Do(func() { a.names = OrgNames(a.visible) }) // so that Find sends no request
	var e *NotFoundError
	if _, err := a.Find(t.Context(), "Acme"); !errors.As(err, &e) || !slices.Equal(e.IDs, []string{"1", "3"}) {
		t.Errorf("got %v, want an error that lists the ids 1 and 3", err)
	}
	for name, want := range map[string]string{
		"Gamma":     "the credential sees: Acme, Acme, Beta; correct name or credentials",
		"B\u0435ta": `did you mean "Beta"? it is written here with U+0435 instead of U+0065`,
	} {
		if _, err := a.Find(t.Context(), name); !errors.As(err, &e) || e.Advice() != want {
			t.Errorf("%s: got %v; %s", name, err, e.Advice())
		}
	}
	if o, err := a.Find(t.Context(), "Beta"); err != nil || o.ID != "2" {
		t.Errorf("got %v, %v, want organization 2", o, err)
	}
}
