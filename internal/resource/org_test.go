package resource

import (
	"testing"
)

// TestOrgIndex: which organizations of two trees are the same.
func TestOrgIndex(t *testing.T) {
	for _, row := range []struct {
		reason  string
		was, is OrgRef
		want    bool
	}{
		{"the same id, everything else differs", OrgRef{Name: "A", ID: "1", Credentials: "X"}, OrgRef{Name: "B", ID: "1", Credentials: "Y"}, true},
		{"another id", OrgRef{Name: "A", ID: "1", Credentials: "X"}, OrgRef{Name: "A", ID: "2", Credentials: "X"}, false},
		{"the id was added since", OrgRef{Name: "A", Credentials: "X"}, OrgRef{Name: "A", ID: "1", Credentials: "X"}, true},
		{"the id was removed since", OrgRef{Name: "A", ID: "1", Credentials: "X"}, OrgRef{Name: "A", Credentials: "X"}, true},
		{"the same name and credential, no ids", OrgRef{Name: "A", Credentials: "X"}, OrgRef{Name: "A", Credentials: "X"}, true},
		{"the same name, another credential", OrgRef{Name: "A", Credentials: "X"}, OrgRef{Name: "A", Credentials: "Y"}, false},
		{"the same credential, another name", OrgRef{Name: "A", Credentials: "X"}, OrgRef{Name: "B", Credentials: "X"}, false},
	} {
		orgs := []OrgRef{{Name: "other", ID: "9"}, row.was}
		got, ok := NewOrgIndex(orgs, func(r OrgRef) OrgRef { return r }).Find(row.is)
		if ok != row.want || ok && got != row.was {
			t.Errorf("%s: got %v", row.reason, got)
		}
	}
}

// TestIsCalled: an organization is selected by its id, or by its name in any Unicode form.
func TestIsCalled(t *testing.T) {
	org := OrgRef{Name: NormalizeName("Café"), ID: "1"}
	for word, want := range map[string]bool{"Café": true, "Cafe\u0301": true, "1": true, "Cafe": false, "": false} {
		if org.IsCalled(word) != want {
			t.Errorf("%q: got %v", word, !want)
		}
	}
}
