package resource

// Presence is the state of a live object: whether it exists, is pending, or has ended.
type Presence string

const (
	Active   Presence = "active"   // the object exists. Only an active person counts as an owner
	Pending  Presence = "pending"  // a person who is invited and has not answered yet
	Absent   Presence = "absent"   // only an expired invitation is left
	Declined Presence = "declined" // only a rejected invitation is left; only reinviteRejected sends another one
	Fixed    Presence = "fixed"    // the object satisfies the tree as it is, and its kind can neither change nor remove it
)

// IsGone reports whether only an ended invitation is left, so that there is nothing to change or remove.
func (p Presence) IsGone() bool { return p == Absent || p == Declined }

// CanChange reports whether the kind can change or remove the object.
func (p Presence) CanChange() bool { return p == Active || p == Pending }

// PresenceOf returns the presence of a live object of the kind.
func (k *Kind) PresenceOf(live Object) Presence {
	if k.Presence == nil {
		return Active
	}
	return k.Presence(live)
}
