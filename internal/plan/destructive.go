package plan

import (
	"fmt"

	"atlas-gitops/internal/resource"
)

// IsDestructive reports whether the step removes an object, takes the role ORG_OWNER, or takes roles, teams or projects without giving
// any. Guards count such steps, but they judge the two steps of a person together: see [Org.Objects].
func (s Step) IsDestructive() bool { return s.Op == Delete || s.Demotes() || reduces(s) }

// Demotes reports whether an update takes the role ORG_OWNER from a person, who may not have joined yet.
func (s Step) Demotes() bool {
	return s.Op == Update && resource.HasRoles(s.After) && resource.IsOwner(s.Before) && !resource.IsOwner(s.After)
}

// TakesOwner reports whether the step may take an active owner from an organization. A removal of another person never does: if the person
// became an owner after the plan was made, the step is a [Conflict].
func (s Step) TakesOwner() bool {
	k := resource.ByName(s.Kind)
	isOwner := resource.IsOwner(s.Before) || !resource.HasRoles(s.Before)
	return k != nil && k.IsPeople() && (s.Op == Delete && isOwner || s.Demotes())
}

// RemovesPerson reports whether the step removes a person or an invitation from an organization.
func RemovesPerson(s Step) bool {
	k := resource.ByName(s.Kind)
	return k != nil && k.IsPeople() && s.Op == Delete
}

// GrantsOwner reports whether the step gives the role ORG_OWNER to a person, who may not have joined yet.
func GrantsOwner(s Step) bool {
	k := resource.ByName(s.Kind)
	return k != nil && k.IsPeople() && !resource.IsOwner(s.Before) && resource.IsOwner(s.After)
}

// TakesLastOwner reports whether the step would leave the live people without an active owner. Atlas rejects that with
// CANNOT_DEMOTE_LAST_ORG_OWNER or CANNOT_DELETE_LAST_OWNER [doc error-codes].
func (s Step) TakesLastOwner(live []resource.Object) bool {
	taken, left, k := false, 0, resource.ByName(s.Kind)
	for _, o := range live {
		is := isActivePerson(k, o) && resource.IsOwner(o.Fields)
		taken = taken || is && o.Key == s.Key && s.TakesOwner()
		left += one(is && o.Key != s.Key)
	}
	return taken && left == 0
}

// reduces reports whether an update removes entries from lists and maps (roles, teams, projects) and adds none.
func reduces(s Step) bool {
	k := resource.ByName(s.Kind)
	if s.Op != Update || k == nil || k.Key == "" {
		return false
	}
	before, after := grants(s.Before), grants(s.After)
	return !holdsAll(after, before) && holdsAll(before, after)
}

func holdsAll(grants, some map[string]bool) bool {
	for grant := range some {
		if !grants[grant] {
			return false
		}
	}
	return true
}

// grants returns each entry of the lists and maps of an object as a text: roles "ORG_MEMBER", projects "Checkout" "GROUP_OWNER".
func grants(fields resource.Fields) map[string]bool {
	all := map[string]bool{}
	addGrants(all, "", fields)
	return all
}

func addGrants(all map[string]bool, path string, value any) {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			all[fmt.Sprintf("%s %q", path, fmt.Sprint(item))] = true
		}
	case resource.Fields:
		for key, part := range value {
			addGrants(all, fmt.Sprintf("%s %q", path, key), part)
		}
	}
}
