package planner_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/resource"
)

// TestRecount: the baseline of a saved plan is counted again, and only the lists with removals are read.
func TestRecount(t *testing.T) {
	a := newAtlas(t)
	saved := plan.Baseline{Lists: map[string]int{"invitations": 99}}
	roles := func(role string) resource.Fields { return resource.Fields{"roles": []any{role}} }
	removal := plan.Step{Op: plan.Delete, Kind: "invitations", Key: "alan@acme.example", Before: roles("ORG_READ_ONLY")}
	demotion := plan.Step{Op: plan.Update, Kind: "members", Key: "ada@acme.example", Before: roles("ORG_OWNER"), After: roles("ORG_MEMBER")}
	setting := plan.Step{Op: plan.Update, Kind: "settings", Before: resource.Fields{"multiFactorAuthRequired": false}, After: resource.Fields{"multiFactorAuthRequired": true}}
	lost := errors.New("no key")
	for _, row := range []struct {
		reason  string
		account *resource.Account // nil if it must not be used
		steps   []plan.Step
		want    plan.Baseline
		err     error
	}{
		{"a removal", a.account, []plan.Step{removal}, plan.Baseline{Lists: map[string]int{"invitations": 3}}, nil},
		{"a demotion of an owner", a.account, []plan.Step{demotion}, plan.Baseline{Owners: &plan.Owners{Before: 2, After: 1}}, nil},
		{"no removal", nil, []plan.Step{setting}, saved, nil},
		{"the deletion of an organization has no list to count", nil, []plan.Step{plan.DeleteOrganization(resource.Object{ID: acme, Fields: resource.Fields{"name": "Acme"}})}, saved, nil},
		{"the list cannot be read: the saved baseline stays", &resource.Account{Err: lost}, []plan.Step{removal}, saved, lost},
	} {
		orgs, read := []plan.Org{{Name: "Acme-Production", ID: acme, Steps: row.steps, Baseline: saved}}, 0
		errs := planner.Recount(t.Context(), orgs, func(plan.Org) *resource.Account {
			if row.account == nil {
				t.Errorf("%s: the account was used", row.reason)
			}
			return row.account
		}, planner.Options{Parallel: 1, Read: func() { read++ }})
		if diff := cmp.Diff(row.want, orgs[0].Baseline); diff != "" || !errors.Is(errs[0], row.err) || read != 1 {
			t.Errorf("%s: %v, %d read\n%s", row.reason, errs[0], read, diff)
		}
	}
}

// TestRecountLogsIn: only organizations whose lists are counted again need a login.
func TestRecountLogsIn(t *testing.T) {
	var mu sync.Mutex
	var done []string
	removal := plan.Step{Op: plan.Delete, Kind: "members", Key: "kay@acme.example"}
	orgs := []plan.Org{
		{Name: "0", ID: acme, Steps: []plan.Step{removal}},
		{Name: "1", ID: acme, Steps: []plan.Step{{Op: plan.Create, Kind: "members", Key: "kay@acme.example"}}},
		{Name: "2", ID: acme},
	}
	accountOf := func(o plan.Org) *resource.Account {
		return &resource.Account{API: lists{}, Login: func(context.Context) {
			mu.Lock()
			defer mu.Unlock()
			done = append(done, o.Name)
		}}
	}
	for i, err := range planner.Recount(t.Context(), orgs, accountOf, planner.Options{Parallel: 8}) {
		if err != nil {
			t.Errorf("organization %d: %v", i, err)
		}
	}
	if !slices.Equal(done, []string{"0"}) {
		t.Errorf("logged in to %v", done)
	}
}
