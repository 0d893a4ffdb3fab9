package resource

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

// The values of status for a person: those of orgMembershipStatus [api listOrgUsers].
const (
	statusActive   = "ACTIVE"
	statusPending  = "PENDING"
	statusExpired  = "INVITATION_EXPIRED"
	statusRejected = "INVITATION_REJECTED"
)

// reinvite is the field that sends another invitation to a person who rejected the last one.
const reinvite = "reinviteRejected"

// owner is the role that can change an organization.
const owner = "ORG_OWNER"

// memberPresence returns the presence of a person. A person with an unknown status counts as invited, never as active.
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

// Reinvites reports whether a wanted person must be invited again after rejecting an invitation.
func (o Object) Reinvites() bool { return o.Fields[reinvite] == true }

// invitee returns the username to invite. A person whose last invitation ended keeps the Unicode form that Atlas has: Atlas replaces only
// an entry with the same address [api createOrgUser], and may not compare as [NormalizeEmail] does.
func invitee(want Object) string { return Fold(cmp.Or(want.Spelling, want.Key)) }

// HasRoles reports whether fields contain the roles of a person.
func HasRoles(f Fields) bool {
	_, has := f["roles"]
	return has
}

// IsOwner reports whether the roles of an object contain ORG_OWNER.
func IsOwner(f Fields) bool { return slices.Contains(list(f["roles"]), any(owner)) }

// reader returns the people of a kind with a username, or all for "".
type reader func(username string) ([]Object, error)

// lookForPerson returns the person of a step, or nil. References are names in the fields that the step is about, and ids in all others.
//
// It asks for the person by the username that Atlas has, and not by the id, because a person who was invited again may have another id.
// It is not documented whether Atlas then ignores case [api listOrgUsers]. So somebody counts as gone only if the whole list does not have
// the person either. A person without an id was not there when the plan was made. For such a person, a list from the start of the session
// is enough.
func lookForPerson(ctx context.Context, s *Session, org, kind string, of Object, read reader) (*Object, error) {
	var found *Object
	refs, maybe := mentioned(personRefs, of), true
	var group errgroup.Group
	group.Go(func() (err error) { found, err = findByName(of, read); return err })
	group.Go(func() error { _, err := readDirectory(ctx, s, org, kind, refs, of); return err })
	if of.ID == "" {
		group.Go(func() (err error) {
			maybe, err = s.hadAtFirst(kind, of.Key, func() ([]Object, error) { return read("") })
			return err
		})
	}
	err := group.Wait()
	if err == nil && found == nil && maybe {
		found, err = findIn(of.Key, read, "")
	}
	if err != nil || found == nil {
		return nil, err
	}
	return firstOf(WithNames(ctx, s, org, kind, refs, []Object{*found}))
}

// findByName asks for the person by username. If Atlas refuses the username, it finds nobody, and the whole list decides: the filter is
// documented only for e-mail addresses, and some usernames are none.
func findByName(of Object, read reader) (*Object, error) {
	found, err := findIn(of.Key, read, cmp.Or(of.Spelling, of.Key))
	var failure Failure
	if errors.As(err, &failure) && (failure.Temporary() || failure.Outage()) {
		return nil, err
	}
	return found, nil
}

func findIn(key string, read reader, username string) (*Object, error) {
	people, err := read(username)
	return find(people, key), err
}

// firstOf returns the first of the objects.
func firstOf(objects []Object, err error) (*Object, error) {
	if err != nil {
		return nil, err
	}
	return &objects[0], nil
}

// readUsers returns the people of /users with this username, or all for "", with ids in place of names. The kinds invitations and members
// use the same path and query, so a plan reads the list once. Without the statuses, Atlas leaves out expired and rejected invitations
// [api listOrgUsers].
func readUsers(ctx context.Context, api API, org, username string) (users []Object, err error) {
	query := url.Values{"orgMembershipStatuses": {statusActive, statusPending, statusExpired, statusRejected}}
	if username != "" {
		query.Set("username", username)
	}
	for user, err := range api.All(ctx, orgPath(org, "users")+"?"+query.Encode()) {
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

// person reads only the needed fields of a user, and no names or other personal data. The tree has no status. A removal has it in
// Before, so that the step is a conflict if the person joined after the plan was made.
func person(org string, user Fields) (Object, error) {
	a := newAnswer(user)
	o := Object{ID: a.id("id"), Spelling: a.text("username"), Fields: Fields{"status": a.text("orgMembershipStatus")}}
	o.Key = NormalizeEmail(o.Spelling)
	if memberPresence(o).IsGone() {
		o.ExpiredAt, _ = time.Parse(time.RFC3339, text(user["invitationExpiresAt"])) // null after a rejection [api listOrgUsers]
		return o, a.err(usersOf(org), o.Spelling)
	}
	roles := a.object("roles")
	o.Fields["roles"], o.Fields["teams"] = roles.list("orgRoles"), a.list("teamIds")
	o.Fields["projects"] = projectRoles(roles.each("groupRoleAssignments"), func(a answer) []any { return a.list("groupRoles") })
	return o, a.err(usersOf(org), o.Spelling)
}

func usersOf(org string) string { return "GET " + orgPath(org, "users") }

// DuplicateError means that Atlas has two objects with the same key, which the tree cannot tell apart.
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
	return fmt.Sprintf("remove one of the two in Atlas, or remove the section %s from the tree", e.Kind)
}

// unique returns one person for each key. If a person was invited again, Atlas may still list the last invitation: an active or
// pending entry wins over both ended ones, and a rejection wins over an expiry. Two active or pending people with the same key are a
// [DuplicateError], because a change could affect the wrong one.
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

// projectRoles returns roles by project id from Atlas's {groupId, …} entries. An invitation has an entry for each role, a user has an
// entry for each project [seen invitation-shape] [seen user-shape]. rolesOf returns the roles of an entry.
func projectRoles(assignments []answer, rolesOf func(answer) []any) Fields {
	roles := Fields{}
	for _, a := range assignments {
		id := a.id("groupId")
		roles[id] = append(list(roles[id]), rolesOf(a)...)
	}
	return roles
}

// projectAssignments returns roles by project id in the form of a request: a list of {groupId, …}. rolesKey is the key of the roles,
// which differs between /users and /invites.
func projectAssignments(projects any, rolesKey string) []any {
	byID, _ := projects.(Fields)
	assignments := make([]any, 0, len(byID))
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		assignments = append(assignments, Fields{"groupId": id, rolesKey: byID[id]})
	}
	return assignments
}
