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

// Value writes a value for a person. Text that could be taken for something else, or could play tricks on a terminal, is
// quoted.
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

// item writes a value that stands between commas.
func item(v any) string {
	text := Value(v)
	if text == v && strings.Contains(text, ",") {
		return strconv.Quote(text)
	}
	return text
}

// items writes names that stand between commas.
func items(names []string) []string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = item(name)
	}
	return all
}

// contents lists the fields that are not empty, and those that are explicitly unset, one line a field.
func contents(fields resource.Fields) (lines []string) {
	for _, c := range plan.Contents(fields) {
		lines = append(lines, fieldName(c)+": "+Value(c.After))
	}
	return lines
}

// changes lists the fields that an update changes, one line a field, each with its place if that is in another file than the place
// of the step.
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

// longText is how many characters two texts have together when they no longer fit on a line of a terminal.
const longText = 60

// maxCompared is how many characters two texts may have together if they are compared inside. The time for that grows with the
// square of their length.
const maxCompared = 2_000

// differing says in what two texts differ that look the same.
func differing(before, after any) string {
	b, _ := before.(string)
	a, _ := after.(string)
	if points := suggest.Differing(a, b); points != "" {
		return " (" + points + ")"
	}
	return ""
}

// change writes what a value was and becomes. Of long texts it shows what changes inside: [-gone-]{+new+}.
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
	return inside.String()
}
