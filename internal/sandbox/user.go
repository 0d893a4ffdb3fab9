package sandbox

import (
	"slices"
	"strings"
	"time"
)

// The ways a person can stand to an organization (API description).
const (
	active   = "ACTIVE"
	pending  = "PENDING"
	expired  = "INVITATION_EXPIRED"
	rejected = "INVITATION_REJECTED"
)

// User is the one record of a person in an organization: a member, or somebody invited.
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

// status is the user's standing at a time: a pending invitation expires by the clock.
func (u *User) status(now time.Time) string {
	if u.Status == pending && u.Invitation != nil && !now.Before(u.Invitation.ExpiresAt) {
		return expired
	}
	return u.Status
}

func (u *User) isActive() bool { return u.Status == active }

func (u *User) owns() bool { return u.isActive() && slices.Contains(u.OrgRoles, orgOwner) }

// toProject reports whether an invitation is one to a project, which old organizations
// have: a project's role stands among those of the organization (observed).
func (u *User) toProject() bool {
	return u.Invitation != nil && slices.ContainsFunc(u.OrgRoles, func(r string) bool { return strings.HasPrefix(r, "GROUP_") })
}

// reordered is the user as lists show it, with the roles in the order opposite to that of
// other answers: from one read of API keys to the next their order was observed to change,
// so that nobody should count on one here.
func (u *User) reordered() *User {
	shown := *u
	shown.OrgRoles = slices.Clone(u.OrgRoles)
	slices.Reverse(shown.OrgRoles)
	return &shown
}

// join makes the invited user a member with the roles of the invitation, who did not log in yet.
func (u *User) join(now time.Time) {
	u.Status, u.Invitation, u.CreatedAt = active, nil, second(now)
}

// accept is joining by logging in.
func (u *User) accept(now time.Time) {
	u.join(now)
	u.LastAuth = second(now)
}

// reject declines the invitation for good.
func (u *User) reject(time.Time) { u.Status = rejected }

// expire ends the invitation.
func (u *User) expire(now time.Time) { u.Invitation.ExpiresAt = second(now) }

// selects applies the username filter: the whole address, without case (assumed).
func selects(c *call, u *User) bool {
	wanted := c.query.values.Get("username")
	return wanted == "" || lower(wanted) == lower(u.Username)
}

// addPerson adds what an account says about its owner. The mobile number is null, against
// the API description (observed).
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

// lower returns a text with its ASCII letters in lower case, as all usernames are that were observed. Unicode would fold
// letters of different people to one; that Atlas folds no others is assumed.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
