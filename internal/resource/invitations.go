package resource

import (
	"context"
	"maps"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

const invitations = "invitations"

// Invitations are the pending invitations to join the organization, as Atlas's older /invites has them.
// Who accepted one is a member now: that invitation is settled.
var Invitations = &Kind{
	Name:   invitations,
	Key:    "username",
	Maps:   []string{"projects"},
	Reader: owner,

	Resolve: resolver(invitations),

	Read: func(ctx context.Context, api API, org string) ([]Object, error) {
		var pending, members []Object
		var group errgroup.Group
		group.Go(func() (err error) { pending, err = readPending(ctx, api, org); return err })
		group.Go(func() (err error) { members, err = readSettled(ctx, api, org); return err })
		if err := group.Wait(); err != nil {
			return nil, err
		}
		isMember := func(o Object) bool {
			return slices.ContainsFunc(members, func(m Object) bool { return m.Key == o.Key })
		}
		return append(members, slices.DeleteFunc(pending, isMember)...), nil
	},

	Create: func(ctx context.Context, api API, org string, want Object) error {
		body, err := invitationBody(ctx, api, org, want)
		if err != nil {
			return err
		}
		body["username"] = want.Key
		return api.Do(ctx, post, orgPath(org, "invites"), body, nil)
	},

	Update: func(ctx context.Context, api API, org string, have, want Object) (*Object, error) {
		body, err := invitationBody(ctx, api, org, want)
		if err != nil {
			return nil, err
		}
		return nil, api.Do(ctx, patch, orgPath(org, "invites", have.ID), body, nil)
	},

	Delete: func(ctx context.Context, api API, org string, have Object) error {
		return api.Do(ctx, remove, orgPath(org, "invites", have.ID), nil, nil)
	},
}

// readPending returns the invitations that wait for an answer. Atlas gives them as one bare array. That of an old
// organization also has invitations to projects (observed), which cannot be cancelled here: they are not ours.
func readPending(ctx context.Context, api API, org string) ([]Object, error) {
	var got []Fields
	if err := api.Do(ctx, get, orgPath(org, "invites"), nil, &got); err != nil {
		return nil, err
	}
	pending := make([]Object, 0, len(got))
	for _, invite := range got {
		if !slices.ContainsFunc(list(invite["roles"]), func(role any) bool { return strings.HasPrefix(text(role), "ORG_") }) {
			continue
		}
		pending = append(pending, Object{Key: FoldEmail(text(invite["username"])), ID: text(invite["id"]), Fields: Fields{
			"roles":    list(invite["roles"]),
			"teams":    list(invite["teamIds"]),
			"projects": projectRoles(list(invite["groupRoleAssignments"])),
		}})
	}
	return named(ctx, api, org, invitations, pending)
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

// readSettled returns the active users: as invitations they can neither change nor go.
func readSettled(ctx context.Context, api API, org string) ([]Object, error) {
	var members []Object
	for user, err := range users(ctx, api, org) {
		if err != nil {
			return nil, err
		}
		if isActive(user) {
			members = append(members, Object{Key: FoldEmail(text(user["username"])), ID: text(user["id"]), Settled: true})
		}
	}
	return members, nil
}

// invitationBody puts an invitation into Atlas's words, names into ids.
func invitationBody(ctx context.Context, api API, org string, want Object) (Fields, error) {
	d, err := readDirectory(ctx, api, org, want)
	if err != nil {
		return nil, err
	}
	want, err = mapReferences(invitations, want, d.id)
	if err != nil {
		return nil, err
	}
	body := Fields{}
	for field, value := range want.Fields {
		switch field {
		case "teams":
			body["teamIds"] = value
		case "projects":
			body["groupRoleAssignments"] = projectAssignments(value)
		default:
			body[field] = value
		}
	}
	return body, nil
}

// projectAssignments is what a request has: {groupId, roles}, other than in an answer.
func projectAssignments(projects any) []any {
	byID, _ := projects.(Fields)
	assignments := make([]any, 0, len(byID))
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		assignments = append(assignments, Fields{"groupId": id, "roles": byID[id]})
	}
	return assignments
}
