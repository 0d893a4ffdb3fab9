package render

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/suggest"
)

// guardText says what guards found in a plan, and what accepts that.
type guardText struct {
	View
	plan *plan.Plan
}

// isBlocked reports whether guards block the organization with this index, and nobody has accepted that.
func (g guardText) isBlocked(org int) bool { return g.AcceptedWith == "" && g.plan.IsBlocked(org) }

// writeGuards writes what guards block, organization by organization, and how to accept that. What is accepted comes below.
func (t *planText) writeGuards() {
	names := orgNames(t.plan.Orgs)
	blocked, accepted := t.findings(t.plan.IsBlocked), t.findings(func(i int) bool { return !t.plan.IsBlocked(i) })
	if t.AcceptedWith != "" {
		blocked, accepted = nil, t.findings(func(int) bool { return true })
	}
	if len(blocked) > 0 {
		t.WriteString(t.Colors.Bad(guardsTitle(t.plan)+":") + "\n" + theRun(t.plan, "  "))
		t.writeFindings(blocked, names, func(org plan.Org) string { return t.digestLine(org, "    ") })
		if t.Command != "" && t.ComparedWith == "" {
			t.WriteString(t.acceptances(blocked) + "\n")
		}
		t.WriteByte('\n')
	}
	if len(accepted) > 0 {
		t.WriteString(t.Colors.Fair(t.acceptedTitle()+":") + "\n")
		t.writeFindings(accepted, names, func(plan.Org) string { return "" })
		t.WriteByte('\n')
	}
}

// writeFindings writes findings, and below those about a single organization what more returns for it.
func (t *planText) writeFindings(findings []*finding, names []string, more func(plan.Org) string) {
	for _, f := range findings {
		if len(f.orgs) == 1 {
			org := t.plan.Orgs[f.orgs[0]]
			t.WriteString("  " + org.Heading() + "\n" + f.text + more(org))
		} else {
			t.WriteString("  " + Count(len(f.orgs), "organization") + "\n" + f.text + wrap("    ", "", pick(names, f.orgs)) + "\n")
		}
	}
}

// finding is what guards found in an organization. In a summary it can stand for several organizations with the same findings.
type finding struct {
	orgs []int // their indexes in the plan
	text string
}

// findings returns what guards found in some organizations, in the order of the plan.
func (t *planText) findings(some func(org int) bool) (all []*finding) {
	for i := range t.plan.Orgs {
		if text := t.findingLines(i, "    "); text != "" && some(i) {
			all = append(all, &finding{[]int{i}, text})
		}
	}
	if t.Summary {
		return merge(all)
	}
	return all
}

// digestLine returns a line with the digest that accepts an organization; "" if nobody can approve the plan.
func (g guardText) digestLine(org plan.Org, indent string) string {
	if g.ComparedWith != "" {
		return ""
	}
	return indent + "digest: " + org.Digest + "\n"
}

// findingLines returns what guards found in an organization, and who accepted that.
func (g guardText) findingLines(i int, indent string) (lines string) {
	org, found := g.plan.Orgs[i], g.plan.ViolationsOf(i)
	lines = g.acceptedBy(org, indent)
	for _, one := range found {
		lines += violationLines(one, org, found, indent)
	}
	return lines
}

// acceptedBy returns a line about what accepts an organization, or "".
func (g guardText) acceptedBy(org plan.Org, indent string) string {
	switch by := org.Accepted; {
	case by == nil:
		return ""
	case by.Source == nil:
		return indent + "accepted by its digest\n"
	default:
		return indent + "accepted in " + g.place(*by.Source) + ": " + safetext.Value(by.Reason) + "\n"
	}
}

// merge joins the organizations with the same findings.
func merge(findings []*finding) (all []*finding) {
	equal := map[string]*finding{}
	for _, f := range findings {
		if same := equal[f.text]; same != nil {
			same.orgs = append(same.orgs, f.orgs...)
			continue
		}
		equal[f.text] = f
		all = append(all, f)
	}
	return all
}

// hasShared reports whether several organizations share a finding.
func hasShared(findings []*finding) bool {
	return slices.ContainsFunc(findings, func(f *finding) bool { return len(f.orgs) > 1 })
}

// guardsTitle says how much guards block.
func guardsTitle(p *plan.Plan) string {
	return fmt.Sprintf("Guards block %s", Count(len(p.Blocked()), "organization"))
}

// acceptedTitle says what accepts the plan in spite of the guards.
func (g guardText) acceptedTitle() string {
	if g.AcceptedWith != "" {
		return "Accepted with " + g.AcceptedWith
	}
	return "Accepted"
}

// theRun returns a line about the guard that counts the removals of all organizations, or "".
func theRun(p *plan.Plan, indent string) string {
	i := slices.IndexFunc(p.Violations, func(v plan.Violation) bool { return v.Guard == plan.TotalRemovals })
	if i < 0 {
		return ""
	}
	return indent + Violation(p.Violations[i]) + "\n"
}

// violationLines returns what a guard blocks, and what would be removed. found has everything that guards found in the organization: the
// guard of the run has a line of its own, and does not repeat the names that the limit of the organization shows.
func violationLines(v plan.Violation, org plan.Org, found []plan.Violation, indent string) string {
	switch {
	case v.Guard != plan.TotalRemovals:
		return indent + Violation(v) + "\n" + removals(v, org, indent+"  ")
	case slices.ContainsFunc(found, func(other plan.Violation) bool { return other.Guard == plan.Removals }):
		return ""
	}
	return removals(v, org, indent)
}

// Violation returns one line about what a guard blocks.
func Violation(r plan.Violation) string {
	switch r.Guard {
	case plan.Creation:
		return "the organization would be created"
	case plan.Deletion:
		return "the organization would be deleted"
	case plan.Removals:
		return fmt.Sprintf("%s; the limit is %d (--max-deletes)", Count(r.Count, "removal"), r.Limit)
	case plan.EmptyList:
		return fmt.Sprintf("all %d %s would be removed", r.Count, r.Kind)
	case plan.TotalRemovals:
		return fmt.Sprintf("%s in all organizations; the limit is %d (--max-total-deletes)", Count(r.Count, "removal"), r.Limit)
	case plan.LastOwner:
		return fmt.Sprintf("no active ORG_OWNER would remain; at least %d is required", r.Limit)
	}
	return "the credential of this run may be locked out"
}

// removals lists what the steps that a guard counted remove: one line, or more, for each kind of removal, with at most 20 names.
func removals(r plan.Violation, org plan.Org, indent string) string {
	var b strings.Builder
	objects := org.Objects()
	add := func(title string, isCounted func(plan.Step) bool) {
		var keys []string
		for _, s := range objects {
			if s.Key != "" && r.IsAbout(s) && isCounted(s) {
				keys = append(keys, s.Key)
			}
		}
		if len(keys) > 0 {
			b.WriteString(wrap(indent, title+": ", suggest.Some(items(keys))) + "\n")
		}
	}
	for _, k := range resource.Kinds {
		add("removes "+k.Name, func(s plan.Step) bool { return s.Op == plan.Delete && s.Kind == k.Name })
	}
	add("takes ORG_OWNER from", plan.Step.Demotes)
	add("takes roles, teams or projects from", func(s plan.Step) bool { return s.Op == plan.Update && !s.Demotes() })
	for _, s := range org.Steps {
		if r.Guard == plan.OwnAccess && r.IsAbout(s) {
			b.WriteString(indent + s.Kind + ": " + strings.Join(fieldsOf(plan.WithoutOrigin(s), time.Time{}, place), "; ") + "\n")
		}
	}
	return b.String()
}
