package apply_test

import (
	"context"
	"errors"
	"iter"
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/resource"
)

func TestSurveyFinds(t *testing.T) {
	a := newAtlas(t)
	self := resource.State{"organization": {{Fields: resource.Fields{}}}}
	broken := errors.New("no key")
	for _, row := range []struct {
		reason  string
		target  apply.Target
		id      string
		wantErr string
	}{
		{"by id", apply.Target{ID: acme, Name: "Another Name"}, acme, ""},
		{"by exact name", apply.Target{Name: "Acme-Production"}, acme, ""},
		{"Atlas's filter ignores case, we do not", apply.Target{Name: "acme-production"}, "", `GET /orgs: no organization is called "acme-production"`},
		{"Atlas's filter takes the start of a name, we do not", apply.Target{Name: "Acme"}, "", `GET /orgs: no organization is called "Acme"`},
		{"a credential that is not there says so", apply.Target{Name: "Acme-Production", Account: &apply.Account{Err: broken}}, "", "no key"},
		{"the id of another organization", apply.Target{ID: "5f1b0c0d0e0f0a0b0c0d0e02"}, "5f1b0c0d0e0f0a0b0c0d0e02",
			"GET /api/atlas/v2/orgs/5f1b0c0d0e0f0a0b0c0d0e02: 401 USER_CANNOT_ACCESS_ORG: User cannot access this organization"},
	} {
		row.target.Want = self
		if row.target.Account == nil {
			row.target.Account = a.account
		}
		orgs, errs := apply.Survey(t.Context(), []apply.Target{row.target}, nil, apply.MaxParallel, nil)
		got := ""
		if errs[0] != nil {
			got = errs[0].Error()
		}
		if orgs[0].ID != row.id || got != row.wantErr {
			t.Errorf("%s: got id %q, error %q; want %q, %q", row.reason, orgs[0].ID, got, row.id, row.wantErr)
		}
	}
}

// TestSurveyRejectsTwins: two documents that turn out to mean one organization would undo each other's work.
func TestSurveyRejectsTwins(t *testing.T) {
	a := newAtlas(t)
	want := resource.State{"organization": {{Fields: resource.Fields{"name": "B"}}}}
	orgs, errs := apply.Survey(t.Context(), []apply.Target{
		{Name: "Acme-Production", Want: want, Account: a.account},
		{Name: "B", ID: acme, Want: want, Account: a.account},
	}, nil, apply.MaxParallel, nil)
	for i, other := range []int{1, 0} {
		var twin *apply.TwinError
		if !errors.As(errs[i], &twin) || twin.Other != other || twin.ID != acme || len(orgs[i].Steps) > 0 {
			t.Errorf("organization %d: got %v and steps %v; want a twin of %d and no steps", i, errs[i], orgs[i].Steps, other)
		}
	}
}

// lists is an API that has nothing but lists.
type lists map[string][]resource.Fields

func (l lists) Do(_ context.Context, method, path string, _, _ any) error {
	return errors.New(method + " " + path + " was not expected")
}

func (l lists) All(_ context.Context, path string) iter.Seq2[resource.Fields, error] {
	return func(yield func(resource.Fields, error) bool) {
		for _, fields := range l[path] {
			if !yield(fields, nil) {
				return
			}
		}
	}
}

// TestSurveyCreates nothing of which there is more than one already, be it in Atlas or in the tree.
func TestSurveyCreates(t *testing.T) {
	org := func(id, name string) resource.Fields {
		return resource.Fields{"id": id, "name": name, "isDeleted": false, "skipDefaultAlertsSettings": false}
	}
	payer := &apply.Account{API: lists{"/orgs": {org("5f1b0c0d0e0f0a0b0c0d0e04", "Billing")}}}
	nobody := func() *apply.Account { return &apply.Account{Err: errors.New("not set"), Missing: true} }
	target := func(account *apply.Account) apply.Target {
		return apply.Target{Name: "Acme", Account: account, Create: &apply.Creation{Payer: payer, Fields: resource.Fields{"from": "BILLING"}}}
	}
	twice := &apply.Account{API: lists{"/orgs": {org(acme, "Acme"), org("5f1b0c0d0e0f0a0b0c0d0e02", "Acme")}}}
	orgs, errs := apply.Survey(t.Context(), []apply.Target{target(twice)}, nil, 1, nil)
	var several *apply.NotFoundError
	if !errors.As(errs[0], &several) || len(several.IDs) != 2 || len(orgs[0].Steps) > 0 {
		t.Errorf("two are called so: %v %v", orgs, errs)
	}
	orgs, errs = apply.Survey(t.Context(), []apply.Target{target(nobody()), target(nobody())}, nil, 1, nil)
	for i, err := range errs {
		var twin *apply.TwinError
		if !errors.As(err, &twin) || twin.Other != 1-i || len(orgs[i].Steps) > 0 || err.Error() != "an organization of that name would be created twice" {
			t.Errorf("it is written twice: %v %v", orgs[i], err)
		}
	}
	if orgs, errs = apply.Survey(t.Context(), []apply.Target{target(nobody())}, nil, 1, nil); errs[0] != nil || !orgs[0].Creates() {
		t.Errorf("nothing is in the way: %v %v", orgs, errs)
	}
}

// TestSurveyKeepsErrors: what could not be found is not the same organization as something else that could not.
func TestSurveyKeepsErrors(t *testing.T) {
	broken := &apply.Account{Err: errors.New("no key")}
	_, errs := apply.Survey(t.Context(), []apply.Target{{Name: "A", Account: broken}, {Name: "B", Account: broken}}, nil, apply.MaxParallel, nil)
	for i, err := range errs {
		if !errors.Is(err, broken.Err) {
			t.Errorf("organization %d: got %v", i, err)
		}
	}
}

// TestSurveyReadsWhatItCan: trouble with one section leaves the others planned.
func TestSurveyReadsWhatItCan(t *testing.T) {
	a := newAtlas(t)
	orgs, errs := apply.Survey(t.Context(), []apply.Target{{ID: acme, Name: "Acme-Production", Account: a.account, Want: resource.State{
		"organization": {{Fields: resource.Fields{"name": "Acme-Production"}}},
		"settings":     {{Fields: resource.Fields{"multiFactorAuthRequired": true}}},
		"invitations":  {{Key: "ada@acme.example", Fields: resource.Fields{"teams": []any{"Platfrom"}}}},
	}}}, nil, apply.MaxParallel, nil)
	var reference *resource.ReferenceError
	if !errors.As(errs[0], &reference) {
		t.Fatalf("got %v, want a reference error", errs[0])
	}
	want := &resource.ReferenceError{Kind: "invitations", Key: "ada@acme.example", Field: "teams", Noun: "team",
		Name: "Platfrom", Known: []string{"Platform", "Security"}}
	if diff := cmp.Diff(want, reference); diff != "" {
		t.Error(diff)
	}
	if len(orgs[0].Steps) != 1 || orgs[0].Steps[0].Kind != "settings" {
		t.Errorf("got %+v, want the step of the settings alone", orgs[0].Steps)
	}
}
