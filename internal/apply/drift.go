package apply

import (
	"context"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// markDrift marks the steps that the base would make now, too: no change of the tree is what makes them needed.
func (t Target) markDrift(ctx context.Context, api resource.API, org *plan.Org, live resource.State) {
	if t.Base == nil || t.Base.Delete || org.Creates() && !t.Base.isNew() {
		return
	}
	base := plan.Org{}
	if org.Creates() {
		base.Steps = []plan.Step{t.Base.creation()}
	}
	t.Base.compare(&base, live, resource.ResolveKnown(ctx, api, org.ID, live, t.Base.Want))
	org.MarkDrift(base.Steps)
}
