package render

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sergi/go-diff/diffmatchpatch"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/suggest"
)

// Value returns a value as text for people. It quotes text that looks like another value, or that could act on a terminal.
func Value(v any) string {
	switch v := v.(type) {
	case nil:
		return "unset"
	case string:
		return safetext.Value(v)
	case []any:
		items := make([]string, len(v))
		for i, part := range v {
			items[i] = item(part)
		}
		return "[" + strings.Join(items, ", ") + "]"
	case resource.Fields:
		return "{" + strings.Join(contents(v), ", ") + "}"
	}
	return fmt.Sprint(v)
}

// item returns a value as text for a list with commas.
func item(v any) string {
	text := Value(v)
	if text == v && strings.Contains(text, ",") {
		return strconv.Quote(text)
	}
	return text
}

// items returns names as text for a list with commas. For names of organizations, see orgNames.
func items(names []string) []string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = item(name)
	}
	return all
}

// contents returns one line for each field that is not empty or is explicitly unset.
func contents(fields resource.Fields) (lines []string) {
	for _, c := range plan.Contents(fields) {
		lines = append(lines, fieldName(c)+": "+Value(c.After))
	}
	return lines
}

// changes returns one line for each field that an update changes. A line ends with the place of the field if that is in another file
// than the place of the step.
func changes(s plan.Step, place func(plan.Source) string) (lines []string) {
	for _, c := range s.Changed() {
		line := fieldName(c) + ": "
		if s.Before == nil {
			line += Value(c.After)
		} else {
			line += change(c.Before, c.After)
		}
		if at, ok := s.Sources[c.Field()]; ok && s.Source != nil && at.File != s.Source.File {
			line += " (" + place(at) + ")"
		}
		lines = append(lines, line)
	}
	return lines
}

func fieldName(c plan.FieldChange) string {
	names := make([]string, len(c.Path))
	for i, name := range c.Path {
		names[i] = safetext.Value(name)
	}
	return strings.Join(names, ".")
}

// longText is the number of characters from which two texts no longer fit on one line of a terminal.
const longText = 60

// maxCompared is the largest number of characters, of both texts together, for which a change shows the difference inside the texts.
// The time to find it grows with the square of the length.
const maxCompared = 2_000

// differing returns the code points that differ in two texts that look the same.
func differing(before, after any) string {
	b, _ := before.(string)
	a, _ := after.(string)
	if points := suggest.Differing(a, b); points != "" {
		return " (" + points + ")"
	}
	return ""
}

// change returns a value before and after. For long texts it shows what changes inside: [-removed-]{+added+}.
func change(before, after any) string {
	b, a := Value(before), Value(after)
	length := utf8.RuneCountInString(b) + utf8.RuneCountInString(a)
	if before != b || after != a || length < longText || length > maxCompared {
		return b + " -> " + a + differing(before, after)
	}
	differ := diffmatchpatch.New()
	differ.DiffTimeout = 0 // equal inputs give equal bytes, however busy the machine is
	var inside strings.Builder
	for _, d := range differ.DiffCleanupSemantic(differ.DiffMain(b, a, false)) {
		switch d.Type {
		case diffmatchpatch.DiffDelete:
			inside.WriteString("[-" + d.Text + "-]")
		case diffmatchpatch.DiffInsert:
			inside.WriteString("{+" + d.Text + "+}")
		case diffmatchpatch.DiffEqual:
			inside.WriteString(d.Text)
		}
	}
	return inside.String() + differing(before, after)
}
