package render

import (
	"fmt"
	"strings"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/spec"
)

// Explanations shows the values of each organization. One line for each reason then names the organizations without a value.
// isWhole means that these are all organizations of the tree.
func Explanations(all []Explanation, isWhole bool, c Colors) string {
	var parts []string
	var reasons []spec.Absence
	without, orgs := map[spec.Absence][]int{}, make([]plan.Org, len(all))
	for i, e := range all {
		orgs[i] = e.org()
		if len(e.Values) > 0 {
			parts = append(parts, e.text(c))
			continue
		}
		if without[e.absent] == nil {
			reasons = append(reasons, e.absent)
		}
		without[e.absent] = append(without[e.absent], i)
	}
	names := orgNames(orgs)
	var missing strings.Builder
	for _, reason := range reasons {
		these := without[reason]
		isInNone := isWhole && len(these) == len(all) && len(all) > 1
		missing.WriteString(c.Fair(all[these[0]].withoutValue(pick(names, these), isInNone)) + "\n")
	}
	if missing.Len() > 0 {
		parts = append(parts, missing.String())
	}
	return strings.Join(parts, "\n")
}

// withoutValue returns the sentence that these organizations lack the field, all for the same reason. isInNone means that no
// organization of the tree has it.
func (e Explanation) withoutValue(orgs []string, isInNone bool) string {
	list := strings.Join(orgs, ", ")
	switch one, several, none := e.reason(); {
	case isInNone:
		return none + "."
	case len(orgs) == 1:
		return list + " " + one + "."
	default:
		return fmt.Sprintf("%d organizations %s: %s.", len(orgs), several, list)
	}
}

// reason says why there is no value: of one organization, of several, and of all.
func (e Explanation) reason() (one, several, none string) {
	field, verb := safetext.Line(e.field), "set"
	if strings.Count(field, "/") == 1 { // a person: invitations/ada@acme.example
		verb = "list"
	}
	switch a := e.absent; {
	case a.Unmanaged != "":
		return "does not manage " + a.Unmanaged, "do not manage " + a.Unmanaged, "No organization manages " + a.Unmanaged
	case a.Additive != "":
		some := "only some people (manage: { " + a.Additive + ": additive })"
		alone := a.Additive + "/" + strings.Split(field, "/")[1] + " alone"
		return "lists " + some + " and leaves " + alone, "list " + some + " and leave " + alone, "All organizations list " + some + " and leave " + alone
	case a.Managed != "":
		list := safetext.Line(a.Managed) + " in full"
		return fmt.Sprintf("manages %s and does not %s %s", list, verb, field), fmt.Sprintf("manage %s and do not %s %s", list, verb, field),
			fmt.Sprintf("No organization %ss %s. All manage %s", verb, field, list)
	}
	return "does not " + verb + " " + field, "do not " + verb + " " + field, "No organization " + verb + "s " + field
}
