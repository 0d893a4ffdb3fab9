package resource

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"time"
)

// What a person is to an organization, in the field status of those whom Atlas has (API description).
const (
	statusActive   = "ACTIVE"
	statusPending  = "PENDING"
	statusExpired  = "INVITATION_EXPIRED"
	statusRejected = "INVITATION_REJECTED"
)

// reinvite is the field by which somebody who rejected an invitation gets another one.
const reinvite = "reinviteRejected"

// owner is the role that may change an organization.
const owner = "ORG_OWNER"

// memberPresence is that of a person. Who is not known to be active is at most invited.
func memberPresence(live Object) Presence {
	switch live.Fields["status"] {
	case statusActive:
		return Active
	case statusExpired:
		return Absent
	case statusRejected:
		return Declined
	}
	return Pending
}

// Reinvites tells whether a wanted person is to be invited even after rejecting an invitation.
func (o Object) Reinvites() bool { return o.Fields[reinvite] == true }

// HasRoles tells whether fields say which roles a person has.
func HasRoles(f Fields) bool {
	_, said := f["roles"]
	return said
}

// IsOwner tells whether an object's roles make a person an owner of the organization.
func IsOwner(f Fields) bool { return slices.Contains(list(f["roles"]), any(owner)) }

// readUsers returns everyone that /users knows, with ids for names. Invitations and members ask for the same list, so that
// a plan reads it once. Unless asked for all, Atlas leaves out whose invitation came to nothing (API description).
func readUsers(ctx context.Context, api API, org string) (users []Object, err error) {
	statuses := url.Values{"orgMembershipStatuses": {statusActive, statusPending, statusExpired, statusRejected}}
	for user, err := range api.All(ctx, orgPath(org, "users")+"?"+statuses.Encode()) {
		if err != nil {
			return nil, err
		}
		o, err := person(org, user)
		if err != nil {
			return nil, err
		}
		users = append(users, o)
	}
	return users, nil
}

// person reads only the fields of a user that are needed, and no names or other personal data. The tree has no status. The
// status tells the presence. A step that removes a person has it in Before, so that it is a conflict if the person joined since.
func person(org string, user Fields) (Object, error) {
	a := newAnswer(user)
	o := Object{ID: a.id("id"), Spelling: a.text("username"), Fields: Fields{"status": a.text("orgMembershipStatus")}}
	o.Key = NormalizeEmail(o.Spelling)
	if memberPresence(o).IsGone() {
		o.ExpiredAt, _ = time.Parse(time.RFC3339, text(user["invitationExpiresAt"])) // null after a rejection (API description)
		return o, a.err(usersOf(org), o.Spelling)
	}
	roles := a.object("roles")
	o.Fields["roles"], o.Fields["teams"] = roles.list("orgRoles"), a.list("teamIds")
	o.Fields["projects"] = projectRoles(roles.each("groupRoleAssignments"), func(a answer) []any { return a.list("groupRoles") })
	return o, a.err(usersOf(org), o.Spelling)
}

func usersOf(org string) string { return "GET " + orgPath(org, "users") }

// DuplicateError says that Atlas has two objects that the tree cannot tell apart: their names mean one key.
type DuplicateError struct {
	Kind, Key string
	First     Object
	Second    Object
}

func (e *DuplicateError) Error() string {
	return fmt.Sprintf("Atlas has two %s for %s: %q (%s) and %q (%s)",
		e.Kind, e.Key, cmp.Or(e.First.Spelling, e.Key), e.First.ID, cmp.Or(e.Second.Spelling, e.Key), e.Second.ID)
}

// Advice says what to do next.
func (e *DuplicateError) Advice() string {
	return "remove one of the two in Atlas, or remove the list from the tree"
}

// unique returns one person of each key. Of somebody who is invited anew the invitation before may still be listed; a
// rejection counts more than an expiry. Two that live are a [DuplicateError]: a change could hit the wrong one.
func unique(kind string, people []Object) ([]Object, error) {
	at := map[string]int{}
	var kept []Object
	for _, o := range people {
		i, known := at[o.Key]
		if !known {
			at[o.Key] = len(kept)
			kept = append(kept, o)
			continue
		}
		before, now := memberPresence(kept[i]), memberPresence(o)
		switch {
		case before.IsGone() && (!now.IsGone() || now == Declined):
			kept[i] = o
		case !before.IsGone() && !now.IsGone():
			return nil, &DuplicateError{kind, o.Key, kept[i], o}
		}
	}
	return kept, nil
}

// projectRoles gathers Atlas's {groupId, …} entries to roles by project id. An invitation has an entry for each role, a
// user one for each project (observed); rolesOf reads those of an entry.
func projectRoles(assignments []answer, rolesOf func(answer) []any) Fields {
	roles := Fields{}
	for _, a := range assignments {
		id := a.id("groupId")
		roles[id] = append(list(roles[id]), rolesOf(a)...)
	}
	return roles
}

// projectAssignments returns roles by project id as a request has them: a list of {groupId, …}. The key of the roles differs from
// path to path.
func projectAssignments(projects any, rolesKey string) []any {
	byID, _ := projects.(Fields)
	assignments := make([]any, 0, len(byID))
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		assignments = append(assignments, Fields{"groupId": id, rolesKey: byID[id]})
	}
	return assignments
}
