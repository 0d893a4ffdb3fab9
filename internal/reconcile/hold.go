package reconcile

import (
	"strings"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/creation"
	"atlas-gitops/internal/plan"
)

// holds returns the organizations that the run must hold back. An approved plan holds back only what has no place for a new credential.
func (r *Run) holds(o ApplyOptions) apply.Holds {
	held, isApproved := apply.Holds{}, o.Approval.Covers(r.Plan)
	for i, org := range r.Plan.Orgs {
		switch {
		case len(org.Steps) == 0:
		case !isApproved && r.Plan.IsBlocked(i):
			held[i] = apply.Hold{Cause: apply.ByGuards, Reason: guards(r.Plan.ViolationsOf(i))}
		case len(org.Handouts()) > 0 && o.CredentialsOut == "":
			held[i] = apply.Hold{Cause: apply.NoFile, Reason: creation.NoFile(r.connection.env.Files, o.CredentialsFlag)}
		case !isApproved && !o.Approval.accepts(org) && !o.AutoApprove && (o.Approval != nil || o.Approve == nil):
			held[i] = apply.Hold{Cause: apply.NotApproved, Reason: "it is not approved"}
		}
	}
	return held
}

// guards returns the reason for an organization in which guards found something: guards removals, last-owner.
func guards(found []plan.Violation) string {
	names, noun := make([]string, len(found)), "guard"
	for i, v := range found {
		names[i] = string(v.Guard)
	}
	if len(names) > 1 {
		noun += "s"
	}
	return noun + " " + strings.Join(names, ", ")
}
