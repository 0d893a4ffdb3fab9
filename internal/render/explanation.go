package render

import (
	"fmt"
	"strings"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// Explanation contains the values of one organization and the places that set them.
type Explanation struct {
	Name   string           `json:"name"`
	ID     string           `json:"id,omitzero"`
	Values []ExplainedValue `json:"values"`
	field  string           // the requested field; "" for all
	absent spec.Absence     // why there are no values
}

// ExplainedValue is a value, and the place that sets it.
type ExplainedValue struct {
	path    []string
	isWhole bool
	Field   string           `json:"field,omitzero"`
	Value   any              `json:"value"`
	File    string           `json:"file"`
	Line    int              `json:"line"`
	Instead []ExplainedValue `json:"instead,omitzero"` // the values that it overrides, the nearest first
}

// Explain returns the values of a field of an organization and of everything in that field. The field "" means all fields.
func Explain(o *spec.Org, field string, names FileName) Explanation {
	e := Explanation{Name: o.Name, ID: o.ID, Values: []ExplainedValue{}, field: field}
	for _, value := range o.Values() {
		if field == "" || value.IsIn(field) {
			e.Values = append(e.Values, explained(value, names))
		}
	}
	if e.absent = o.Absent(field); len(e.Values) == 0 && e.absent.Whole != nil {
		e.Values = append(e.Values, explained(*e.absent.Whole, names))
	}
	return e
}

func explained(value spec.Value, names FileName) ExplainedValue {
	shown := ExplainedValue{path: value.Path, isWhole: value.IsWhole, Field: value.Field(), Value: value.Value, File: names.of(value.Place.File), Line: value.Place.Line}
	for _, other := range value.Instead {
		shown.Instead = append(shown.Instead, ExplainedValue{Value: other.Value, File: names.of(other.Place.File), Line: other.Place.Line})
	}
	return shown
}

func (e Explanation) org() plan.Org { return plan.Org{Name: e.Name, ID: e.ID} }

// text shows the values as an indented tree. Overridden values have another colour.
func (e Explanation) text(c Colors) string {
	var b strings.Builder
	b.WriteString(c.Bold(e.org().Heading()) + "\n")
	var last []string
	column := column(e.places())
	for _, v := range e.Values {
		writeHeadings(&b, last, v.path)
		indent := strings.Repeat("  ", len(v.path))
		b.WriteString(v.line(indent+Value(v.path[len(v.path)-1])+": ", column) + "\n")
		for _, other := range v.Instead {
			b.WriteString(c.Fair(other.line(indent+"  instead of ", column)) + "\n")
		}
		last = v.path
	}
	return b.String()
}

func (e Explanation) places() (all []string) {
	for _, v := range e.Values {
		all = append(all, v.place())
		for _, other := range v.Instead {
			all = append(all, other.place())
		}
	}
	return all
}

func (v ExplainedValue) place() string { return place(plan.Source{File: v.File, Line: v.Line}) }

// writeHeadings writes all elements of a path but the last one, without those that the previous path has, too.
func writeHeadings(b *strings.Builder, last, path []string) {
	same := true
	for i, name := range path[:len(path)-1] {
		if same = same && i < len(last) && last[i] == name; !same {
			b.WriteString(strings.Repeat("  ", i+1) + Value(name) + ":\n")
		}
	}
}

func (v ExplainedValue) line(start string, column int) string {
	return beside(strings.TrimRight(start+v.show(), " "), v.place(), column)
}

// show writes the value as a plan does. For a list of objects it writes only the length.
func (v ExplainedValue) show() string {
	if v.isWhole {
		return "" // its parts are shown below
	}
	if list, ok := v.Value.([]any); ok && len(list) > 0 {
		if _, objects := list[0].(resource.Fields); objects {
			return fmt.Sprintf("a list of %d", len(list))
		}
	}
	return Value(v.Value)
}
