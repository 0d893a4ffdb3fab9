package spec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"atlas-gitops/internal/resource"
)

// formatter puts one YAML file into canonical form: the same values and comments in the one layout that they have. What
// only the schema forbids does not matter here.
type formatter struct {
	shape *shape // of a document
	file  string
	found reporter

	ofTree bool // the file is one of a tree: it holds organizations, or what they share
}

func newFormatter(document *shape, file string) *formatter {
	return &formatter{shape: document, file: file, found: reporter{lineOf: func(Place) string { return "" }}}
}

// format returns the file in canonical form, unless there are findings: it is not YAML, or more than plain data. An
// error is a flaw of the formatter, which would have changed more than the layout.
func (f *formatter) format(data []byte) ([]byte, error) {
	if f.found.refusesSize(f.file, data) {
		return nil, nil
	}
	in := f.read(data)
	if len(f.found.found) > 0 {
		f.found.settle()
		return nil, nil
	}
	out, comments, err := f.rewrite(in.text.data)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", f.file, err)
	case len(out) > maxBytes:
		f.found.report(tooLarge, Place{File: f.file}, "would be larger than 1 MiB once formatted; split it, one organization per file")
		return nil, nil
	}
	if err := f.compare(in, comments, out); err != nil {
		return nil, fmt.Errorf("%s: %w", f.file, err)
	}
	return out, nil
}

// content is what a file says.
type content struct {
	text      text
	documents []*node
}

// read parses a file and reports what is wrong with it.
func (f *formatter) read(data []byte) content {
	in := content{text: newText(data)}
	f.found.lineOf = func(p Place) string { return in.text.shown(p.Line) }
	in.documents = newParser(f.file, in.text, f.found.report).parse()
	for _, doc := range in.documents {
		if f.ofTree {
			f.found.refusesShape(doc)
		}
	}
	return in
}

// rewrite returns the text in canonical form, and its comments, sorted.
func (f *formatter) rewrite(data []byte) (out []byte, comments []string, err error) {
	trees, err := decode(data)
	if err != nil {
		return nil, nil, err
	}
	c := newCursor(data, trees)
	sheets, err := c.readSheets(trees)
	if err != nil {
		return nil, nil, err
	}
	for _, s := range sheets {
		s.arrange(f.shape)
	}
	out = printSheets(sheets)
	if first, _, _ := bytes.Cut(data, []byte("\n")); bytes.HasSuffix(first, []byte("\r")) {
		out = bytes.ReplaceAll(out, []byte("\n"), []byte("\r\n"))
	}
	slices.Sort(c.all)
	return out, c.all, nil
}

// compare makes sure that the file in canonical form says the same.
func (f *formatter) compare(in content, comments []string, data []byte) error {
	out := f.read(data)
	if len(f.found.found) > 0 {
		return fmt.Errorf("canonical form cannot be read: %s", f.found.found[0].Message)
	}
	before, err := f.values(in.documents)
	if err != nil {
		return err
	}
	after, err := f.values(out.documents)
	if err != nil {
		return err
	}
	if !slices.Equal(before, after) {
		return errors.New("canonical form has other values")
	}
	trees, err := decode(out.text.data)
	if err != nil {
		return err
	}
	c := newCursor(out.text.data, trees)
	if _, err := c.readSheets(trees); err != nil {
		return err
	}
	if slices.Sort(c.all); !slices.Equal(comments, c.all) {
		return errors.New("canonical form has other comments")
	}
	return nil
}

// values returns what each document says, whatever the order of keys and people.
func (f *formatter) values(documents []*node) (all []string, err error) {
	for _, document := range documents {
		value := document.plain()
		if fields, ok := value.(resource.Fields); ok {
			for _, k := range resource.Kinds {
				if people, ok := fields[k.Name].([]any); ok && k.Key != "" {
					fields[k.Name], err = anyOrder(people)
				}
			}
		}
		text, failed := json.Marshal(value)
		err = errors.Join(err, failed)
		all = append(all, string(text))
	}
	return all, err
}

// anyOrder returns items such that lists with the same ones are equal.
func anyOrder(items []any) (string, error) {
	texts := make([]string, len(items))
	for i, item := range items {
		text, err := json.Marshal(item)
		if err != nil {
			return "", err
		}
		texts[i] = string(text)
	}
	slices.Sort(texts)
	return strings.Join(texts, "\n"), nil
}
