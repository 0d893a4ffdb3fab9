package planner

import (
	"context"
	"slices"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// Recount updates the baseline of the guards in a saved plan. It reads only the lists with removals. Errors have the indexes of the
// organizations. After an error the organization keeps the saved baseline, and its steps must not be carried out.
func Recount(ctx context.Context, orgs []plan.Org, account func(plan.Org) *resource.Account, o Options) []error {
	var accounts []*resource.Account
	for _, org := range orgs {
		if len(recounted(org)) > 0 {
			accounts = append(accounts, account(org))
		}
	}
	defer LogIn(ctx, o.Parallel, accounts)()
	errs := make([]error, len(orgs))
	InParallel(o.Parallel, len(orgs), func(i int) {
		errs[i] = recount(ctx, &orgs[i], account)
		if o.Read != nil {
			o.Read()
		}
	})
	return errs
}

func recount(ctx context.Context, org *plan.Org, accountOf func(plan.Org) *resource.Account) error {
	live := resource.State{}
	for _, k := range recounted(*org) {
		account := accountOf(*org)
		if account.Err != nil {
			return account.Err
		}
		objects, err := k.Read(ctx, resource.PlanSession(account.API), org.ID, nil)
		if err != nil {
			return err
		}
		live[k.Name] = objects
	}
	if len(live) > 0 {
		org.Baseline = plan.BaselineOf(live, org.Steps)
	}
	return nil
}

// recounted returns the kinds whose lists the guards count again: those with removals. A new organization has no lists yet.
func recounted(org plan.Org) (kinds []*resource.Kind) {
	for _, k := range resource.Kinds {
		isRemoval := func(s plan.Step) bool { return s.Kind == k.Name && s.IsDestructive() }
		if !org.Creates() && k != resource.Organization && slices.ContainsFunc(org.Steps, isRemoval) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}
