package resource

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

const invitations = "invitations"

// Invitations are the pending invitations to the organization, from Atlas's older path /invites, which ends on 2027-07-01
// [api listOrgInvites]. An accepted invitation is Fixed, because that person is a member now.
var Invitations = &Kind{
	Name: invitations,
	Key:  "username",
	Refs: personRefs,

	Presence: invitationPresence,

	Read: func(ctx context.Context, s *Session, org string, _ []Object) ([]Object, error) {
		all, err := readInvitations(ctx, s, org, "")
		if err != nil {
			return nil, err
		}
		return WithNames(ctx, s, org, invitations, personRefs, all)
	},

	Look: func(ctx context.Context, s *Session, org string, of Object) (*Object, error) {
		return lookForPerson(ctx, s, org, invitations, of, func(username string) ([]Object, error) { return readInvitations(ctx, s, org, username) })
	},

	Create: func(ctx context.Context, s *Session, org string, want Object) (Created, error) {
		body, err := invitationBody(ctx, s, org, want)
		if err != nil {
			return Created{}, err
		}
		body["username"] = invitee(want)
		return Created{}, s.Do(ctx, post, orgPath(org, "invites"), body, nil)
	},

	Update: func(ctx context.Context, s *Session, org string, have, want Object) (*Object, error) {
		body, err := invitationBody(ctx, s, org, want)
		if err != nil {
			return nil, err
		}
		return nil, s.Do(ctx, patch, orgPath(org, "invites", have.ID), body, nil)
	},

	Delete: func(ctx context.Context, s *Session, org string, have Object) error {
		return s.Do(ctx, remove, orgPath(org, "invites", have.ID), nil, nil)
	},
}

// readInvitations returns the invitations of the people with this username, or all for "", with ids in place of names.
func readInvitations(ctx context.Context, s *Session, org, username string) ([]Object, error) {
	var pending, users []Object
	var group errgroup.Group
	group.Go(func() (err error) { pending, err = readPending(ctx, s, org, username); return err })
	group.Go(func() (err error) { users, err = readUsers(ctx, s, org, username); return err })
	if err := group.Wait(); err != nil {
		return nil, err
	}
	pending, err := unique(invitations, pending)
	if err != nil {
		return nil, err
	}
	return firsts(accepted(users), pending, ended(users)), nil
}

// firsts returns the first object of each key. The lists come from different requests, so a person who accepts an invitation between
// these requests is in two lists.
func firsts(lists ...[]Object) (all []Object) {
	seen := map[string]bool{}
	for _, o := range slices.Concat(lists...) {
		if !seen[o.Key] {
			seen[o.Key] = true
			all = append(all, o)
		}
	}
	return all
}

// invitationPresence returns the presence of an invitation. An active person has accepted it, so it cannot be changed or cancelled.
func invitationPresence(live Object) Presence {
	if p := memberPresence(live); p != Active {
		return p
	}
	return Fixed
}

// accepted returns the active members as accepted invitations, without their roles: those belong to the kind members.
func accepted(users []Object) (members []Object) {
	for _, u := range users {
		if memberPresence(u) == Active {
			members = append(members, Object{Key: u.Key, ID: u.ID, Spelling: u.Spelling, Fields: Fields{"status": statusActive}})
		}
	}
	return members
}

// ended returns the people whose invitation expired or was rejected. /invites no longer has them.
func ended(users []Object) (former []Object) {
	for _, u := range users {
		if memberPresence(u).IsGone() {
			former = append(former, Object{Key: u.Key, Spelling: u.Spelling, Fields: u.Fields, ExpiredAt: u.ExpiredAt})
		}
	}
	return former
}

// readPending returns the pending invitations. Atlas returns them as one array without pages [api listOrgInvites]. In an old
// organization the array also has invitations to projects [seen project-invitations]. readPending leaves these out, because Atlas
// refuses to cancel them here, with CANNOT_DELETE_GROUP_INVITATION [doc error-codes].
func readPending(ctx context.Context, s *Session, org, username string) ([]Object, error) {
	path := orgPath(org, "invites")
	if username != "" {
		path += "?" + url.Values{"username": {username}}.Encode()
	}
	var got []Fields
	if err := s.Do(ctx, get, path, nil, &got); err != nil {
		return nil, err
	}
	pending := make([]Object, 0, len(got))
	for _, invite := range got {
		o, isOurs, err := invitation(org, invite)
		if err != nil {
			return nil, err
		}
		if isOurs {
			pending = append(pending, o)
		}
	}
	return pending, nil
}

// invitation reads one invitation. isOurs means that it is an invitation to the organization, not to a project.
func invitation(org string, invite Fields) (o Object, isOurs bool, err error) {
	a := newAnswer(invite)
	request, roles := "GET "+orgPath(org, "invites"), a.list("roles")
	isOurs = slices.ContainsFunc(roles, func(role any) bool { return strings.HasPrefix(text(role), "ORG_") })
	if !isOurs {
		return o, false, a.err(request, text(invite["username"]))
	}
	o = Object{ID: a.id("id"), Spelling: a.text("username"), Fields: Fields{
		"roles":    roles,
		"teams":    a.list("teamIds"),
		"projects": projectRoles(a.each("groupRoleAssignments"), func(a answer) []any { return []any{a.text("groupRole")} }),
	}}
	o.Key = NormalizeEmail(o.Spelling)
	return o, true, a.err(request, o.Spelling)
}

// invitationBody returns the body of a request to /invites, with ids in place of names.
func invitationBody(ctx context.Context, s *Session, org string, want Object) (Fields, error) {
	want, err := WithIDs(ctx, s, org, invitations, personRefs, want)
	if err != nil {
		return nil, err
	}
	body := Fields{}
	for field, value := range want.Fields {
		switch field {
		case "teams":
			body["teamIds"] = value
		case "projects":
			body["groupRoleAssignments"] = projectAssignments(value, "roles")
		default:
			body[field] = value
		}
	}
	return body, nil
}
