package sandbox

import (
	"time"
)

// Invitations: the older API, which shows only pending invitations.

func invitationOperations() []operation {
	const (
		path = org2 + "/invites"
		one  = path + "/{invitationId}"
	)
	invites := organizations.inviting(Behavior.throttlesInvitations)
	return []operation{
		{"GET", path, versions{date2023}, date2023, owner, organizations, 200, []parameter{{name: "username"}}, listInvitations},
		{"POST", path, versions{date2023}, date2023, owner, invites, 200, nil, createInvitation},
		{"PATCH", path, versions{date2023}, date2023, owner, organizations, 200, nil, updateInvitationByUsername},
		{"GET", one, versions{date2023}, date2023, owner, organizations, 200, nil, getInvitation},
		{"PATCH", one, versions{date2023}, date2023, owner, organizations, 200, nil, updateInvitation},
		{"DELETE", one, versions{date2023}, date2023, owner, organizations, 204, nil, deleteInvitation},
	}
}

// Invitation makes a user pending. Its id is not the id of the user; the user's id is the next one
// [seen invitation-id].
type Invitation struct {
	ID              string    `json:"id"`
	CreatedAt       time.Time `json:"createdAt"`
	ExpiresAt       time.Time `json:"expiresAt"`
	InviterUsername string    `json:"inviterUsername"` // the public key or client id that invited [seen inviter-is-key]
}

// invitationAttributes returns the fields for the roles, teams and projects of an invitation, and more.
func invitationAttributes(roles use, more ...attribute) []attribute {
	own := []attribute{
		{"roles", roles, set(1, orgRole())},
		{"teamIds", optional, set(0, anyString())},
		{"groupRoleAssignments", optional, assignments("roles")},
	}
	return append(append(own, more...), readOnlyAttributes("id", "createdAt", "expiresAt", "inviterUsername", "orgId", "links")...)
}

// withUsername is the field for the address of the invited person.
func withUsername() attribute { return attribute{"username", required, invitedUsername()} }

func invitedUsername() form {
	return stringThat(func(_, s string) error {
		if !emailAddress.MatchString(s) {
			return bad("INVALID_EMAIL_ADDRESS", "An invalid email address was specified.")
		}
		return nil
	})
}

// invitationGrant returns the roles, teams and projects of a checked body.
func invitationGrant(body fields) (g grant) {
	if v, given := body["roles"]; given {
		g.roles = strs(v)
	}
	if v, given := body["groupRoleAssignments"]; given {
		g.projects = mergedRoles(v, "roles")
	}
	if v, given := body["teamIds"]; given {
		g.teams = strs(v)
	}
	return g
}

// listInvitations answers with a bare list, without pages [seen invitation-shape].
func listInvitations(c *call) (any, error) {
	all := []fields{}
	for _, u := range c.org.Users {
		if u.status(c.now) == pending && selects(c, u) {
			all = append(all, u.reordered().invitation(c.org))
		}
	}
	return all, nil
}

// getInvitation answers 404 if there is no such invitation [seen terraform]. The error code is assumed.
func getInvitation(c *call) (any, error) {
	u := c.people().invited(c.r.PathValue("invitationId"))
	if u == nil {
		return nil, noResource(c.r)
	}
	return u.invitation(c.org), nil
}

// createInvitation invites one person. Assumed from [api createOrgUser]: a member or a person with a pending invitation
// is a 409, and an expired or rejected invitation is replaced. Assumed: for a person of a federated domain the answer
// shows an invitation, but the person joins at once, so that no invitation is found afterwards.
func createInvitation(c *call) (any, error) {
	if err := conform(c.body, invitationAttributes(required, withUsername())); err != nil {
		return nil, err
	}
	u, err := c.people().invite(str(c.body["username"]), invitationGrant(c.body))
	if err != nil {
		return nil, err
	}
	answer := u.invitation(c.org)
	c.people().letIn(u)
	return answer, nil
}

// updateInvitationByUsername finds the invitation by the username in the body.
func updateInvitationByUsername(c *call) (any, error) {
	if err := conform(c.body, invitationAttributes(optional, withUsername())); err != nil {
		return nil, err
	}
	username := lower(str(c.body["username"]))
	u := c.org.user(username)
	if u == nil || u.status(c.now) != pending {
		return nil, noUsername(username)
	}
	return changedInvitation(c, u)
}

func updateInvitation(c *call) (any, error) {
	if err := conform(c.body, invitationAttributes(optional)); err != nil {
		return nil, err
	}
	u := c.people().invited(c.r.PathValue("invitationId"))
	if u == nil {
		return nil, noInvitation()
	}
	return changedInvitation(c, u)
}

func changedInvitation(c *call, u *User) (any, error) {
	if err := c.people().give(u, invitationGrant(c.body)); err != nil {
		return nil, err
	}
	return u.invitation(c.org), nil
}

func deleteInvitation(c *call) (any, error) {
	u := c.people().invited(c.r.PathValue("invitationId"))
	if u == nil {
		return nil, noInvitation()
	}
	if u.toProject() {
		return nil, bad("CANNOT_DELETE_GROUP_INVITATION", "You can't use the /orgs/{ORG-ID}/invites/{INVITATION-ID} endpoint to delete an invitation to a group. "+
			"Use /groups/{GROUP-ID}/invites/{INVITATION-ID} instead.")
	}
	c.people().remove(u)
	return nil, nil
}

// noInvitation is the error of deleting an unknown invitation [doc error-codes]. Assumed: changing one gives the
// same error.
func noInvitation() *failure {
	return bad("INVALID_INVITATION_ID", "The invitation you tried to delete does not exist or has already been accepted.")
}

// invitation is the pending user as /invites shows it [seen invitation-shape]. It contains every list, even if empty;
// projects have one entry for each role; there are no links.
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
