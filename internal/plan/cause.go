package plan

import "atlas-gitops/internal/resource"

// CauseDigest returns the SHA-256 of what the steps of the organization do, in 64 hexadecimal digits. Organizations with equal steps
// have equal digests: it leaves out the organization, the ids of the objects, and the places in the tree.
func (o Org) CauseDigest() string {
	type step struct {
		Op             Op
		Kind, Key      string
		Before, After  resource.Fields
		ReinviteReason ReinviteReason
	}
	steps := make([]step, len(o.Steps))
	for i, s := range o.Steps {
		steps[i] = step{s.Op, s.Kind, s.Key, s.Before, s.After, s.ReinviteReason}
	}
	return sum(steps)
}
