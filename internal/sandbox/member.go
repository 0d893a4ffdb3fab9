package sandbox

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// Users: members and invited people.

func memberOperations() []operation {
	const (
		path = org2 + "/users"
		one  = path + "/{userId}"
	)
	both := versions{date2023, date2025}
	limit := limitSet{name: "MongoDB Cloud Users", perOrg: true, capacity: 500, refill: 250}
	byName := limitSet{name: "MongoDB Cloud Users", capacity: 2500, refill: 2000}
	statuses := parameter{"orgMembershipStatuses", date2025, true}
	// The older version has no filters [api listOrgUsers].
	filters := paging(parameter{"username", date2025, false}, parameter{"orgMembershipStatus", date2025, false}, statuses)
	return []operation{
		{"GET", "/api/atlas/v2/users/byName/{userName}", versions{date2023}, date2023, reader, byName, 200, nil, getUserByName},
		{"GET", path, both, date2023, reader, limit, 200, filters, listUsers},
		{"POST", path, versions{date2025}, "", owner, limit.inviting(Behavior.throttlesUsers), 201, nil, createUser},
		{"GET", one, versions{date2025}, "", reader, limit, 200, []parameter{statuses}, getUser},
		{"PATCH", one, versions{date2025}, "", owner, limit, 200, nil, updateUser},
		{"DELETE", one, both, date2023, owner, limit, 204, nil, deleteUser},
		{"PUT", one + "/roles", versions{date2023}, date2023, owner, limit, 200, nil, putUserRoles},
		{"POST", one + ":addRole", versions{date2025}, "", owner, limit, 200, nil, addUserRole},
		{"POST", one + ":removeRole", versions{date2025}, "", owner, limit, 200, nil, removeUserRole},
	}
}

// memberAttributes returns the fields of a request, and the fields of an answer that a request must not contain.
func memberAttributes(roles, username use) []attribute {
	own := []attribute{
		{"username", username, invitedUsername()},
		{"roles", roles, object([]attribute{
			{"orgRoles", required, set(1, orgRole())},
			{"groupRoleAssignments", optional, assignments("groupRoles")},
		})},
		{"teamIds", optional, set(0, anyString())},
	}
	return append(own, readOnlyAttributes("id", "orgMembershipStatus", "inviterUsername", "invitationCreatedAt", "invitationExpiresAt",
		"createdAt", "firstName", "lastName", "country", "lastAuth", "mobileNumber")...)
}

// memberGrant returns the roles, teams and projects of a checked body. Assumed: a request with organization roles only
// removes the project roles. Atlas does not document it, and this is harder for a client.
func memberGrant(body fields) (g grant) {
	if roles, given := body["roles"].(fields); given {
		g.roles, g.projects = strs(roles["orgRoles"]), mergedRoles(roles["groupRoleAssignments"], "groupRoles")
	}
	if v, given := body["teamIds"]; given {
		g.teams = strs(v)
	}
	return g
}

// listUsers lists members. From 2025-02-19 on, it also lists invited people, except those invited to a project
// [api listOrgUsers]. The order is by username [seen list-order].
func listUsers(c *call) (any, error) {
	statuses, err := wantedStatuses(c)
	if err != nil {
		return nil, err
	}
	all := page{}
	for _, u := range selected(c, statuses) {
		if c.version < date2025 {
			all = append(all, u.reordered().account(c.org.ID))
		} else {
			all = append(all, u.reordered().member(c.now))
		}
	}
	return all, nil
}

// selected returns the users with one of statuses who match the query, by username.
func selected(c *call, statuses []string) (all []*User) {
	for _, u := range c.org.Users {
		if !u.toProject() && selects(c, u) && slices.Contains(statuses, u.status(c.now)) {
			all = append(all, u)
		}
	}
	slices.SortFunc(all, func(a, b *User) int { return strings.Compare(a.Username, b.Username) })
	return all
}

// wantedStatuses returns the statuses to list. The default is active and pending [api listOrgUsers].
func wantedStatuses(c *call) ([]string, error) {
	const one, several = "orgMembershipStatus", "orgMembershipStatuses"
	if c.version < date2025 {
		return []string{active}, nil
	}
	wanted := slices.Concat(c.query.values[one], c.query.values[several])
	if c.query.values.Has(one) && c.query.values.Has(several) {
		return nil, bad("MUTUALLY_EXCLUSIVE_QUERY_PARAMETERS", "Either the "+one+" query parameter or the "+several+
			" query parameter but not both should be specified.", one, several)
	}
	if len(wanted) > 4 {
		return nil, badQuery(several)
	}
	for _, s := range wanted {
		if !slices.Contains([]string{active, pending, expired, rejected}, s) {
			return nil, badQuery(several)
		}
	}
	if len(wanted) == 0 {
		wanted = []string{active, pending}
	}
	return wanted, nil
}

