package plan

import (
	"cmp"
	"slices"

	"atlas-gitops/internal/resource"
)

// Diff returns the steps from live to want, in the order in which they have to be done: additions and changes kind
// by kind, then removals with the kinds in reverse, then the changes that must come last.
// A kind that is missing on either side is unmanaged or unknown, and left alone.
func Diff(kinds []*resource.Kind, live, want resource.State) []Step {
	var writes, deletes, late []Step
	for _, k := range kinds {
		_, managed := want[k.Name]
		_, known := live[k.Name]
		if !managed || !known {
			continue
		}
		w, l := writesOf(k, live, want[k.Name])
		writes, late = append(writes, w...), append(late, l...)
		deletes = append(deletesOf(k, live[k.Name], want), deletes...)
	}
	return slices.Concat(writes, deletes, late)
}

// writesOf returns creations before updates, each by key.
func writesOf(k *resource.Kind, live resource.State, want []resource.Object) (writes, late []Step) {
	var updates []Step
	for _, w := range byKey(want) {
		have := live.Find(k.Name, w.Key)
		switch {
		case have == nil:
			writes = append(writes, create(k, w))
		case !have.Settled:
			now, later := updatesOf(k, *have, w)
			updates, late = append(updates, now...), append(late, later...)
		}
	}
	return append(writes, updates...), late
}

// create leaves out what is wanted to be nothing: an object that is new has nothing yet.
func create(k *resource.Kind, want resource.Object) Step {
	_, after := k.Changes(nil, want.Fields)
	if after == nil {
		after = resource.Fields{}
	}
	return Step{Op: Create, Kind: k.Name, Key: want.Key, After: after}
}

func updatesOf(k *resource.Kind, have, want resource.Object) (now, late []Step) {
	before, after := k.Changes(have.Fields, want.Fields)
	update := func(late bool) []Step {
		step := Step{Op: Update, Kind: k.Name, Key: have.Key, ID: have.ID,
			Before: resource.Fields{}, After: resource.Fields{}}
		for field, value := range after {
			if late == (k.Late != nil && k.Late(field, value)) {
				step.Before[field], step.After[field] = before[field], value
			}
		}
		if len(step.After) == 0 {
			return nil
		}
		return []Step{step}
	}
	return update(false), update(true)
}

// deletesOf returns the removal of what is live and not wanted, by key. What a kind has just one of cannot go, and
// what is settled is not the kind's to remove.
func deletesOf(k *resource.Kind, live []resource.Object, want resource.State) (deletes []Step) {
	if k.Key == "" {
		return nil
	}
	for _, have := range byKey(live) {
		if have.Settled || want.Find(k.Name, have.Key) != nil {
			continue
		}
		before, _ := resource.Canonical(have.Fields).(resource.Fields)
		deletes = append(deletes, Step{Op: Delete, Kind: k.Name, Key: have.Key, ID: have.ID, Before: before})
	}
	return deletes
}

func byKey(objects []resource.Object) []resource.Object {
	return slices.SortedFunc(slices.Values(objects), func(a, b resource.Object) int { return cmp.Compare(a.Key, b.Key) })
}
