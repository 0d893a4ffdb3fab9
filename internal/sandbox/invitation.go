package sandbox

import (
	"slices"
	"strings"
	"time"
)

const (
	invitationLife = 30 * 24 * time.Hour // observed
	maxUsers       = 500                 // active and pending ones of an organization (documented)
)

// Invitation is what makes a user pending. Its id is not the user's, which is the next one
// (observed).
type Invitation struct {
	ID              string    `json:"id"`
	CreatedAt       time.Time `json:"createdAt"`
	ExpiresAt       time.Time `json:"expiresAt"`
	InviterUsername string    `json:"inviterUsername"` // the public key or client id that invited (observed)
}

// grantAttributes are the fields that say what an invited person will get.
func grantAttributes(roles use) []attribute {
	return []attribute{
		{"roles", roles, set(1, orgRole)},
		{"teamIds", optional, set(0, anyString)},
		{"groupRoleAssignments", optional, list(0, object([]attribute{
			{"groupId", required, anyString},
			{"roles", required, set(1, anyString)},
		}))},
		{"id", readOnly, nil},
		{"createdAt", readOnly, nil},
		{"expiresAt", readOnly, nil},
		{"inviterUsername", readOnly, nil},
		{"orgId", readOnly, nil},
		{"links", readOnly, nil},
	}
}

func invitedUsername(path string, v any) error {
	if err := anyString(path, v); err != nil {
		return err
	}
	if !emailAddress.MatchString(str(v)) {
		return bad("INVALID_EMAIL_ADDRESS", "An invalid email address was specified.")
	}
	return nil
}

// listInvitations is a bare list, without pages (observed).
func listInvitations(c *call) (any, error) {
	all := []fields{}
	for _, u := range c.org.Users {
		if u.status(c.now) == pending && c.selects(u) {
			all = append(all, u.reordered().invitation(c.org))
		}
	}
	return all, nil
}

// getInvitation answers with a 404 where there is none (observed by Terraform's provider; the code is assumed).
func getInvitation(c *call) (any, error) {
	u := c.invited()
	if u == nil {
		return nil, noResource(c.r)
	}
	return u.invitation(c.org), nil
}

// createInvitation invites one person. Who is a member or has a pending invitation is a
// conflict (assumed from the newer API); an invitation that ended is replaced. For somebody
// of a federated domain the answer is that of an invitation, which is accepted at once, so
// nobody finds it afterwards (assumed).
func createInvitation(c *call) (any, error) {
	err := conform(c.body, append(grantAttributes(required), attribute{"username", required, invitedUsername}))
	if err != nil {
		return nil, err
	}
	u := &User{Username: lower(str(c.body["username"]))}
	if err := c.assign(u); err != nil {
		return nil, err
	}
	if err := c.invite(u); err != nil {
		return nil, err
	}
	answer := u.invitation(c.org)
	c.letIn(u)
	return answer, nil
}

// invite gives the organization u as a pending user. It counts for the throttle whoever u is.
func (c *call) invite(u *User) error {
	if err := c.makeRoom(u.Username); err != nil {
		return err
	}
	u.Status = pending
	u.Invitation = &Invitation{c.fleet.newID(), second(c.now), second(c.now).Add(invitationLife), c.actor}
	u.ID = c.fleet.newID()
	c.org.Users = append(c.org.Users, u)
	return nil
}

// letIn has an invited person of a federated domain join at once (documented).
func (c *call) letIn(u *User) {
	if c.org.federates(u.Username) {
		u.join(c.now)
	}
}

// makeRoom removes the record of username that a new one replaces and refuses one user too
// many.
func (c *call) makeRoom(username string) error {
	if u := c.org.user(username); u != nil && !c.replaceable(u) {
		return refuse(409, "USER_ALREADY_EXISTS", "A user with username "+username+" already exists.", username)
	}
	c.org.Users = slices.DeleteFunc(c.org.Users, func(u *User) bool { return u.Username == username })
	count := 0
	for _, u := range c.org.Users {
		if slices.Contains([]string{active, pending}, u.status(c.now)) {
			count++
		}
	}
	if count >= maxUsers {
		return bad("MAX_USERS_PER_ORG_EXCEEDED", "Maximum number of users per org (500) in "+c.org.ID+
			" exceeded while trying to add users.", maxUsers, c.org.ID)
	}
	return nil
}

// replaceable reports whether adding u's person again is no conflict: the invitation ended
// (API description), or it is pending and the domain was federated meanwhile (documented;
// that the user's id is a new one is assumed).
func (c *call) replaceable(u *User) bool {
	status := u.status(c.now)
	return status != active && (status != pending || c.org.federates(u.Username))
}

