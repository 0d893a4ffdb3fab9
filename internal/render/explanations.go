package render

import (
	"fmt"
	"strings"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/safetext"
)

// Explanations shows the values of each organization. One line for each reason then names the organizations without a value.
// isWhole means that these are all organizations of the tree.
func Explanations(all []Explanation, isWhole bool, c Colors) string {
	var parts, reasons []string
	without, orgs := map[string][]int{}, make([]plan.Org, len(all))
	for i, e := range all {
		orgs[i] = e.org()
		if len(e.Values) > 0 {
			parts = append(parts, e.text(c))
			continue
		}
		if without[e.inFull] == nil {
			reasons = append(reasons, e.inFull)
		}
		without[e.inFull] = append(without[e.inFull], i)
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
	field, inFull, verb := safetext.Line(e.field), safetext.Line(e.inFull), "set"
	if strings.Count(field, "/") == 1 { // a person: invitations/ada@acme.example
		verb = "list"
	}
	list := strings.Join(orgs, ", ")
	switch {
	case isInNone && inFull != "":
		return fmt.Sprintf("No organization %ss %s. All manage %s in full.", verb, field, inFull)
	case isInNone:
		return fmt.Sprintf("No organization %ss %s.", verb, field)
	case len(orgs) == 1 && inFull != "":
		return fmt.Sprintf("%s manages %s in full and does not %s %s.", list, inFull, verb, field)
	case len(orgs) == 1:
		return fmt.Sprintf("%s does not %s %s.", list, verb, field)
	case inFull != "":
		return fmt.Sprintf("%d organizations manage %s in full and do not %s %s: %s.", len(orgs), inFull, verb, field, list)
	}
	return fmt.Sprintf("%d organizations do not %s %s: %s.", len(orgs), verb, field, list)
}
