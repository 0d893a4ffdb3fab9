package resource

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"time"
)

// The ways a person can stand to an organization, in the field status of whom Atlas has (API description).
const (
	active   = "ACTIVE"
	pending  = "PENDING"
	expired  = "INVITATION_EXPIRED"
	rejected = "INVITATION_REJECTED"
)

// reinvite is the field by which somebody who rejected an invitation gets another one.
const reinvite = "reinviteRejected"

// IsActive tells whether a live person is in the organization, and not only invited to it.
func (o Object) IsActive() bool { return o.Fields["status"] == active }

// HasEnded tells whether there is nothing left of a live person but an invitation that came to nothing.
func (o Object) HasEnded() bool { return o.HasRejected() || o.Fields["status"] == expired }

// HasRejected tells whether a live person rejected an invitation.
func (o Object) HasRejected() bool { return o.Fields["status"] == rejected }

// Reinvites tells whether a wanted person is to be invited even after rejecting an invitation.
func (o Object) Reinvites() bool { return o.Fields[reinvite] == true }

// IsOwner tells whether an object's roles make a person an owner of the organization.
func IsOwner(f Fields) bool { return slices.Contains(list(f["roles"]), any(owner)) }

// readUsers returns everyone that /users knows, with ids for names. Invitations and members ask for the same list, so that
// a plan reads it once. Unless asked for all, Atlas leaves out whose invitation came to nothing (API description).
func readUsers(ctx context.Context, api API, org string) (users []Object, err error) {
	statuses := url.Values{"orgMembershipStatuses": {active, pending, expired, rejected}}
	for user, err := range api.All(ctx, orgPath(org, "users")+"?"+statuses.Encode()) {
		if err != nil {
			return nil, err
		}
		o := person(user)
		if o.Key == "" || o.ID == "" { // nobody lists whom nobody can name
			return nil, fmt.Errorf("GET %s: the answer has a user without username or id", orgPath(org, "users"))
		}
		users = append(users, o)
	}
	return users, nil
}

// person takes from what Atlas tells of a user only what is needed: names and the like are nobody's business.
func person(user Fields) Object {
	roles, _ := user["roles"].(Fields)
	o := Object{Key: FoldEmail(text(user["username"])), ID: text(user["id"]), Fields: Fields{
		"status":   user["orgMembershipStatus"],
		"roles":    list(roles["orgRoles"]),
		"teams":    list(user["teamIds"]),
		"projects": projectRoles(list(roles["groupRoleAssignments"])),
	}}
	if o.HasEnded() {
		o.Ended, _ = time.Parse(time.RFC3339, text(user["invitationExpiresAt"])) // null of one that was rejected
	}
	return o
}

// unique returns the first object of each key, and one that has ended only if there is no other: of somebody who is invited
// anew the invitation before may still be listed.
func unique(objects []Object) []Object {
	lives := map[string]bool{}
	for _, o := range objects {
		lives[o.Key] = lives[o.Key] || !o.HasEnded()
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(objects, func(o Object) bool {
		extra := seen[o.Key] || o.HasEnded() && lives[o.Key]
		seen[o.Key] = seen[o.Key] || !extra
		return extra
	})
}

// projectRoles gathers Atlas's {groupId, …} entries to roles by project id. An invitation has an entry for each role,
// groupRole; a user has one for each project, with its groupRoles (observed).
func projectRoles(assignments []any) Fields {
	roles := Fields{}
	for _, a := range assignments {
		entry, _ := a.(Fields)
		id := text(entry["groupId"])
		if role := entry["groupRole"]; role != nil {
			roles[id] = append(list(roles[id]), role)
		}
		roles[id] = append(list(roles[id]), list(entry["groupRoles"])...)
	}
	return roles
}

// projectAssignments is what a request has: {groupId, …}, with the roles under the name that its path has for them.
func projectAssignments(projects any, name string) []any {
	byID, _ := projects.(Fields)
	assignments := make([]any, 0, len(byID))
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		assignments = append(assignments, Fields{"groupId": id, name: byID[id]})
	}
	return assignments
}
