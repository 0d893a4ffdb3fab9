package resource

// Presence is how far a live object is there.
type Presence string

const (
	Active   Presence = "active"   // it is there. Only an active person counts as an owner
	Pending  Presence = "pending"  // a person is invited and has not answered yet
	Absent   Presence = "absent"   // nothing is left but an invitation that expired
	Declined Presence = "declined" // nothing is left but an invitation that was rejected; only reinviteRejected sends another
	Fixed    Presence = "fixed"    // it satisfies whatever is wanted of it, and its kind can neither change nor remove it
)

// IsGone tells whether there is nothing left to change or to remove.
func (p Presence) IsGone() bool { return p == Absent || p == Declined }

// CanChange tells whether there is something that its kind can change or remove.
func (p Presence) CanChange() bool { return p == Active || p == Pending }

// PresenceOf returns how far a live object of the kind is there.
func (k *Kind) PresenceOf(live Object) Presence {
	if k.Presence == nil {
		return Active
	}
	return k.Presence(live)
}
