package sandbox

import (
	"net/http"
	"slices"
	"time"
)

const (
	invitationLife = 30 * 24 * time.Hour // observed
	maxUsers       = 500                 // active and pending ones of an organization (documented)
)

// people are the users of one organization as one caller finds and changes them, at one moment.
type people struct {
	org    *Org
	now    time.Time
	caller string        // the public key or client id
	newID  func() string // of the fleet
}

// invite gives the organization a pending user with what g holds.
func (p people) invite(username string, g grant) (*User, error) {
	u := &User{Username: lower(username)}
	if err := p.give(u, g); err != nil {
		return nil, err
	}
	if err := p.makeRoom(u.Username); err != nil {
		return nil, err
	}
	u.Status = pending
	u.Invitation = &Invitation{p.newID(), second(p.now), second(p.now).Add(invitationLife), p.caller}
	u.ID = p.newID()
	p.org.Users = append(p.org.Users, u)
	return u, nil
}

// letIn has an invited person of a federated domain join at once (documented).
func (p people) letIn(u *User) {
	if p.org.federates(u.Username) {
		u.join(p.now)
	}
}

// makeRoom removes the record of username that a new one replaces and refuses one user too
// many.
func (p people) makeRoom(username string) error {
	if u := p.org.user(username); u != nil {
		if !p.replaceable(u) {
			return refuse(http.StatusConflict, "USER_ALREADY_EXISTS", "A user with username "+username+" already exists.", username)
		}
		p.remove(u)
	}
	count := 0
	for _, u := range p.org.Users {
		if slices.Contains([]string{active, pending}, u.status(p.now)) {
			count++
		}
	}
	if count >= maxUsers {
		return bad("MAX_USERS_PER_ORG_EXCEEDED", "Maximum number of users per org (500) in "+p.org.ID+
			" exceeded while trying to add users.", maxUsers, p.org.ID)
	}
	return nil
}

// replaceable reports whether u's person may be added again: the invitation ended
// (API description), or it is pending and the domain was federated meanwhile (documented;
// that the user's id is a new one is assumed).
func (p people) replaceable(u *User) bool {
	status := u.status(p.now)
	return status != active && (status != pending || p.org.federates(u.Username))
}

// invited is the user of a pending invitation, or nil.
func (p people) invited(invitationID string) *User {
	return find(p.org.Users, func(u *User) bool { return u.status(p.now) == pending && u.Invitation.ID == invitationID })
}

// withID is the user with an id, who must have one of statuses. People who are invited to a
// project do not count as the organization's (API description).
func (p people) withID(id string, statuses ...string) (*User, error) {
	if !hexID.MatchString(id) {
		return nil, refuse(http.StatusNotFound, "INVALID_USER_ID", "An invalid user ID "+id+" was specified.", id)
	}
	u := find(p.org.Users, func(u *User) bool {
		return u.ID == id && !u.toProject() && slices.Contains(statuses, u.status(p.now))
	})
	if u == nil {
		return nil, refuse(http.StatusNotFound, "USER_NOT_IN_ORG", "User "+id+" is not in organization "+p.org.ID+".", id, p.org.ID)
	}
	return u, nil
}

func (p people) remove(u *User) {
	p.org.Users = slices.DeleteFunc(p.org.Users, func(other *User) bool { return other == u })
}

// grant is what a request gives to a person. What is nil is not given, and stays as it is; what is empty is taken away.
type grant struct {
	roles    []string // in the organization
	projects []GroupRoles
	teams    []string
}

// give gives u what g holds. Roles in projects are checked even if they stay; teams that stay are not.
func (p people) give(u *User, g grant) error {
	if g.roles != nil {
		if err := p.giveRoles(u, g.roles); err != nil {
			return err
		}
	}
	if g.projects != nil {
		u.GroupRoles = g.projects
	}
	if g.teams != nil {
		u.TeamIDs = g.teams
		if err := p.checkTeams(u); err != nil {
			return err
		}
	}
	return p.checkProjects(u)
}

// giveRoles replaces u's roles in the organization, which must not lose its last owner. Nobody is left without a role
// (documented, but for the words).
func (p people) giveRoles(u *User, roles []string) error {
	if p.org.lastOwner(u) && !slices.Contains(roles, orgOwner) {
		return refuse(http.StatusForbidden, "CANNOT_DEMOTE_LAST_ORG_OWNER", "Cannot demote the last owner of the organization.")
	}
	if len(roles) == 0 {
		return refuse(http.StatusForbidden, "CANNOT_REMOVE_ALL_USER_ROLES", "You cannot remove all roles a user has.")
	}
	u.OrgRoles = roles
	return nil
}

// lastOwner reports whether u is an owner and nobody else is. People who are only invited own
// nothing yet.
func (o *Org) lastOwner(u *User) bool {
	return u.owns() && !slices.ContainsFunc(o.Users, func(other *User) bool { return other != u && other.owns() })
}

// user is the one record that the organization has of a person, or nil.
func (o *Org) user(username string) *User {
	return find(o.Users, func(u *User) bool { return u.Username == username })
}
