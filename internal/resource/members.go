package resource

import (
	"context"
	"maps"
)

const members = "members"

// Members are all people of the organization, invited or active. Accepting an invitation makes no difference to the tree. An expired
// invitation is sent again.
var Members = &Kind{
	Name: members,
	Key:  "username",
	Refs: personRefs,

	Presence: memberPresence,

	Read: func(ctx context.Context, s *Session, org string, _ []Object) ([]Object, error) {
		return readMembers(ctx, s, org)
	},

	// Look searches the whole list, because it is not documented whether the filter username of [api listOrgUsers] ignores case.
	Look: func(ctx context.Context, s *Session, org string, of Object) (*Object, error) {
		all, err := readMembers(ctx, s, org)
		return find(all, of.Key), err
	},

	// A person of a federated domain is active at once [doc invitations]; any other person is invited. The same request also invites
	// a person whose last invitation expired or was rejected [api createOrgUser].
	Create: func(ctx context.Context, s *Session, org string, want Object) (Created, error) {
		body, err := memberBody(ctx, s, org, Object{}, want)
		if err != nil {
			return Created{}, err
		}
		body["username"] = invitee(want)
		return Created{}, s.Do(ctx, post, orgPath(org, "users"), body, nil)
	},

	Update: func(ctx context.Context, s *Session, org string, have, want Object) (*Object, error) {
		body, err := memberBody(ctx, s, org, have, want)
		if err != nil {
			return nil, err
		}
		return nil, s.Do(ctx, patch, orgPath(org, "users", have.ID), body, nil)
	},

	// For a pending person, this cancels the invitation [api removeOrgUser].
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

// memberBody returns the body of a request to /users, with ids in place of names. The API description does not say whether Atlas
// merges or replaces roles [api updateOrgUser]. So if roles in the organization or in projects change, the body has all of both.
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
