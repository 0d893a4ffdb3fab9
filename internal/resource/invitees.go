package resource

import (
	"cmp"
	"strings"

	"atlas-gitops/internal/suggest"
)

// IsAddress reports whether the name of a person looks like an e-mail address.
func IsAddress(username string) bool { return strings.Contains(username, "@") }

// InviteError says that somebody would have to be invited whose name is not an e-mail address. Atlas sends invitations by e-mail and
// takes nothing else [api createOrgUser].
type InviteError struct {
	Kind, Key string
	Unlisted  []string // the usernames that Atlas has and the tree does not list, as Atlas writes them
}

func (e *InviteError) Error() string {
	return "this is not an e-mail address, so Atlas cannot send an invitation"
}

// Advice says what to do next.
func (e *InviteError) Advice() string {
	if question := suggest.DidYouMean(e.Key, e.Unlisted); question != "" {
		return question + " otherwise, write the e-mail address, or remove the entry"
	}
	return "write the e-mail address, or remove the entry: nobody in the organization has this name"
}

// Location is where the person is written.
func (e *InviteError) Location() Location { return Location{e.Kind, e.Key, nil} }

// checkInvitees returns an [InviteError] for each wanted person whom Atlas would have to invite and cannot.
func (k *Kind) checkInvitees(live, want []Object) error {
	if !k.IsPeople() {
		return nil
	}
	var wrong []error
	lives, names := State{k.Name: live}.Index(), k.unlisted(live, want)
	for _, w := range want {
		if !IsAddress(w.Key) && k.invites(lives.Find(k.Name, w.Key), w) {
			wrong = append(wrong, &InviteError{k.Name, w.Key, names})
		}
	}
	return joinSome(wrong, k.Name, "%d more in %s cannot be invited: no e-mail address")
}

// unlisted returns the usernames of the live people who are not wanted.
func (k *Kind) unlisted(live, want []Object) (names []string) {
	wanted := State{k.Name: want}.Index()
	for _, o := range live {
		if wanted.Find(k.Name, o.Key) == nil {
			names = append(names, cmp.Or(o.Spelling, o.Key))
		}
	}
	return names
}

// invites reports whether the wanted person must be invited first.
func (k *Kind) invites(have *Object, want Object) bool {
	if have == nil {
		return true
	}
	presence := k.PresenceOf(*have)
	return presence == Absent || presence == Declined && want.Reinvites()
}
