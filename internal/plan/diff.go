package plan

import (
	"slices"

	"atlas-gitops/internal/natural"
	"atlas-gitops/internal/plain"
	"atlas-gitops/internal/resource"
)

// Diff returns the steps from live to want in the order in which apply must carry them out: phase by phase. Within a phase, removals
// come first, with the kinds in reverse order, and then creations and updates, kind by kind. A kind that is missing from live or want
// is unknown or unmanaged, and has no steps.
func Diff(kinds []*resource.Kind, live, want resource.State) []Step {
	var writes, deletes []Step
	lives, wanted := live.Index(), want.Index()
	for _, k := range kinds {
		_, managed := want[k.Name]
		_, known := live[k.Name]
		if !managed || !known {
			continue
		}
		writes = append(writes, writesOf(k, lives, want[k.Name])...)
		deletes = append(deletesOf(k, live[k.Name], wanted), deletes...)
	}
	return inPhases(live, lives, append(deletes, writes...))
}

// writesOf returns creations and then updates, each sorted by key. A person who rejected an invitation gets another one only if the
// tree sets reinviteRejected.
func writesOf(k *resource.Kind, live resource.Index, want []resource.Object) []Step {
	var creates, updates []Step
	for _, w := range want {
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
			updates = append(updates, updatesOf(k, *have, w)...)
		}
	}
	return append(byKey(creates), byKey(updates)...)
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

// updatesOf returns the update of an object. Parts of it that have another phase are steps of their own: the roles of a person who
// loses ORG_OWNER, or is active and gets it, and what must come last.
func updatesOf(k *resource.Kind, have, want resource.Object) (steps []Step) {
	rest := Step{Op: Update, Kind: k.Name, Key: have.Key, ID: have.ID, Spelling: have.Spelling}
	rest.Before, rest.After = k.Changes(have.Fields, want.Fields)
	isUrgent := k.IsPeople() && (rest.Demotes() || promotes(rest) && isActivePerson(k, have))
	roles := cut(&rest, func(field string, _ any) bool { return isUrgent && field == "roles" })
	deferred := cut(&rest, k.IsDeferred)
	for _, s := range []Step{roles, rest, deferred} {
		if have.Unknown {
			s.Before = nil
		}
		if len(s.After) > 0 {
			steps = append(steps, s)
		}
	}
	return steps
}

// deletesOf returns the removals of live objects that are not wanted, sorted by key. It never removes the single object of a kind
// without keys, an object that is Fixed, or an invitation that expired or was rejected.
func deletesOf(k *resource.Kind, live []resource.Object, want resource.Index) (deletes []Step) {
	if k.Key == "" {
		return nil
	}
	for _, have := range live {
		if !k.PresenceOf(have).CanChange() || want.Find(k.Name, have.Key) != nil {
			continue
		}
		before, _ := plain.Canonical(have.Fields).(resource.Fields)
		deletes = append(deletes, Step{Op: Delete, Kind: k.Name, Key: have.Key, ID: have.ID, Spelling: have.Spelling, Before: before})
	}
	return byKey(deletes)
}

// byKey sorts steps in the natural order of their keys: owner2 before owner10. It keeps the order of the steps of one object.
func byKey(steps []Step) []Step {
	slices.SortStableFunc(steps, func(a, b Step) int { return natural.Compare(a.Key, b.Key) })
	return steps
}

// objectsByKey returns the objects sorted in the natural order of their keys.
func objectsByKey(objects []resource.Object) []resource.Object {
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
