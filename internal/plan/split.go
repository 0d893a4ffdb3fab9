package plan

import (
	"maps"

	"atlas-gitops/internal/resource"
)

// changesOwner reports whether an update changes only the roles of a person, and gives or takes ORG_OWNER. The rest of the person's
// update can be another step.
func changesOwner(s Step) bool {
	k := resource.ByName(s.Kind)
	return k != nil && k.IsPeople() && len(s.After) == 1 && (s.Demotes() || promotes(s))
}

// promotes reports whether an update gives the role ORG_OWNER.
func promotes(s Step) bool {
	return s.Op == Update && !resource.IsOwner(s.Before) && resource.IsOwner(s.After)
}

// isSplit reports whether two steps of a person are the parts of one update. One of them changes the owner.
func isSplit(a, b Step) bool {
	if changesOwner(a) {
		a = b
	}
	return a.Op == Update && !resource.HasRoles(a.After)
}

// cut moves the fields that match from an update to a new one.
func cut(s *Step, matches func(field string, value any) bool) Step {
	part, rest := *s, *s
	part.Before, part.After, rest.Before, rest.After = resource.Fields{}, resource.Fields{}, resource.Fields{}, resource.Fields{}
	for field, value := range s.After {
		to := rest
		if matches(field, value) {
			to = part
		}
		to.Before[field], to.After[field] = s.Before[field], value
	}
	*s = rest
	return part
}

// Objects returns one step for each object that the steps change: it joins the two steps of a person. Guards count these, so they
// count the same however an update is split.
func (o Org) Objects() []Step {
	all, at := make([]Step, 0, len(o.Steps)), make(map[subject]int, len(o.Steps))
	for _, s := range o.Steps {
		about := subjectOf(s)
		if i, isSplit := at[about.other()]; isSplit {
			all[i].Before, all[i].After = joined(all[i].Before, s.Before), joined(all[i].After, s.After)
			continue
		}
		at[about] = len(all)
		all = append(all, s)
	}
	return all
}

func joined(a, b resource.Fields) resource.Fields {
	all := resource.Fields{}
	maps.Copy(all, a)
	maps.Copy(all, b)
	return all
}
