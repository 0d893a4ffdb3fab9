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
		"Beto":      "the credential sees: Acme, Acme, Beta; correct name or credentials", // anybody sees this difference in the list
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

// TestNoVisibleOrganization: a credential that sees nothing gets advice without an empty list.
func TestNoVisibleOrganization(t *testing.T) {
	for want, e := range map[string]interface{ Advice() string }{
		"the credential cannot see any organization; correct credentials, or add create to create the organization": &NotFoundError{Name: "Acme"},
		"it cannot see any organization; correct credentials":                                                       &WrongOrgError{ID: "1"},
	} {
		if got := e.Advice(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestOrgNames: numbers in names count as numbers.
func TestOrgNames(t *testing.T) {
	orgs := []Object{{Fields: Fields{"name": "Acme 10"}}, {Fields: Fields{"name": "Acme 9"}}}
	if got := OrgNames(orgs); !slices.Equal(got, []string{"Acme 9", "Acme 10"}) {
		t.Errorf("got %q", got)
	}
}

// TestExplain: the advice of the inner error is used if the outer error has none.
func TestExplain(t *testing.T) {
	err := &SectionError{members, &MoreError{members, "2 more"}}
	if got, want := Explain(err), "members: 2 more; correct the errors above first"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
