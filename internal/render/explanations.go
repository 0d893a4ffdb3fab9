package render

import (
	"fmt"
	"strings"

	"atlas-gitops/internal/safetext"
)

// Explanations shows the values of each organization. One line for each reason then names the organizations without a value.
// isWhole means that these are all organizations of the tree.
func Explanations(all []Explanation, isWhole bool, c Colors) string {
	var parts, reasons []string
	without := map[string][]Explanation{}
	for _, e := range all {
		if len(e.Values) > 0 {
			parts = append(parts, e.text(c))
			continue
		}
		if without[e.inFull] == nil {
			reasons = append(reasons, e.inFull)
		}
		without[e.inFull] = append(without[e.inFull], e)
	}
	var missing strings.Builder
	for _, reason := range reasons {
		these := without[reason]
		missing.WriteString(c.Fair(withoutValue(these, isWhole && len(these) == len(all) && len(all) > 1)) + "\n")
	}
	if missing.Len() > 0 {
		parts = append(parts, missing.String())
	}
	return strings.Join(parts, "\n")
}

// withoutValue returns the sentence that these organizations lack the field, all for the same reason. isInNone means that no
// organization of the tree has it.
func withoutValue(these []Explanation, isInNone bool) string {
	field, inFull, verb := safetext.Line(these[0].field), safetext.Line(these[0].inFull), "set"
	if strings.Count(field, "/") == 1 { // a person: invitations/ada@acme.example
		verb = "list"
	}
	names := make([]any, len(these))
	for i, e := range these {
		names[i] = e.Name
	}
	list := strings.TrimSuffix(strings.TrimPrefix(Value(names), "["), "]")
	switch {
	case isInNone && inFull != "":
		return fmt.Sprintf("No organization %ss %s. All manage %s in full.", verb, field, inFull)
	case isInNone:
		return fmt.Sprintf("No organization %ss %s.", verb, field)
	case len(these) == 1 && inFull != "":
		return fmt.Sprintf("%s manages %s in full and does not %s %s.", list, inFull, verb, field)
	case len(these) == 1:
		return fmt.Sprintf("%s does not %s %s.", list, verb, field)
	case inFull != "":
		return fmt.Sprintf("%d organizations manage %s in full and do not %s %s: %s.", len(these), inFull, verb, field, list)
	}
	return fmt.Sprintf("%d organizations do not %s %s: %s.", len(these), verb, field, list)
}
