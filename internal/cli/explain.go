package cli

import (
	"context"
	"fmt"
	"strings"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

func explainCommand() command {
	return command{
		name: "explain", args: "[FLAGS] [PATH…] [FIELD]", maxArgs: -1,
		about: "show where each value comes from",
		detail: "Shows what each organization of the tree (PATH…, files or directories; " + defaultTree + "\nif there is none) has, its own and what it inherits: every value with the place\n" +
			"that set it, and those that it wins over. With FIELD only that and what is in\nit, such as settings or invitations/ada@acme.example; a PATH of such a name is\nwritten ./settings.",
		flags:   []string{"only", "format"},
		formats: []string{"text", "json"},
		examples: []string{
			"explain --only Acme-Staging examples/orgs",
			"explain --only Acme-Staging examples/orgs settings",
		},
		run: (*invocation).explain,
	}
}

func (in *invocation) explain(context.Context) (int, error) {
	field, err := in.takeField()
	if err != nil {
		return ExitError, err
	}
	selection, err := in.loadTree()
	if err != nil {
		return ExitError, err
	}
	orgs := selection.orgs
	explained := make([]explanation, len(orgs))
	for i, o := range orgs {
		explained[i] = explanation{o.Name, o.ID, valuesOf(o, field), o.Absent(field).Managed}
	}
	if in.format.value == "json" {
		return ExitOK, plan.EncodeJSON(in.Stdout, explained, "  ")
	}
	var b strings.Builder
	for i, e := range explained {
		e.write(&b, field, i == 0)
	}
	_, err = fmt.Fprint(in.Stdout, &b)
	return ExitOK, err
}

// explanation says where the values of one organization come from.
type explanation struct {
	Name   string  `json:"name"`
	ID     string  `json:"id,omitzero"`
	Values []value `json:"values"`
	inFull string  // what is managed in full and has no such value
}

type value struct {
	path    []string
	isWhole bool
	Field   string  `json:"field,omitzero"`
	Value   any     `json:"value"`
	File    string  `json:"file"`
	Line    int     `json:"line"`
	Instead []value `json:"instead,omitzero"` // what it wins over, the nearest first
}

// valuesOf returns the values of a field and of what is in it.
func valuesOf(o *spec.Org, field string) []value {
	all := []value{}
	for _, v := range o.Values() {
		if field == "" || v.IsIn(field) {
			all = append(all, newValue(v))
		}
	}
	if whole := o.Absent(field).Whole; len(all) == 0 && whole != nil {
		all = append(all, newValue(*whole))
	}
	return all
}

func newValue(v spec.Value) value {
	shown := value{v.Path, v.IsWhole, v.Field(), v.Value, v.Place.File, v.Place.Line, nil}
	for _, other := range v.Instead {
		shown.Instead = append(shown.Instead, value{Value: other.Value, File: other.Place.File, Line: other.Place.Line})
	}
	return shown
}

// write shows the values as the tree that they are.
func (e explanation) write(b *strings.Builder, field string, isFirst bool) {
	if !isFirst {
		b.WriteByte('\n')
	}
	b.WriteString(plan.Org{Name: e.Name, ID: e.ID}.Heading() + "\n")
	switch {
	case len(e.Values) == 0 && e.inFull != "":
		fmt.Fprintf(b, "  %s is not there, and %s is managed in full\n", plan.OneLine(field), plan.OneLine(e.inFull))
	case len(e.Values) == 0:
		b.WriteString("  " + plan.OneLine(field) + " is not written, so it is left alone\n")
	}
	var last []string
	column := plan.SourceColumn(e.sources())
	for _, v := range e.Values {
		writeHeadings(b, last, v.path)
		indent := strings.Repeat("  ", len(v.path))
		b.WriteString(v.line(indent+plan.Show(v.path[len(v.path)-1])+": ", column))
		for _, other := range v.Instead {
			b.WriteString(other.line(indent+"  instead of ", column))
		}
		last = v.path
	}
}

func (e explanation) sources() (all []plan.Source) {
	for _, v := range e.Values {
		all = append(all, v.source())
		for _, other := range v.Instead {
			all = append(all, other.source())
		}
	}
	return all
}

func (v value) source() plan.Source { return plan.Source{File: v.File, Line: v.Line} }

// writeHeadings writes what a path has in front of its end that the one before does not have.
func writeHeadings(b *strings.Builder, last, path []string) {
	same := true
	for i, name := range path[:len(path)-1] {
		if same = same && i < len(last) && last[i] == name; !same {
			b.WriteString(strings.Repeat("  ", i+1) + plan.Show(name) + ":\n")
		}
	}
}

func (v value) line(start string, column int) string {
	return v.source().Beside(strings.TrimRight(start+v.show(), " "), column) + "\n"
}

// show writes the value as a plan does. A list of objects would say too much about what is not there.
func (v value) show() string {
	if v.isWhole {
		return "" // its parts are shown below
	}
	if list, ok := v.Value.([]any); ok && len(list) > 0 {
		if _, objects := list[0].(resource.Fields); objects {
			return fmt.Sprintf("a list of %d", len(list))
		}
	}
	return plan.Show(v.Value)
}
