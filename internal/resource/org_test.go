package resource

import (
	"testing"
)

// TestOrgIndex: which organization of another tree is the same.
func TestOrgIndex(t *testing.T) {
	for _, row := range []struct {
		reason  string
		was, is OrgRef
		want    bool
	}{
		{"the id says it, whatever else is different", OrgRef{Name: "A", ID: "1", Credentials: "X"}, OrgRef{Name: "B", ID: "1", Credentials: "Y"}, true},
		{"another id", OrgRef{Name: "A", ID: "1", Credentials: "X"}, OrgRef{Name: "A", ID: "2", Credentials: "X"}, false},
		{"its id was written since", OrgRef{Name: "A", Credentials: "X"}, OrgRef{Name: "A", ID: "1", Credentials: "X"}, true},
		{"its id was taken out since", OrgRef{Name: "A", ID: "1", Credentials: "X"}, OrgRef{Name: "A", Credentials: "X"}, true},
		{"nobody wrote its id", OrgRef{Name: "A", Credentials: "X"}, OrgRef{Name: "A", Credentials: "X"}, true},
		{"another one of the same name", OrgRef{Name: "A", Credentials: "X"}, OrgRef{Name: "A", Credentials: "Y"}, false},
		{"another one with the same credential", OrgRef{Name: "A", Credentials: "X"}, OrgRef{Name: "B", Credentials: "X"}, false},
	} {
		orgs := []OrgRef{{Name: "other", ID: "9"}, row.was}
		got, ok := NewOrgIndex(orgs, func(r OrgRef) OrgRef { return r }).Find(row.is)
		if ok != row.want || ok && got != row.was {
			t.Errorf("%s: got %v", row.reason, got)
		}
	}
}
