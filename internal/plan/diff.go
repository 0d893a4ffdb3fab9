package plan

import (
	"slices"

	"atlas-gitops/internal/natural"
	"atlas-gitops/internal/resource"
)

// Diff returns the steps from live to want in the order in which apply must carry them out: creations and updates kind by kind, then
// updates that take the role ORG_OWNER, then removals with the kinds in reverse order, then the updates that must come last. A kind
// that is missing from live or want is unknown or unmanaged, and has no steps.
func Diff(kinds []*resource.Kind, live, want resource.State) []Step {
	var writes, demotions, deletes, deferred []Step
	lives, wanted := live.Index(), want.Index()
	for _, k := range kinds {
		_, managed := want[k.Name]
		_, known := live[k.Name]
		if !managed || !known {
			continue
		}
		creates, updates, last := writesOf(k, lives, want[k.Name])
		writes, deferred = append(writes, creates...), append(deferred, last...)
		for _, u := range updates {
			if u.Demotes() {
				demotions = append(demotions, u)
			} else {
				writes = append(writes, u)
			}
		}
		deletes = append(deletesOf(k, live[k.Name], wanted), deletes...)
	}
	return slices.Concat(writes, demotions, deletes, deferred)
}

// writesOf returns creations, updates, and the updates that must come last, each sorted by key. A person who rejected an invitation
// gets another one only if the tree sets reinviteRejected.
func writesOf(k *resource.Kind, live resource.Index, want []resource.Object) (creates, updates, deferred []Step) {
	for _, w := range byKey(want) {
		have := live.Find(k.Name, w.Key)
		if have == nil {
			creates = append(creates, create(k, w))
			continue
		}
		switch presence := k.PresenceOf(*have); {
		case isDeclined(presence, w):
		case presence.IsGone():
			again := create(k, w)
			again.ReinviteReason, again.ExpiredAt = AfterExpiry, have.ExpiredAt
			if presence == resource.Declined {
				again.ReinviteReason = AfterRejection
			}
			creates = append(creates, again)
		case presence.CanChange():
			now, later := updatesOf(k, *have, w)
			updates, deferred = append(updates, now...), append(deferred, later...)
		}
	}
	return creates, updates, deferred
}

// isDeclined reports whether a person rejected an invitation and must not get another one.
func isDeclined(have resource.Presence, want resource.Object) bool {
	return have == resource.Declined && !want.Reinvites()
}

// create leaves out fields whose wanted value is empty or unset, because a new object has no values yet.
func create(k *resource.Kind, want resource.Object) Step {
	_, after := k.Changes(nil, want.Fields)
	if after == nil {
		after = resource.Fields{}
	}
	return Step{Op: Create, Kind: k.Name, Key: want.Key, After: after}
}

func updatesOf(k *resource.Kind, have, want resource.Object) (now, deferred []Step) {
	before, after := k.Changes(have.Fields, want.Fields)
	update := func(deferred bool) []Step {
		step := Step{Op: Update, Kind: k.Name, Key: have.Key, ID: have.ID,
			Before: resource.Fields{}, After: resource.Fields{}}
		for field, value := range after {
			if deferred == k.IsDeferred(field, value) {
				step.Before[field], step.After[field] = before[field], value
			}
		}
		if have.Unknown {
			step.Before = nil
		}
		if len(step.After) == 0 {
			return nil
		}
		return []Step{step}
	}
	return update(false), update(true)
}

// deletesOf returns the removals of live objects that are not wanted, sorted by key. It never removes the single object of a kind
// without keys, an object that is Fixed, or an invitation that expired or was rejected.
func deletesOf(k *resource.Kind, live []resource.Object, want resource.Index) (deletes []Step) {
	if k.Key == "" {
		return nil
	}
	for _, have := range byKey(live) {
		if !k.PresenceOf(have).CanChange() || want.Find(k.Name, have.Key) != nil {
			continue
		}
		before, _ := resource.Canonical(have.Fields).(resource.Fields)
		deletes = append(deletes, Step{Op: Delete, Kind: k.Name, Key: have.Key, ID: have.ID, Before: before})
	}
	return deletes
}

// byKey returns the objects sorted in the natural order of their keys: owner2 before owner10.
func byKey(objects []resource.Object) []resource.Object {
	return slices.SortedFunc(slices.Values(objects), func(a, b resource.Object) int { return natural.Compare(a.Key, b.Key) })
}

// CreateOrganization returns the step that creates an organization. It must be the first step of that organization.
func CreateOrganization(want resource.Fields) Step {
	return create(resource.Organization, resource.Object{Fields: want})
}

// DeleteOrganization returns the step that deletes an organization.
func DeleteOrganization(have resource.Object) Step {
	return Step{Op: Delete, Kind: resource.Organization.Name, ID: have.ID, Before: resource.Fields{"name": have.Fields["name"]}}
}
