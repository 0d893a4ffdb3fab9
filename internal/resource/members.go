package resource

import (
	"context"
	"maps"
)

const members = "members"

// Members are everyone who should be in the organization: invited or active. That an invitation is accepted changes
// nothing of what is wanted; one that expired is sent again.
var Members = &Kind{
	Name: members,
	Key:  "username",
	Refs: personRefs,

	Presence: memberPresence,

	Read: func(ctx context.Context, s *Session, org string, _ []Object) ([]Object, error) {
		return readMembers(ctx, s, org)
	},

	// It searches the whole list, because it is not documented whether the filter username of [api listOrgUsers] ignores case.
	Look: func(ctx context.Context, s *Session, org string, of Object) (*Object, error) {
		all, err := readMembers(ctx, s, org)
		return find(all, of.Key), err
	},

	// A person whose domain belongs to a federation is active at once (documented), anybody else is invited. Who did not
	// answer an earlier invitation in time, or rejected it, is invited anew by the same request (API description).
	Create: func(ctx context.Context, s *Session, org string, want Object) (Created, error) {
		body, err := memberBody(ctx, s, org, Object{}, want)
		if err != nil {
			return Created{}, err
		}
		body["username"] = want.Key
		return Created{}, s.Do(ctx, post, orgPath(org, "users"), body, nil)
	},

	Update: func(ctx context.Context, s *Session, org string, have, want Object) (*Object, error) {
		body, err := memberBody(ctx, s, org, have, want)
		if err != nil {
			return nil, err
		}
		return nil, s.Do(ctx, patch, orgPath(org, "users", have.ID), body, nil)
	},

	// This cancels an invitation, too (API description).
	Delete: func(ctx context.Context, s *Session, org string, have Object) error {
		return s.Do(ctx, remove, orgPath(org, "users", have.ID), nil, nil)
	},
}

func readMembers(ctx context.Context, s *Session, org string) ([]Object, error) {
	users, err := readUsers(ctx, s, org)
	if err != nil {
		return nil, err
	}
	if users, err = unique(members, users); err != nil {
		return nil, err
	}
	return WithNames(ctx, s, org, members, personRefs, users)
}

// memberBody puts a member into the words of /users, names into ids. The description does not say whether Atlas merges
// roles or replaces them, so those in the organization and those in projects are sent together, also what stays of them.
func memberBody(ctx context.Context, s *Session, org string, have, want Object) (Fields, error) {
	fields := maps.Clone(want.Fields)
	if fields["roles"] != nil || fields["projects"] != nil {
		for _, field := range []string{"roles", "projects"} {
			if _, changes := fields[field]; !changes && !Equal(have.Fields[field], nil) {
				fields[field] = Canonical(have.Fields[field])
			}
		}
	}
	want, err := WithIDs(ctx, s, org, members, personRefs, Object{Key: want.Key, Fields: fields})
	if err != nil {
		return nil, err
	}
	body, roles := Fields{}, Fields{}
	for field, value := range want.Fields {
		switch field {
		case "roles":
			roles["orgRoles"] = value
		case "projects":
			roles["groupRoleAssignments"] = projectAssignments(value, "groupRoles")
		case "teams":
			body["teamIds"] = value
		default:
			body[field] = value
		}
	}
	if len(roles) > 0 {
		body["roles"] = roles
	}
	return body, nil
}
