package resource

import (
	"context"
	"iter"
	"net/url"
)

const members = "members"

// Members are everyone who should be in the organization, invited or active.
// They are read and compared, but not written yet: an organization whose members differ is not planned.
var Members = &Kind{
	Name:    members,
	Key:     "username",
	Maps:    []string{"projects"},
	Reader:  anyMember,
	Resolve: resolver(members),

	Read: func(ctx context.Context, api API, org string) ([]Object, error) {
		var live []Object
		for user, err := range users(ctx, api, org) {
			if err != nil {
				return nil, err
			}
			roles, _ := user["roles"].(Fields)
			live = append(live, Object{Key: FoldEmail(text(user["username"])), ID: text(user["id"]), Active: isActive(user), Fields: Fields{
				"roles":    list(roles["orgRoles"]),
				"teams":    list(user["teamIds"]),
				"projects": projectRoles(list(roles["groupRoleAssignments"])),
			}})
		}
		return named(ctx, api, org, members, live)
	},
}

// users yields who is in the organization or invited to it, as /users has them. Invitations and members ask for the same
// list, so that a plan reads it once.
func users(ctx context.Context, api API, org string) iter.Seq2[Fields, error] {
	statuses := url.Values{"orgMembershipStatuses": {"ACTIVE", "PENDING"}}
	return api.All(ctx, orgPath(org, "users")+"?"+statuses.Encode())
}

// isActive tells whether a user of the list is in the organization, and not only invited to it.
func isActive(user Fields) bool { return user["orgMembershipStatus"] == "ACTIVE" }
