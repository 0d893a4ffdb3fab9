package sandbox

import (
	"slices"
	"strings"
	"time"
)

// The statuses of a user [api listOrgUsers].
const (
	active   = "ACTIVE"
	pending  = "PENDING"
	expired  = "INVITATION_EXPIRED"
	rejected = "INVITATION_REJECTED"
)

// User is the organization's record of one person, a member or an invited person.
type User struct {
	ID         string       `json:"id"`
	Username   string       `json:"username"` // e-mail address in lower case
	Status     string       `json:"status"`   // ACTIVE, PENDING, INVITATION_EXPIRED or INVITATION_REJECTED
	FirstName  string       `json:"firstName"`
	LastName   string       `json:"lastName"`
	Country    string       `json:"country"` // two capital letters
	CreatedAt  time.Time    `json:"createdAt,omitzero"`
	LastAuth   time.Time    `json:"lastAuth,omitzero"`
	OrgRoles   []string     `json:"orgRoles"`
	GroupRoles []GroupRoles `json:"groupRoles"`
	TeamIDs    []string     `json:"teamIds"`
	Invitation *Invitation  `json:"invitation,omitzero"` // nil for a member
}

// copy returns a copy that shares nothing with u.
func (u *User) copy() *User {
	c := *u
	c.OrgRoles, c.GroupRoles, c.TeamIDs = slices.Clone(u.OrgRoles), slices.Clone(u.GroupRoles), slices.Clone(u.TeamIDs)
	for i, g := range c.GroupRoles {
		c.GroupRoles[i].Roles = slices.Clone(g.Roles)
	}
	if u.Invitation != nil {
		c.Invitation = copyOf(u.Invitation)
	}
	return &c
}

// status returns the user's status at a time: a pending invitation expires.
func (u *User) status(now time.Time) string {
	if u.Status == pending && u.Invitation != nil && !now.Before(u.Invitation.ExpiresAt) {
		return expired
	}
	return u.Status
}

// IsActive reports whether the user is a member, not an invited person.
func (u *User) IsActive() bool { return u.Status == active }

// Owns reports whether the user is an active owner.
func (u *User) Owns() bool { return u.IsActive() && slices.Contains(u.OrgRoles, orgOwner) }

// toProject reports whether this is an invitation to a project, which old organizations have. Such an invitation has a
// project role in its list of organization roles [seen project-invitations].
func (u *User) toProject() bool {
	return u.Invitation != nil && slices.ContainsFunc(u.OrgRoles, func(r string) bool { return strings.HasPrefix(r, "GROUP_") })
}

// reordered is the user as lists show it. Its roles are in reverse order, because Atlas's order is not stable
// [seen role-order]: a client must not rely on it.
func (u *User) reordered() *User {
	shown := *u
	shown.OrgRoles = slices.Clone(u.OrgRoles)
	slices.Reverse(shown.OrgRoles)
	return &shown
}

// join makes the invited user a member with the roles of the invitation. The member has not logged in yet.
func (u *User) join(now time.Time) {
	u.Status, u.Invitation, u.CreatedAt = active, nil, second(now)
}

// accept makes the invited user a member who has logged in.
func (u *User) accept(now time.Time) {
	u.join(now)
	u.LastAuth = second(now)
}

// reject marks the invitation as rejected.
func (u *User) reject(time.Time) { u.Status = rejected }

// expire ends the invitation now.
func (u *User) expire(now time.Time) { u.Invitation.ExpiresAt = second(now) }

// selects applies the username filter. Assumed: it compares whole addresses case-insensitively.
func selects(c *call, u *User) bool {
	wanted := c.query.values.Get("username")
	return wanted == "" || lower(wanted) == lower(u.Username)
}

// addPerson adds the fields of a person's account. The mobile number is null [seen null-fields], although
// [api getOrgUser] does not allow that.
func (u *User) addPerson(item fields) {
	item["createdAt"] = u.CreatedAt
	item["firstName"] = u.FirstName
	item["lastName"] = u.LastName
	item["mobileNumber"] = nil
	if u.Country != "" {
		item["country"] = u.Country
	}
	if !u.LastAuth.IsZero() {
		item["lastAuth"] = u.LastAuth
	}
}

// lower returns a text with its ASCII letters in lower case. All usernames of Atlas are in lower case [seen usernames].
// Unicode case folding would treat different people as one. Assumed: Atlas folds ASCII only.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
