package spec

import (
	"time"

	"atlas-gitops/internal/resource"
)

// endingFrom is the first day on which Endings reports that Atlas ends /invites: half a year before the end [api listOrgInvites].
func endingFrom() time.Time { return time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC) }

// Endings returns a notice for each section whose API Atlas ends within half a year.
func Endings(orgs []*Org, today time.Time) []Diagnostic {
	if today.Before(endingFrom()) {
		return nil
	}
	var found []*Diagnostic
	for _, o := range orgs {
		place, written := o.Written(resource.Invitations.Name)
		if !written {
			continue
		}
		hint := "rename it to members, and add manage: { members: additive } to leave all other people unchanged"
		if _, both := o.Written(resource.Members.Name); both {
			hint = "move these people to members"
		}
		found = append(found, &Diagnostic{Place: place, Severity: endingSection.Severity, Rule: endingSection.ID, Hint: hint,
			Message: "invitations uses Atlas's API /invites, which ends on 2027-07-01"})
	}
	return sorted(found)
}
