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

// GroupRoles are somebody's roles in one project.
type GroupRoles struct {
	GroupID string   `json:"groupId"`
	Roles   []string `json:"roles"`
}

// status is the user's standing at a time: a pending invitation expires by the clock.
func (u *User) status(now time.Time) string {
	if u.Status == pending && u.Invitation != nil && !now.Before(u.Invitation.ExpiresAt) {
		return expired
	}
	return u.Status
}

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
		if u.toProject() || !c.selects(u) || !slices.Contains(statuses, u.status(c.now)) {
			continue
		}
		if c.version < "2025-02-19" {
			all = append(all, u.reordered().account(c.org.ID))
		} else {
			all = append(all, u.reordered().member(c.now))
		}
	}
	return all, nil
}

// selects applies the username filter: the whole address, without case (assumed).
func (c *call) selects(u *User) bool {
	wanted := c.query.values.Get("username")
	return wanted == "" || lower(wanted) == lower(u.Username)
}

// wantedStatuses are those to list: by default active and pending ones (API description).
func wantedStatuses(c *call) ([]string, error) {
	const one, several = "orgMembershipStatus", "orgMembershipStatuses"
	if c.version < "2025-02-19" {
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

// present is an empty list for none: Atlas shows empty lists (observed).
func present(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
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
