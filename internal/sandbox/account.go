package sandbox

import "net/http"

// getUserByName finds a member by the username, which must be in lower case [api getUserByName]. Assumed: Atlas finds
// only members of the caller's organization, shows only their roles there, and has no account of a person who has not
// accepted an invitation.
func getUserByName(c *call) (any, error) {
	name := c.r.PathValue("userName")
	if c.org == nil || c.org.user(name) == nil || !c.org.user(name).IsActive() {
		return nil, noUsername(name)
	}
	return c.org.user(name).account(c.org.ID), nil
}

// noUsername is the error for an unknown username [doc error-codes].
func noUsername(name string) *failure {
	return refuse(http.StatusNotFound, "USERNAME_NOT_FOUND", "No user with username "+name+" exists.", name)
}

// account is the user as version 2023-01-01 shows it, with organization and project roles in one list.
func (u *User) account(orgID string) fields {
	roles := []fields{}
	for _, r := range u.OrgRoles {
		roles = append(roles, fields{"orgId": orgID, "roleName": r})
	}
	for _, g := range u.GroupRoles {
		for _, r := range g.Roles {
			roles = append(roles, fields{"groupId": g.GroupID, "roleName": r})
		}
	}
	item := fields{
		"id": u.ID, "username": u.Username, "emailAddress": u.Username,
		"roles": roles, "teamIds": present(u.TeamIDs), "links": []fields{},
	}
	u.addPerson(item)
	return item
}