// createUser invites one person. A person of a federated domain joins at once. An active or pending person is a 409; an
// expired or rejected invitation is replaced [api createOrgUser].
func createUser(c *call) (any, error) {
	if err := conform(c.body, memberAttributes(required, required)); err != nil {
		return nil, err
	}
	u, err := c.people().invite(str(c.body["username"]), memberGrant(c.body))
	if err != nil {
		return nil, err
	}
	c.people().letIn(u)
	return u.member(c.now), nil
}

// getUser shows a person with an expired or rejected invitation only if the query asks for it [api getOrgUser].
func getUser(c *call) (any, error) {
	statuses, err := wantedStatuses(c)
	if err != nil {
		return nil, err
	}
	u, err := person(c, statuses...)
	if err != nil {
		return nil, err
	}
	return u.member(c.now), nil
}

// updateUser changes active and pending users [api updateOrgUser]. Assumed: other users are a 404. The username cannot
// change.
func updateUser(c *call) (any, error) {
	u, err := person(c, active, pending)
	if err != nil {
		return nil, err
	}
	if err := conform(c.body, memberAttributes(optional, readOnly)); err != nil {
		return nil, err
	}
	if err := c.people().give(u, memberGrant(c.body)); err != nil {
		return nil, err
	}
	return u.member(c.now), nil
}

// deleteUser removes a member. From 2025-02-19 on, it also cancels a pending invitation [api removeOrgUser]. Assumed:
// then it also removes people whose invitation expired or was rejected.
func deleteUser(c *call) (any, error) {
	removable := []string{active}
	if c.version >= date2025 {
		removable = append(removable, pending, expired, rejected)
	}
	u, err := person(c, removable...)
	if err != nil {
		return nil, err
	}
	if c.org.lastOwner(u) {
		return nil, refuse(http.StatusForbidden, "CANNOT_DELETE_LAST_ADMIN",
			"An organization or project needs to have at least one owner. You cannot demote or remove the last owner.")
	}
	c.people().remove(u)
	return nil, nil
}

// putUserRoles is the older way to change a member's organization roles. Projects and teams do not change. Assumed:
// only members are found.
func putUserRoles(c *call) (any, error) {
	u, err := person(c, active)
	if err != nil {
		return nil, err
	}
	err = conform(c.body, []attribute{{"orgRoles", required, set(0, orgRole())}, {"links", readOnly, form{}}})
	if err != nil {
		return nil, err
	}
	if err := c.people().giveRoles(u, strs(c.body["orgRoles"])); err != nil {
		return nil, err
	}
	return fields{"orgRoles": u.OrgRoles, "links": []fields{}}, nil
}

// addUserRole adds one role. Assumed: a role that the user already has is a 409; [api addOrgUserRole] lists the status
// without a reason or a code.
func addUserRole(c *call) (any, error) {
	u, role, err := userAndRole(c)
	if err != nil {
		return nil, err
	}
	if slices.Contains(u.OrgRoles, role) {
		return nil, refuse(http.StatusConflict, "USER_ALREADY_HAS_ROLE", "User "+u.Username+" already has the role "+role+".", u.Username, role)
	}
	u.OrgRoles = append(u.OrgRoles, role)
	return u.member(c.now), nil
}

// removeUserRole removes one role, but never the last one [api removeOrgUserRole]. Assumed: a role that the user does
// not have is an error.
func removeUserRole(c *call) (any, error) {
	u, role, err := userAndRole(c)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(u.OrgRoles, role) {
		return nil, violation("orgRole", "is not a role of the user")
	}
	rest := slices.DeleteFunc(slices.Clone(u.OrgRoles), func(r string) bool { return r == role })
	if err := c.people().giveRoles(u, rest); err != nil {
		return nil, err
	}
	return u.member(c.now), nil
}

// person returns the user in the path if the user has one of statuses.
func person(c *call, statuses ...string) (*User, error) {
	return c.people().withID(c.r.PathValue("userId"), statuses...)
}

func userAndRole(c *call) (*User, string, error) {
	u, err := person(c, active, pending)
	if err != nil {
		return nil, "", err
	}
	err = conform(c.body, []attribute{{"orgRole", required, orgRole()}})
	return u, str(c.body["orgRole"]), err
}

// member is the user as version 2025-02-19 shows it [seen user-shape].
func (u *User) member(now time.Time) fields {
	item := fields{
		"id":                  u.ID,
		"orgMembershipStatus": u.status(now),
		"roles":               fields{"orgRoles": present(u.OrgRoles), "groupRoleAssignments": u.projects()},
		"teamIds":             present(u.TeamIDs),
		"username":            u.Username,
	}
	if u.Invitation == nil {
		u.addPerson(item)
		return item
	}
	item["inviterUsername"] = u.Invitation.InviterUsername
	item["invitationCreatedAt"] = u.Invitation.CreatedAt
	item["invitationExpiresAt"] = u.Invitation.ExpiresAt
	if u.Status == rejected {
		item["invitationExpiresAt"] = nil
	}
	return item
}

func (u *User) projects() []fields {
	all := make([]fields, 0, len(u.GroupRoles))
	for _, g := range u.GroupRoles {
		all = append(all, fields{"groupId": g.GroupID, "groupRoles": g.Roles})
	}
	return all
}
