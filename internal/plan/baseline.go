package plan

import "atlas-gitops/internal/resource"

// Baseline is what guards need to know about an organization before the steps.
type Baseline struct {
	Lists  map[string]int `json:"lists,omitzero"`  // the number of objects of each kind that has removals
	Owners *Owners        `json:"owners,omitzero"` // nil if the steps take no owner
}

// Owners counts the active people with the role ORG_OWNER.
type Owners struct {
	Before int `json:"now"`
	After  int `json:"then"` // after all steps
}

// BaselineOf returns the baseline of a live state. If a part of the steps is done, the result is the same as before them: it counts
// objects that they have removed, and does not count objects that they have created.
func BaselineOf(live resource.State, steps []Step) (b Baseline) {
	var lives resource.Index
	for _, s := range steps {
		if s.Op != Delete {
			continue
		}
		if b.Lists == nil {
			b.Lists, lives = map[string]int{}, live.Index()
		}
		if _, counted := b.Lists[s.Kind]; !counted {
			b.Lists[s.Kind] = countIn(live[s.Kind], s.Kind, steps)
		}
		b.Lists[s.Kind] += one(lives.Find(s.Kind, s.Key) == nil)
	}
	b.Owners = ownersOf(live, steps)
	return b
}

// ownersOf counts the active owners; nil if the steps take none of them.
func ownersOf(live resource.State, steps []Step) *Owners {
	owners, lost, roles := Owners{}, false, rolesAfter(steps)
	for _, k := range resource.Kinds {
		for _, o := range live[k.Name] {
			if !isActivePerson(k, o) {
				continue
			}
			is := resource.IsOwner(o.Fields)
			will, changes := roles[person{k.Name, o.Key}]
			if !changes {
				will = is
			}
			owners.Before += one(is)
			owners.After += one(will)
			lost = lost || is && !will
		}
	}
	if !lost {
		return nil
	}
	return &owners
}

type person struct{ kind, key string }

// isActivePerson reports whether a live object is an active person. Only an active person counts as an owner.
func isActivePerson(k *resource.Kind, live resource.Object) bool {
	return k.IsPeople() && k.PresenceOf(live) == resource.Active
}

// rolesAfter returns, for each person whose roles the steps change, whether that person is an owner afterwards.
func rolesAfter(steps []Step) map[person]bool {
	owners := map[person]bool{}
	for _, s := range steps {
		if resource.HasRoles(s.After) || s.Op == Delete {
			owners[person{s.Kind, s.Key}] = resource.IsOwner(s.After)
		}
	}
	return owners
}

// countIn counts the objects that the kind can change and that the steps did not create.
func countIn(objects []resource.Object, kind string, steps []Step) (n int) {
	made := map[string]bool{}
	for _, s := range steps {
		made[s.Key] = made[s.Key] || s.Kind == kind && s.Op == Create
	}
	k := resource.ByName(kind)
	for _, o := range objects {
		n += one(k.PresenceOf(o).CanChange() && !made[o.Key])
	}
	return n
}
