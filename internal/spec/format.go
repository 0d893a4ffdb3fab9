package spec

import (
	"fmt"

	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/yamldata"
	"atlas-gitops/internal/yamldoc"
)

// formatter puts one YAML file into canonical form. It does not check the file against the schema.
type formatter struct {
	layout
	file  string
	found reporter
}

// Canonical returns the text of a file of organizations in canonical form; nil if it is not YAML. An error is a bug of the formatter.
func Canonical(text []byte) ([]byte, error) {
	order, err := DocumentOrder()
	if err != nil {
		return nil, err
	}
	f := &formatter{layout: layout{order, (*reporter).refusesShape}}
	return f.format(text)
}

// layout is how one type of files is formatted.
type layout struct {
	order   *yamldoc.Order                             // of a document
	refuses func(r *reporter, doc *yamldata.Node) bool // reports a document of the wrong type
}

// format returns the file in canonical form. If the file is not YAML, or uses unsupported YAML, it returns nil and reports why. An
// error is a bug of the formatter: the result would have different values or comments.
func (f *formatter) format(data []byte) ([]byte, error) {
	if f.found.refusesSize(f.file, data) {
		return nil, nil
	}
	text := yamldata.NewText(data)
	in := f.read(text)
	if len(f.found.found) > 0 {
		f.found.settle()
		return nil, nil
	}
	out, err := yamldoc.Format(text, in, f.order)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", f.file, err)
	case len(out) > yamldata.MaxBytes:
		f.found.report(tooLarge, Place{File: f.file}, "would be larger than 1 MiB after formatting; %s", shrink(f.file))
		return nil, nil
	}
	return out, nil
}

// read parses a file and reports its mistakes.
func (f *formatter) read(text yamldata.Text) yamldata.Content {
	f.found.lineOf = func(p Place) string { return text.Shown(p.Line) }
	in := yamldata.Parse(f.file, text)
	f.found.reportProblems(in.Obstacles())
	for _, doc := range in.Documents() {
		f.refuses(&f.found, doc)
	}
	return in
}

// DocumentOrder returns the order of the parts of an organization in canonical form.
func DocumentOrder() (*yamldoc.Order, error) {
	all, err := layouts()
	return all[""].order, err
}

// newOrder returns the order of a document's parts: keys as in the schema file, free keys by name, and the objects of a kind by their
// key. All other lists keep their order.
func newOrder(file string) (*yamldoc.Order, error) {
	document, err := readShape(file)
	if err != nil {
		return nil, err
	}
	order := document.ordered()
	for _, k := range resource.Kinds {
		if section := order.Values[k.Name]; section != nil && k.Key != "" {
			section.SortKey, section.SortText = k.Key, resource.NormalizeEmail
		}
	}
	return order, nil
}

// ordered returns the order in which the schemas list the properties of a value.
func (s *shape) ordered() *yamldoc.Order {
	if s == nil {
		return nil
	}
	order := &yamldoc.Order{Keys: s.order, Values: make(map[string]*yamldoc.Order, len(s.properties)), Others: s.values.ordered(), Free: s.values != nil, Items: s.items.ordered()}
	for key, property := range s.properties {
		order.Values[key] = property.ordered()
	}
	return order
}
