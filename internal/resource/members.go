package resource

import (
	"context"
	"maps"

	"atlas-gitops/internal/plain"
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
		users, err := readMembers(ctx, s, org, "")
		if err != nil {
			return nil, err
		}
		return WithNames(ctx, s, org, members, personRefs, users)
	},

	Look: func(ctx context.Context, s *Session, org string, of Object) (*Object, error) {
		return lookForPerson(ctx, s, org, members, of, func(username string) ([]Object, error) { return readMembers(ctx, s, org, username) })
	},

	// A person of a federated domain is active at once [doc invitations]; any other person is invited. The same request also invites
	// a person whose last invitation expired or was rejected [api createOrgUser].
	Create: func(ctx context.Context, s *Session, org string, want Object) (Created, error) {
		body, err := memberBody(ctx, s, org, Object{}, want)
		if err != nil {
			return Created{}, err
		}
		body["username"] = invitee(want)
		var got Fields
		if err := s.Do(ctx, post, orgPath(org, "users"), body, &got); err != nil {
			return Created{}, err
		}
		return Created{Object: shownMember(ctx, s, org, got, want)}, nil
	},

	Update: func(ctx context.Context, s *Session, org string, have, want Object) (*Object, error) {
		body, err := memberBody(ctx, s, org, have, want)
		if err != nil {
			return nil, err
		}
		var got Fields
		if err := s.Do(ctx, patch, orgPath(org, "users", have.ID), body, &got); err != nil {
			return nil, err
		}
		return shownMember(ctx, s, org, got, want), nil
	},

	// For a pending person, this cancels the invitation [api removeOrgUser].
	Delete: func(ctx context.Context, s *Session, org string, have Object) error {
		return s.Do(ctx, remove, orgPath(org, "users", have.ID), nil, nil)
	},
}

// readMembers returns the members with this username, or all for "", with ids in place of names.
func readMembers(ctx context.Context, s *Session, org, username string) ([]Object, error) {
	users, err := readUsers(ctx, s, org, username)
	if err != nil {
		return nil, err
	}
	return unique(members, users)
}

// shownMember returns the wanted person as the answer to a write shows it [api createOrgUser] [api updateOrgUser], with names in the
// fields of want. It returns nil if the answer does not show the whole person, who must then be read again.
func shownMember(ctx context.Context, s *Session, org string, answer Fields, want Object) *Object {
	o, err := person(org, answer)
	if err != nil || o.Key != want.Key {
		return nil
	}
	shown, _ := firstOf(WithNames(ctx, s, org, members, mentioned(personRefs, want), []Object{o})) // without names, the person is read again
	return shown
}

// memberBody returns the body of a request to /users, with ids in place of names. The API description does not say whether Atlas
// merges or replaces roles [api updateOrgUser]. So if roles in the organization or in projects change, the body has all of both.
func memberBody(ctx context.Context, s *Session, org string, have, want Object) (Fields, error) {
	fields := maps.Clone(want.Fields)
	if fields["roles"] != nil || fields["projects"] != nil {
		for _, field := range []string{"roles", "projects"} {
			if _, changes := fields[field]; !changes && !plain.Equal(have.Fields[field], nil) {
				fields[field] = plain.Canonical(have.Fields[field])
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
