package plan_test

import (
	"fmt"
	"html"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"atlas-gitops/internal/render"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/safetext"
	"atlas-gitops/schema"
)

// TestShownStories: the few stories with text and Markdown cover everything. Together they contain every property and every enum
// value of a plan in schema/plan.json, and every kind of line that the plan of any story has.
func TestShownStories(t *testing.T) {
	shown, lines, words := 0, map[string]bool{}, map[string]bool{}
	stories := readStories(t)
	for _, s := range stories {
		if s.isShown() {
			shown++
			maps.Copy(lines, s.kindsOfLines(t))
			var document any
			parse(t, s.given["plan.json"], &document)
			addWords(words, document)
		}
	}
	if shown > 10 {
		t.Errorf("%d stories have text and Markdown; want at most 10, because each changed word of a plan changes them", shown)
	}
	for _, s := range stories {
		for line := range s.kindsOfLines(t) {
			if !lines[line] {
				t.Errorf("no story with text and Markdown has a line like %q, which the plan of %s has", line, s.name())
			}
		}
	}
	for _, word := range planWords(t) {
		if !words[word] {
			t.Errorf("no story with text and Markdown has the property or value %q", word)
		}
	}
}

// addWords adds the names of the properties and all texts of a document.
func addWords(words map[string]bool, document any) {
	switch value := document.(type) {
	case map[string]any:
		for name, part := range value {
			words[name] = true
			addWords(words, part)
		}
	case []any:
		for _, part := range value {
			addWords(words, part)
		}
	case string:
		words[value] = true
	}
}

// planWords returns the properties and the enum values of a plan, without those that only a result of apply has.
func planWords(t *testing.T) (all []string) {
	t.Helper()
	data, err := fs.ReadFile(schema.Files, "plan.json")
	if err != nil {
		t.Fatal(err)
	}
	var document any
	parse(t, string(data), &document)
	var collect func(any)
	collect = func(part any) {
		of, _ := part.(map[string]any)
		properties, _ := of["properties"].(map[string]any)
		for name, property := range properties {
			if about, _ := property.(map[string]any)["description"].(string); !strings.HasPrefix(about, "After apply:") {
				all = append(all, name)
				collect(property)
			}
		}
		definitions, _ := of["$defs"].(map[string]any)
		for _, definition := range definitions {
			collect(definition)
		}
		words, _ := of["enum"].([]any)
		for _, word := range words {
			all = append(all, word.(string))
		}
		choices, _ := of["oneOf"].([]any)
		for _, choice := range choices {
			if word, isWord := choice.(map[string]any)["const"].(string); isWord {
				all = append(all, word)
			}
		}
	}
	if collect(document); len(all) < 50 {
		t.Fatalf("the schema has %q", all)
	}
	return all
}

// kindsOfLines returns the lines of the plan as text and as Markdown, without the data in them.
func (s story) kindsOfLines(t *testing.T) map[string]bool {
	t.Helper()
	p := s.plan(t)
	v := s.view(p)
	data := map[string]string{p.Digest: "DIGEST", v.Command: "COMMAND", v.ComparedWith: "COMMIT"}
	for _, org := range p.Orgs {
		if org.Digest != "" {
			data[org.Digest], data["`"+org.Name+"`"] = "DIGEST", "NAME"
		}
		data[org.Heading()], data[html.EscapeString(org.Heading())] = "ORG", "ORG"
		for line := range strings.Lines(org.Error) {
			data[safetext.Line(strings.TrimSuffix(line, "\n"))] = "ERROR"
		}
		for _, n := range org.Notices {
			data[n.Kind+"/"+n.Key], data[n.Key] = "SUBJECT", "KEY"
			if n.IsIdle() {
				data[org.Name] = "ORG"
			}
		}
		for _, step := range org.Steps {
			if step.Kind != resource.Organization.Name { // a word of other lines, too
				data[strings.TrimLeft(step.Line(), "+~- ")], data[safetext.Value(step.Key)] = "STEP", "KEY"
			}
			if step.Source != nil {
				data[fmt.Sprintf("%s:%d", safetext.Value(step.Source.File), step.Source.Line)] = "PLACE"
			}
			for _, detail := range v.Details(step) {
				data[detail] = kindOfDetail(detail)
			}
		}
	}
	delete(data, "")
	delete(data, safetext.Value(""))
	longestFirst := slices.SortedFunc(maps.Keys(data), func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, text := range longestFirst {
		pairs = append(pairs, text, data[text])
	}
	text := strings.NewReplacer(pairs...).Replace(written(t, p, v.WritePlan) + written(t, p, v.WritePlanMarkdown))
	text = regexp.MustCompile(`KEY(,\s+KEY)+`).ReplaceAllString(text, "KEY")
	text = regexp.MustCompile("[0-9]+").ReplaceAllString(regexp.MustCompile(" +").ReplaceAllString(text, " "), "N")
	text = strings.NewReplacer("organizations:", "organization:", "organizations\n", "organization\n", "NAME, NAME", "NAME").Replace(text)
	kinds := map[string]bool{}
	for line := range strings.Lines(text) {
		kinds[line] = true
	}
	return kinds
}

// kindOfDetail replaces the field and its values by general words, and removes the place. It keeps details that are sentences.
func kindOfDetail(detail string) string {
	detail = regexp.MustCompile(`^([^ ]+: .*) \([^ ]+:[0-9]+\)$`).ReplaceAllString(detail, "$1")
	field, value, ok := strings.Cut(detail, ": ")
	if !ok || strings.Contains(field, " ") {
		return detail
	}
	if strings.Contains(value, "[-") || strings.Contains(value, "{+") {
		return "FIELD: TEXT"
	}
	values := strings.Split(value, " -> ")
	for i, v := range values {
		switch {
		case v == render.Value(nil), v == render.Value([]any{}):
		case strings.HasPrefix(v, "["):
			values[i] = "LIST"
		default:
			values[i] = "VALUE"
		}
	}
	if strings.Contains(field, ".") {
		field = "FIELD."
	} else {
		field = "FIELD"
	}
	return field + ": " + strings.Join(values, " -> ")
}
