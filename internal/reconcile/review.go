package reconcile

import (
	"slices"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// review returns what the change from the base tree to the selected organizations means: about the tree as a whole, and then about each
// organization of the plan, as orgs describe it. Without a base it is nil.
func (b *Base) review(s Selection, planned []plan.Org, orgs map[resource.OrgRef]*spec.Org) []plan.ReviewItem {
	if b == nil {
		return nil
	}
	items := slices.Concat(b.leaving(s), b.newDomains(s))
	for _, org := range planned {
		items = append(items, b.acceptances(org, orgs[org.Ref().Key()])...)
		items = append(items, org.Review...)
	}
	return items
}

// leaving returns the organizations of the base that are no longer in the tree, if the whole tree is selected.
func (b *Base) leaving(s Selection) (items []plan.ReviewItem) {
	if !s.IsWhole {
		return nil
	}
	for _, was := range b.gone {
		at, _ := was.Place(resource.Organization.Name, "")
		source := SourceOf(at)
		items = append(items, plan.ReviewItem{About: plan.Leaves, Organization: was.Name, ID: was.ID, Source: &source})
	}
	return items
}

// acceptances returns the acceptances of an organization that are new, or that are gone. A new one has its place in the tree, the other
// one its place in the base tree.
func (b *Base) acceptances(org plan.Org, o *spec.Org) (items []plan.ReviewItem) {
	var was []spec.Acceptance
	if base := b.org(o.OrgRef); base != nil {
		was = base.Acceptances()
	}
	add := func(all, others []spec.Acceptance, set func(*plan.ReviewItem, any)) {
		for _, a := range all {
			if slices.ContainsFunc(others, func(other spec.Acceptance) bool { return other.Digest == a.Digest }) {
				continue
			}
			source := SourceOf(a.Place)
			item := plan.ReviewItem{About: plan.Accepted, Organization: org.Name, ID: org.ID, Kind: resource.Organization.Name, Source: &source}
			set(&item, resource.Fields{"digest": a.Digest, "reason": a.Reason})
			items = append(items, item)
		}
	}
	add(o.Acceptances(), was, func(i *plan.ReviewItem, value any) { i.After = value })
	add(was, o.Acceptances(), func(i *plan.ReviewItem, value any) { i.Before = value })
	return items
}

// newDomains returns the e-mail domains of people that the base does not have.
func (b *Base) newDomains(s Selection) []plan.ReviewItem {
	items, orgs := plan.NewDomains(desired(b.orgs), desired(s.Orgs))
	for i, org := range orgs {
		items[i].Source = reviewSource(nil, s.Orgs[org], items[i])
	}
	return items
}

func desired(orgs []*spec.Org) []resource.Desired {
	all := make([]resource.Desired, len(orgs))
	for i, o := range orgs {
		all[i] = o.Desired
	}
	return all
}

// AddReviewSources adds to each item about the organization its name, its id, and the place in the tree, or the nearest one. base is the
// organization in the base tree, or nil.
func AddReviewSources(base, o *spec.Org, org *plan.Org) {
	for i := range org.Review {
		item := &org.Review[i]
		item.Organization, item.ID, item.Source = org.Name, org.ID, reviewSource(base, o, *item)
	}
}

func reviewSource(base, o *spec.Org, i plan.ReviewItem) *plan.Source {
	at, _ := nearest(o, i.Kind, i.Key, i.Path()...)
	if i.About == plan.NotManaged && i.After == plan.InPart {
		at, _ = nearest(o, resource.Organization.Name, "", "manage", i.Kind)
	}
	self, _ := o.Place(resource.Organization.Name, "")
	if i.About == plan.NotManaged && base != nil {
		switch was, ok := base.Place(i.Kind, i.Key, i.Path()...); {
		case ok && was.File != self.File:
			at = was // it was in the defaults: the file that changed, for all organizations
		case at.File != self.File:
			at = self // what is left of the section comes from the defaults, which did not change
		}
	}
	source := SourceOf(at)
	return &source
}
