package planner

import (
	"context"
	"maps"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// review returns what the change of the organization from the base tree means; nil if there is no base tree. It also reads the sections
// that only the base tree manages, because they stay as they are. If one cannot be read, its items say so, and the plan is still complete.
func (t Target) review(ctx context.Context, found liveOrg) []plan.ReviewItem {
	if !t.HasBase {
		return nil
	}
	head, base, live := t.Desired, t.Base, found.live.State
	head.Want = overlay(head.Want, found.want)
	switch {
	case found.Creates():
		live = nothing()
	case base != nil && found.live.session != nil:
		resolved := *base
		live = overlay(live, resource.ReadKnown(ctx, found.live.session, found.ID, only(base.Want, t.Want)))
		resolved.Want = overlay(base.Want, resource.ResolveKnown(ctx, found.live.session, found.ID, live, base.Want))
		base = &resolved
	}
	return plan.Review(base, head, live)
}

// only returns the kinds of a state that another state does not have.
func only(state, other resource.State) resource.State {
	left := maps.Clone(state)
	maps.DeleteFunc(left, func(kind string, _ []resource.Object) bool { _, has := other[kind]; return has })
	return left
}

// overlay returns a state with the kinds of another state in place of its own.
func overlay(state, other resource.State) resource.State {
	all := maps.Clone(state)
	if all == nil {
		all = resource.State{}
	}
	maps.Copy(all, other)
	return all
}

// nothing returns the state of an organization that does not exist yet.
func nothing() resource.State {
	live := resource.State{}
	for _, k := range resource.Kinds {
		if k.Key == "" {
			live[k.Name] = []resource.Object{{Unknown: true}}
		} else {
			live[k.Name] = []resource.Object{}
		}
	}
	return live
}
