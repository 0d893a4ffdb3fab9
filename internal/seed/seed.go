// Package seed makes the fleet of a sandbox from a tree, so that people can rehearse a change on their own organizations.
package seed

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"atlas-gitops/internal/natural"
	"atlas-gitops/internal/plain"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/sandbox"
	"atlas-gitops/internal/spec"
	"atlas-gitops/internal/suggest"
)

// Fleet returns a fleet that is as the tree describes it, so that a plan over the tree only creates and deletes organizations. It has
// what the tree leaves out only where an organization could not exist otherwise: an owner, and the organization that pays for a
// creation. now is the date of everything in it.
func Fleet(orgs []*spec.Org, now time.Time) (*sandbox.Fleet, error) {
	if err := checkCredentials(orgs); err != nil {
		return nil, err
	}
	s := &seeding{now: now, fleet: &sandbox.Fleet{}, byCredential: map[string]*seededOrg{}, ids: map[string]string{}}
	for _, o := range orgs {
		if !o.IsNew() {
			s.addOrg(o)
		}
	}
	for _, o := range orgs {
		if o.IsNew() {
			s.addPayer(o)
		}
	}
	for _, o := range s.fleet.Orgs {
		if !slices.ContainsFunc(o.Users, (*sandbox.User).Owns) {
			s.addOwner(o, nil)
		}
		s.setIDs(o)
	}
	return s.fleet, nil
}

// checkCredentials returns an error for each credential of several organizations: in Atlas, it would belong to only one of them
// [doc api-authentication].
func checkCredentials(orgs []*spec.Org) error {
	users := map[string][]string{}
	for _, o := range orgs {
		if !o.IsNew() {
			users[o.Credentials] = append(users[o.Credentials], o.Name)
		}
	}
	var wrong []error
	for _, credential := range slices.SortedFunc(maps.Keys(users), natural.Compare) {
		names, which := users[credential], "the unnamed credential"
		if credential != "" {
			which = "credentials: " + credential
		}
		if len(names) > 1 {
			wrong = append(wrong, fmt.Errorf("--seed: %d organizations use %s, but a credential belongs to only one organization: %s; "+
				"give each its own credentials in the tree, or seed the file of only one", len(names), which, suggest.JoinSome(names)))
		}
	}
	return errors.Join(wrong...)
}

// seeding makes a fleet.
type seeding struct {
	now          time.Time
	fleet        *sandbox.Fleet
	byCredential map[string]*seededOrg
	ids          map[string]string // of the users in create.ownerId, by username
}

// seededOrg is an organization of the fleet.
type seededOrg struct {
	*sandbox.Org
	credential string
	now        time.Time
	isFull     bool // the tree lists all members
}

// seeders returns what adds the objects of each kind to an organization of the fleet. A new kind needs a line here.
func seeders() map[string]func(*seededOrg, []resource.Object) {
	return map[string]func(*seededOrg, []resource.Object){
		resource.Organization.Name: (*seededOrg).addSelf,
		resource.Settings.Name:     (*seededOrg).addSettings,
		resource.Invitations.Name:  (*seededOrg).addInvitations,
		resource.Members.Name:      (*seededOrg).addMembers,
	}
}

// addOrg adds an organization that exists. One that the tree deletes has nothing else than its name: what it inherits from defaults is
// meant for the others, and a project would prevent the deletion.
func (s *seeding) addOrg(o *spec.Org) {
	id := o.ID
	if id == "" {
		id = sandbox.MadeUpID("organization", o.Name, o.Credentials)
	}
	seeded := s.newOrg(id, o.Name, o.Credentials)
	if o.Delete {
		return
	}
	for _, k := range resource.Kinds {
		if objects, managed := o.Want[k.Name]; managed {
			seeders()[k.Name](seeded, objects)
		}
	}
	seeded.isFull = o.Want[resource.Members.Name] != nil && !o.Additive[resource.Members.Name]
}

func (s *seeding) newOrg(id, name, credential string) *seededOrg {
	o := &seededOrg{Org: &sandbox.Org{ID: id, Name: name}, credential: credential, now: s.now}
	s.fleet.Orgs = append(s.fleet.Orgs, o.Org)
	s.fleet.AddCredential(credential, id)
	s.byCredential[credential] = o
	return o
}

func (o *seededOrg) addSelf(objects []resource.Object) {
	o.SkipDefaultAlertsSettings = objects[0].Fields["skipDefaultAlertsSettings"] == true
}

// addSettings leaves out what is null: it is unset.
func (o *seededOrg) addSettings(objects []resource.Object) {
	o.Settings = plain.Canonical(objects[0].Fields).(resource.Fields)
	maps.DeleteFunc(o.Settings, func(_ string, v any) bool { return plain.Equal(v, nil) })
}

func (o *seededOrg) addMembers(objects []resource.Object) {
	for _, person := range objects {
		o.addPerson(sandbox.NewMember(person.Key, texts(person.Fields["roles"]), o.now), person)
	}
}

// addInvitations adds a person whose name is not an e-mail address as a member: Atlas can invite only e-mail addresses
// [api createOrgUser], so this invitation was accepted.
func (o *seededOrg) addInvitations(objects []resource.Object) {
	for _, person := range objects {
		roles := texts(person.Fields["roles"])
		u := sandbox.NewInvitee(person.Key, roles, o.ID, o.credential, o.now)
		if !resource.IsAddress(person.Key) {
			u = sandbox.NewMember(person.Key, roles, o.now)
		}
		o.addPerson(u, person)
	}
}

func (o *seededOrg) addPerson(u *sandbox.User, person resource.Object) {
	for _, name := range texts(person.Fields["teams"]) {
		u.TeamIDs = append(u.TeamIDs, o.team(name))
	}
	projects, _ := person.Fields["projects"].(resource.Fields)
	for _, name := range slices.Sorted(maps.Keys(projects)) {
		u.GroupRoles = append(u.GroupRoles, sandbox.GroupRoles{GroupID: o.project(name), Roles: texts(projects[name])})
	}
	o.Users = append(o.Users, u)
}

// team returns the id of the team that a reference means. It adds the team if it is new.
func (o *seededOrg) team(ref string) string {
	id := o.referredID("team", ref)
	if !slices.ContainsFunc(o.Teams, func(t *sandbox.Team) bool { return t.ID == id }) {
		o.Teams = append(o.Teams, &sandbox.Team{ID: id, Name: ref})
	}
	return id
}

// project is team for projects.
func (o *seededOrg) project(ref string) string {
	id := o.referredID("project", ref)
	if !slices.ContainsFunc(o.Projects, func(p *sandbox.Project) bool { return p.ID == id }) {
		o.Projects = append(o.Projects, &sandbox.Project{ID: id, Name: ref, CreatedAt: o.now})
	}
	return id
}

// referredID returns the id of a team or a project. If the tree has only the id, that is also the name: no other name can clash with it.
func (o *seededOrg) referredID(noun, ref string) string {
	if resource.IsID(ref) {
		return ref
	}
	return sandbox.MadeUpID(noun, o.ID, ref)
}

// texts returns the texts of a list in the tree.
func texts(list any) []string {
	items, _ := list.([]any)
	all := make([]string, len(items))
	for i, item := range items {
		all[i] = fmt.Sprint(item)
	}
	return all
}
