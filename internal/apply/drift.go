package apply

import (
	"context"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// markDrift marks the steps that the base would make now, too: no change of the tree is what makes them needed.
func (t Target) markDrift(ctx context.Context, s *resource.Session, org *plan.Org, live resource.State) {
	if t.Base == nil || t.Base.Delete || org.Creates() && !t.Base.isNew() {
		return
	}
	base := plan.Org{}
	if org.Creates() {
		base.Steps = []plan.Step{t.Base.creation()}
	}
	_ = t.Base.compare(&base, live, resource.ResolveKnown(ctx, s, org.ID, live, t.Base.Want)) // what contradicts itself is no drift
	org.MarkDrift(base.Steps)
}
