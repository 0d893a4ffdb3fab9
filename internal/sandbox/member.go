package sandbox

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// The people of an organization: who is in it, and who is invited.

func memberOperations() []operation {
	const (
		path = org2 + "/users"
		one  = path + "/{userId}"
	)
	both := versions{date2023, date2025}
	limit := limitSet{name: "MongoDB Cloud Users", perOrg: true, capacity: 500, refill: 250}
	statuses := parameter{"orgMembershipStatuses", date2025, true}
	// The older version filters nothing (API description).
	filters := paging(parameter{"username", date2025, false}, parameter{"orgMembershipStatus", date2025, false}, statuses)
	return []operation{
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

// memberAttributes are the fields that say what a person gets, and those of the answer that
// no request can write.
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

// memberGrant is what a checked body gives. Whether roles in the organization alone leave those in projects as they are
// is not documented: here those are lost, the worse case for a client (assumed).
func memberGrant(body fields) (g grant) {
	if roles, given := body["roles"].(fields); given {
		g.roles, g.projects = strs(roles["orgRoles"]), mergedRoles(roles["groupRoleAssignments"], "groupRoles")
	}
	if v, given := body["teamIds"]; given {
		g.teams = strs(v)
	}
	return g
}

// listUsers lists members, and from 2025-02-19 on also people who are invited, unless it is
// to a project (documented). They come by username, whoever joined first (observed).
func listUsers(c *call) (any, error) {
	statuses, err := wantedStatuses(c)
	if err != nil {
		return nil, err
	}
	all := page{}
	byName := func(a, b *User) int { return strings.Compare(a.Username, b.Username) }
	for _, u := range slices.SortedFunc(slices.Values(c.org.Users), byName) {
		if u.toProject() || !selects(c, u) || !slices.Contains(statuses, u.status(c.now)) {
			continue
		}
		if c.version < date2025 {
			all = append(all, u.reordered().account(c.org.ID))
		} else {
			all = append(all, u.reordered().member(c.now))
		}
	}
	return all, nil
}

// wantedStatuses are those to list: by default active and pending ones (API description).
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

// createUser invites one person, or lets a person of a federated domain in. A person who is
// active or pending is a conflict; an invitation that ended is replaced (API description).
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

// getUser shows people whose invitation ended only when the query asks for them (API
// description).
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

// updateUser changes active and pending users (API description); that others are not found
// is assumed. The username stays.
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

// deleteUser removes a member or, from 2025-02-19 on, cancels an invitation (API
// description). That it then also removes people whose invitation expired or was rejected is assumed.
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

// putUserRoles is the older way to change a member's roles in the organization; projects
// and teams stay. That it knows only members is assumed.
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

// addUserRole adds one role. A role that the user has is a conflict (assumed, also the
// code: the API description lists a 409 and gives no reason).
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

// removeUserRole removes one role, but never the only one (API description). That a role which the user has not is
// refused is assumed.
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

// person is the user in the path, who must have one of statuses.
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

// member is the user as version 2025-02-19 shows it (observed).
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

// account is the user as version 2023-01-01 shows it: organization and project roles in
// one list.
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
