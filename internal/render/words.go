package render

import (
	"fmt"
	"strings"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/safetext"
)

// Violation says what a guard counted, and the limit.
func Violation(r plan.Violation) string {
	switch r.Guard {
	case plan.Creation:
		return fmt.Sprintf("%d organization would be created; the limit is %d", r.Count, r.Limit)
	case plan.Deletion:
		return fmt.Sprintf("%d organization would be deleted; the limit is %d", r.Count, r.Limit)
	case plan.Removals:
		return fmt.Sprintf("%d removals%s; the limit is %d (--max-deletes)", r.Count, parts(r), r.Limit)
	case plan.EmptyList:
		return fmt.Sprintf("all %d %s would be removed; the limit is %d", r.Count, r.Kind, r.Limit)
	case plan.LastOwner:
		return fmt.Sprintf("%d active ORG_OWNERs would stay; the limit is %d", r.Count, r.Limit)
	}
	return fmt.Sprintf("%d step may shut out this run's own credential; the limit is %d", r.Count, r.Limit)
}

// parts says how many of the removals take only a part of what somebody has.
func parts(r plan.Violation) string {
	var parts []string
	if r.Demotions > 0 {
		parts = append(parts, fmt.Sprintf("%d of them of the role ORG_OWNER", r.Demotions))
	}
	if r.Reductions > 0 {
		parts = append(parts, fmt.Sprintf("%d of other roles, teams or projects", r.Reductions))
	}
	if len(parts) == 0 {
		return ""
	}
	return ", " + strings.Join(parts, " and ")
}

// SandboxHas says which organizations a sandbox has, and which tree describes them; "" for none.
func SandboxHas(names []string, tree string) string {
	if tree != "" {
		tree = "; " + tree + " describes them"
	}
	return "The sandbox has: " + safetext.Line(resource.JoinSome(names)) + tree + "."
}

// Notice says what there is to know of an organization.
func Notice(n plan.Notice) string {
	kind := safetext.Value(n.Kind)
	switch n.About {
	case plan.Unlisted:
		return "warning: " + kind + " is managed in full now: whoever is not listed is removed, and nobody knows them without Atlas"
	case plan.Credential:
		return "note: its credential is " + safetext.Value(n.Key) + " now"
	case plan.Gone:
		return "note: it is not in the tree any more, and left as it is"
	case plan.LeftAlone:
		if n.Count == 1 {
			return "note: 1 " + strings.TrimSuffix(kind, "s") + " not listed is left alone"
		}
		return fmt.Sprintf("note: %d %s not listed are left alone", n.Count, kind)
	case plan.Rejected:
		return "warning: " + safetext.Value(n.Kind+"/"+n.Key) + " rejected the invitation; reinviteRejected: true sends another"
	}
	return "note: " + kind + " will be planned once the organization exists and its credential is set"
}
