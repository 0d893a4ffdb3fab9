package seed

import (
	"cmp"
	"fmt"
	"slices"

	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/sandbox"
	"atlas-gitops/internal/spec"
)

// addPayer makes the organization with the credential in create.from able to create an organization. If the tree has no such
// organization, it adds one.
func (s *seeding) addPayer(o *spec.Org) {
	from := fmt.Sprint(o.Create[resource.Payer])
	payer := s.byCredential[from]
	if payer == nil {
		payer = s.newOrg(sandbox.MadeUpID("payer", from), "Payer "+from, from)
	}
	payer.Paying = true
	if federation, given := o.Create["federationSettingsId"].(string); given {
		payer.FederationID = cmp.Or(payer.FederationID, federation)
	}
	if id, given := o.Create["ownerId"].(string); given {
		s.nameOwner(payer, id, ownersOf(o))
	}
}

// ownersOf returns the usernames of the owners of an organization in the tree.
func ownersOf(o *spec.Org) (names []string) {
	for _, m := range o.Want[resource.Members.Name] {
		if resource.IsOwner(m.Fields) {
			names = append(names, m.Key)
		}
	}
	return names
}

// nameOwner gives the id in create.ownerId to an active user of the payer, because Atlas takes no other user [api createOrg]. The tree
// does not say whose id it is. Probably, it is one of the owners whom the new organization lists, wanted. If the tree lists all members
// of the payer, and they are fewer than the ids, nobody gets the id: the plan says so.
func (s *seeding) nameOwner(payer *seededOrg, id string, wanted []string) {
	if slices.ContainsFunc(payer.Users, func(u *sandbox.User) bool { return u.IsActive() && s.ids[u.Username] == id }) {
		return
	}
	if u := s.candidate(payer, wanted); u != nil {
		s.ids[u.Username] = id
	}
}

// candidate returns an active user of the payer who has no id yet, or nil.
func (s *seeding) candidate(payer *seededOrg, wanted []string) *sandbox.User {
	isWanted := func(u *sandbox.User) bool { return slices.Contains(wanted, u.Username) }
	for _, fits := range []func(*sandbox.User) bool{isWanted, (*sandbox.User).Owns, (*sandbox.User).IsActive} {
		i := slices.IndexFunc(payer.Users, func(u *sandbox.User) bool { return u.IsActive() && s.ids[u.Username] == "" && fits(u) })
		switch {
		case i >= 0:
			return payer.Users[i]
		case !payer.isFull:
			return s.addOwner(payer.Org, wanted)
		}
	}
	return nil
}

// addOwner adds an owner whom the tree does not list: one of the wanted people, or else a made-up one.
func (s *seeding) addOwner(o *sandbox.Org, wanted []string) *sandbox.User {
	isFree := func(name string) bool {
		return s.ids[name] == "" && !slices.ContainsFunc(o.Users, func(u *sandbox.User) bool { return u.Username == name })
	}
	name := "owner@sandbox.example"
	if i := slices.IndexFunc(wanted, isFree); i >= 0 {
		name = wanted[i]
	}
	for n := 2; !isFree(name); n++ {
		name = fmt.Sprintf("owner%d@sandbox.example", n)
	}
	u := sandbox.NewMember(name, []string{"ORG_OWNER"}, s.now)
	o.Users = append(o.Users, u)
	return u
}

// setIDs sets the ids in create.ownerId. A person has the same id in every organization, but no two people of one have the same.
func (s *seeding) setIDs(o *sandbox.Org) {
	taken := map[string]bool{}
	for _, u := range o.Users {
		if id := s.ids[u.Username]; id != "" && u.IsActive() && !taken[id] {
			u.ID, taken[id] = id, true
		}
	}
}
