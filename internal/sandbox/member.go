package sandbox

import (
	"net/http"
	"slices"
)

// memberAttributes are the fields that say what somebody gets, and those of the answer that
// nobody can write. That a project needs a role is assumed.
func memberAttributes(roles, username use) []attribute {
	all := []attribute{
		{"username", username, invitedUsername},
		{"roles", roles, object([]attribute{
			{"orgRoles", required, set(1, orgRole)},
			{"groupRoleAssignments", optional, list(0, object([]attribute{
				{"groupId", required, anyString},
				{"groupRoles", required, set(1, anyString)},
			}))},
		})},
		{"teamIds", optional, set(0, anyString)},
	}
	for _, name := range []string{
		"id", "orgMembershipStatus", "inviterUsername", "invitationCreatedAt", "invitationExpiresAt",
		"createdAt", "firstName", "lastName", "country", "lastAuth", "mobileNumber",
	} {
		all = append(all, attribute{name, readOnly, nil})
	}
	return all
}

// createUser invites one person, or lets somebody of a federated domain in. Who is active
// or pending is a conflict, an invitation that ended is replaced (API description).
func createUser(c *call) (any, error) {
	if err := conform(c.body, memberAttributes(required, required)); err != nil {
		return nil, err
	}
	u := &User{Username: lower(str(c.body["username"]))}
	if err := c.endow(u); err != nil {
		return nil, err
	}
	if err := c.invite(u); err != nil {
		return nil, err
	}
	c.letIn(u)
	return u.member(c.now), nil
}

// getUser shows people whose invitation ended only when the query asks for them (API
// description).
func getUser(c *call) (any, error) {
	statuses, err := wantedStatuses(c)
	if err != nil {
		return nil, err
	}
	u, err := c.person(statuses...)
	if err != nil {
		return nil, err
	}
	return u.member(c.now), nil
}

// updateUser changes active and pending users (API description); that others are not found
// is assumed. The username stays.
func updateUser(c *call) (any, error) {
	u, err := c.person(active, pending)
	if err != nil {
		return nil, err
	}
	if err := conform(c.body, memberAttributes(optional, readOnly)); err != nil {
		return nil, err
	}
	if err := c.endow(u); err != nil {
		return nil, err
	}
	return u.member(c.now), nil
}

// deleteUser removes a member or, from 2025-02-19 on, cancels an invitation (API
// description). That it then also removes who let theirs expire or rejected it is assumed.
func deleteUser(c *call) (any, error) {
	removable := []string{active}
	if c.version >= "2025-02-19" {
		removable = append(removable, pending, expired, rejected)
	}
	u, err := c.person(removable...)
	if err != nil {
		return nil, err
	}
	if c.org.lastOwner(u) {
		return nil, refuse(http.StatusForbidden, "CANNOT_DELETE_LAST_ADMIN",
			"An organization or project needs to have at least one owner. You cannot demote or remove the last owner.")
	}
	c.org.Users = slices.DeleteFunc(c.org.Users, func(other *User) bool { return other == u })
	return nil, nil
}

// putUserRoles is the older way to change a member's roles in the organization; projects
// and teams stay. That it knows only members is assumed.
func putUserRoles(c *call) (any, error) {
	u, err := c.person(active)
	if err != nil {
		return nil, err
	}
	err = conform(c.body, []attribute{{"orgRoles", required, set(0, orgRole)}, {"links", readOnly, nil}})
	if err != nil {
		return nil, err
	}
	if err := c.giveRoles(u, strs(c.body["orgRoles"])); err != nil {
		return nil, err
	}
	return fields{"orgRoles": u.OrgRoles, "links": []fields{}}, nil
}

// addUserRole adds one role. A role that the user has is a conflict (assumed, also the
// code: the API description lists a 409 and gives no reason).
func addUserRole(c *call) (any, error) {
	u, role, err := c.userAndRole()
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
	u, role, err := c.userAndRole()
	if err != nil {
		return nil, err
	}
	if !slices.Contains(u.OrgRoles, role) {
		return nil, violation("orgRole", "is not a role of the user")
	}
	rest := slices.DeleteFunc(slices.Clone(u.OrgRoles), func(r string) bool { return r == role })
	if err := c.giveRoles(u, rest); err != nil {
		return nil, err
	}
	return u.member(c.now), nil
}

func (c *call) userAndRole() (*User, string, error) {
	u, err := c.person(active, pending)
	if err != nil {
		return nil, "", err
	}
	err = conform(c.body, []attribute{{"orgRole", required, orgRole}})
	return u, str(c.body["orgRole"]), err
}

// person is the user in the path, who must have one of statuses. People invited to a project
// are none of the organization's here (API description).
func (c *call) person(statuses ...string) (*User, error) {
	id := c.r.PathValue("userId")
	if !hexID.MatchString(id) {
		return nil, refuse(http.StatusNotFound, "INVALID_USER_ID", "An invalid user ID "+id+" was specified.", id)
	}
	u := find(c.org.Users, func(u *User) bool {
		return u.ID == id && !u.toProject() && slices.Contains(statuses, u.status(c.now))
	})
	if u == nil {
		return nil, refuse(http.StatusNotFound, "USER_NOT_IN_ORG", "User "+id+" is not in organization "+c.org.ID+".", id, c.org.ID)
	}
	return u, nil
}

// endow gives u what the body says. What is there replaces, what is not stays (API
// description). Whether roles without those in projects keep them is not documented: here
// they are lost, so that nobody counts on either (assumed).
func (c *call) endow(u *User) error {
	if roles, given := c.body["roles"].(fields); given {
		if err := c.giveRoles(u, strs(roles["orgRoles"])); err != nil {
			return err
		}
		u.GroupRoles = mergedRoles(roles["groupRoleAssignments"], "groupRoles")
	}
	if v, given := c.body["teamIds"]; given {
		u.TeamIDs = strs(v)
	}
	return c.checkPlaces(u)
}

// giveRoles replaces u's roles in the organization, which must not lose its last owner. Nobody is left without a role
// (documented, but for the words).
func (c *call) giveRoles(u *User, roles []string) error {
	if c.org.lastOwner(u) && !slices.Contains(roles, orgOwner) {
		return refuse(http.StatusForbidden, "CANNOT_DEMOTE_LAST_ORG_OWNER", "Cannot demote the last owner of the organization.")
	}
	if len(roles) == 0 {
		return refuse(http.StatusForbidden, "CANNOT_REMOVE_ALL_USER_ROLES", "You cannot remove all roles a user has.")
	}
	u.OrgRoles = roles
	return nil
}

func (u *User) isActive() bool { return u.Status == active }

func (u *User) owns() bool { return u.isActive() && slices.Contains(u.OrgRoles, orgOwner) }

// lastOwner reports whether u is an owner and nobody else is. Who is only invited owns
// nothing yet.
func (o *Org) lastOwner(u *User) bool {
	return u.owns() && !slices.ContainsFunc(o.Users, func(other *User) bool { return other != u && other.owns() })
}