// updateInvitationByUsername finds the invitation by the username in the body.
func updateInvitationByUsername(c *call) (any, error) {
	err := conform(c.body, append(grantAttributes(optional), attribute{"username", required, invitedUsername}))
	if err != nil {
		return nil, err
	}
	username := lower(str(c.body["username"]))
	u := c.org.user(username)
	if u == nil || u.status(c.now) != pending {
		return nil, refuse(404, "USERNAME_NOT_FOUND", "No user with username "+username+" exists.", username)
	}
	if err := c.assign(u); err != nil {
		return nil, err
	}
	return u.invitation(c.org), nil
}

func updateInvitation(c *call) (any, error) {
	if err := conform(c.body, grantAttributes(optional)); err != nil {
		return nil, err
	}
	u := c.invited()
	if u == nil {
		return nil, noInvitation()
	}
	if err := c.assign(u); err != nil {
		return nil, err
	}
	return u.invitation(c.org), nil
}

func deleteInvitation(c *call) (any, error) {
	u := c.invited()
	if u == nil {
		return nil, noInvitation()
	}
	if u.toProject() {
		return nil, bad("CANNOT_DELETE_GROUP_INVITATION", "You can't use the /orgs/{ORG-ID}/invites/{INVITATION-ID} endpoint to delete an invitation to a group. "+
			"Use /groups/{GROUP-ID}/invites/{INVITATION-ID} instead.")
	}
	c.org.Users = slices.DeleteFunc(c.org.Users, func(other *User) bool { return other == u })
	return nil, nil
}

// noInvitation is documented for deleting; that changing is refused alike is assumed.
func noInvitation() *failure {
	return bad("INVALID_INVITATION_ID", "The invitation you tried to delete does not exist or has already been accepted.")
}

// invited is the user of the pending invitation in the path, or nil.
func (c *call) invited() *User {
	id := c.r.PathValue("invitationId")
	return find(c.org.Users, func(u *User) bool { return u.status(c.now) == pending && u.Invitation.ID == id })
}

// assign gives u what the body says. A list that is there replaces, one that is not stays.
func (c *call) assign(u *User) error {
	if v, given := c.body["roles"]; given {
		u.OrgRoles = strs(v)
	}
	if v, given := c.body["teamIds"]; given {
		u.TeamIDs = strs(v)
	}
	if v, given := c.body["groupRoleAssignments"]; given {
		u.GroupRoles = mergedRoles(v, "roles")
	}
	return c.checkPlaces(u)
}

// checkPlaces refuses teams and projects that the organization has not. Teams that were not given are not looked at.
func (c *call) checkPlaces(u *User) error {
	if _, given := c.body["teamIds"]; given {
		if err := c.org.checkTeams(u); err != nil {
			return err
		}
	}
	for _, g := range u.GroupRoles {
		if c.org.project(g.GroupID) == nil {
			return refuse(404, "GROUP_NOT_FOUND", "No group with ID "+g.GroupID+" exists.", g.GroupID)
		}
		if err := g.check(); err != nil {
			return err
		}
	}
	return nil
}

// check takes every GROUP_ name for a role: the API description lists none.
func (g *GroupRoles) check() error {
	for _, r := range g.Roles {
		if !strings.HasPrefix(r, "GROUP_") {
			return bad("INVALID_ROLE_FOR_GROUP", "Role "+r+" is invalid for group "+g.GroupID+".", r, g.GroupID)
		}
	}
	return nil
}

// mergedRoles are checked assignments, those of the same project joined. The field that
// holds the roles has another name in the newer API.
func mergedRoles(v any, name string) []GroupRoles {
	var all []GroupRoles
	elements, _ := v.([]any)
	for _, e := range elements {
		given, _ := e.(fields)
		id, roles := str(given["groupId"]), strs(given[name])
		i := slices.IndexFunc(all, func(g GroupRoles) bool { return g.GroupID == id })
		if i < 0 {
			i, all = len(all), append(all, GroupRoles{GroupID: id})
		}
		for _, r := range roles {
			if !slices.Contains(all[i].Roles, r) {
				all[i].Roles = append(all[i].Roles, r)
			}
		}
	}
	return all
}

// invitation is the pending user as /invites shows it: every list is there, projects have
// one entry for each role, there are no links (observed).
func (u *User) invitation(org *Org) fields {
	groups := []fields{}
	for _, g := range u.GroupRoles {
		for _, r := range g.Roles {
			groups = append(groups, fields{"groupId": g.GroupID, "groupRole": r})
		}
	}
	return fields{
		"createdAt": u.Invitation.CreatedAt, "expiresAt": u.Invitation.ExpiresAt,
		"groupRoleAssignments": groups,
		"id":                   u.Invitation.ID, "inviterUsername": u.Invitation.InviterUsername,
		"orgId": org.ID, "orgName": org.Name,
		"roles": present(u.OrgRoles), "teamIds": present(u.TeamIDs), "username": u.Username,
	}
}
