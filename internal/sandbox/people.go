package sandbox

import (
	"net/http"
	"slices"
	"time"
)

const (
	invitationLife = 30 * 24 * time.Hour // [seen invitation-life]
	maxUsers       = 500                 // active and pending users of an organization [doc limits]
)

// people reads and changes the users of one organization, for one caller at one time.
type people struct {
	org    *Org
	now    time.Time
	caller string // the public key or client id
	draft  *draft // nil for a read
}

// invite adds a pending user with the roles, teams and projects in g.
func (p people) invite(username string, g grant) (*User, error) {
	u := &User{Username: lower(username)}
	if err := p.give(u, g); err != nil {
		return nil, err
	}
	if err := p.makeRoom(u.Username); err != nil {
		return nil, err
	}
	u.Status = pending
	u.Invitation = &Invitation{p.draft.newID(), second(p.now), second(p.now).Add(invitationLife), p.caller}
	u.ID = p.draft.newID()
	p.org.Users = append(p.org.Users, u)
	return u, nil
}

// letIn makes an invited person of a federated domain a member at once [doc invitations].
func (p people) letIn(u *User) {
	if p.org.federates(u.Username) {
		u.join(p.now)
	}
}

// makeRoom removes the old record of username, which a new one replaces. It is an error if the organization has too
// many users.
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

// replaceable reports whether the person of u may be added again. That is so if the invitation expired or was rejected
// [api createOrgUser], or if it is pending and the domain is federated now [doc invitations]. Assumed: the user gets a
// new id then.
func (p people) replaceable(u *User) bool {
	status := u.status(p.now)
	return status != active && (status != pending || p.org.federates(u.Username))
}

// invited returns the user of a pending invitation, or nil.
func (p people) invited(invitationID string) *User {
	return find(p.org.Users, func(u *User) bool { return u.status(p.now) == pending && u.Invitation.ID == invitationID })
}

// withID returns the user with that id if the user has one of statuses. People who were invited to a project are not
// users of the organization [api getOrgUser].
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

// grant holds the roles, teams and projects in a request. A nil field does not change the user; an empty one removes
// all.
type grant struct {
	roles    []string // roles in the organization
	projects []GroupRoles
	teams    []string
}

// give changes u as g says. It checks all project roles, but only new teams.
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

// giveRoles replaces u's organization roles. It refuses to remove the last owner, and to leave a user without a role
// [doc error-codes]. The words of the second error are assumed.
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

// lastOwner reports whether u is the only active owner. A pending owner does not count.
func (o *Org) lastOwner(u *User) bool {
	return u.Owns() && !slices.ContainsFunc(o.Users, func(other *User) bool { return other != u && other.Owns() })
}

// user returns the organization's record of a person, or nil.
func (o *Org) user(username string) *User {
	return find(o.Users, func(u *User) bool { return u.Username == username })
}
