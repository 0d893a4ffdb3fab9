package render

import (
	"fmt"
	"strings"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/suggest"
)

// SandboxHas returns a sentence about the organizations of a sandbox and the tree that describes them. tree is "" for none.
func SandboxHas(names []string, tree string) string {
	if tree != "" {
		tree = "; " + tree + " describes them"
	}
	return "The sandbox has: " + suggest.JoinSome(items(names)) + tree + "."
}

// Notice returns one line about something that a reader must know about an organization.
func Notice(n plan.Notice) string {
	switch n.About {
	case plan.LeftAlone:
		return "note: " + leaveAlone(n)
	case plan.Rejected:
		return "warning: " + safetext.Value(n.Kind+"/"+n.Key) + " rejected the invitation; to invite again, set reinviteRejected: true"
	case plan.Lookalike:
		return "warning: " + safetext.Value(n.Kind+"/"+n.Key) + " looks like " + safetext.Value(n.Other) + ", which this plan removes: " + safetext.Value(n.Difference)
	case plan.UnusedAcceptance:
		return "warning: the acceptance at " + place(*n.Source) + " is not for what this plan would do; remove it, or accept the digest that is blocked now"
	case plan.Unmanaged:
		return "note: the tree manages nothing in this organization"
	case plan.OnlyName:
		return "note: the tree manages only the name of this organization"
	}
	return "note: " + safetext.Value(n.Kind) + " cannot be planned yet; plan again when the organization and its credential exist"
}

// leaveAlone returns how many objects are left alone, as text.
func leaveAlone(n plan.Notice) string {
	kind := safetext.Value(n.Kind)
	if n.Count == 1 {
		return "1 " + strings.TrimSuffix(kind, "s") + " that is not listed is left alone"
	}
	return fmt.Sprintf("%d %s that are not listed are left alone", n.Count, kind)
}
