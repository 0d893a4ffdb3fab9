package yamldoc

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"gopkg.in/yaml.v3"

	"atlas-gitops/internal/yamldata"
)

// Format returns a text in canonical form: the same values and comments in a fixed layout. The text must have no problems. An error is
// a bug of this package: the result would have different values or comments.
func Format(t yamldata.Text, in yamldata.Content, order *Order) ([]byte, error) {
	out, comments, err := rewrite(t.Data(), in.Trees, order)
	if err != nil || bytes.Equal(out, t.Data()) {
		return out, err
	}
	return out, compare(in, comments, yamldata.NewText(out), order)
}

// rewrite returns the text in canonical form, and its comments, sorted.
func rewrite(data []byte, trees []*yaml.Node, order *Order) (out []byte, comments []string, err error) {
	c := newReader(data, trees)
	sheets, err := c.readSheets(trees)
	if err != nil {
		return nil, nil, err
	}
	for _, s := range sheets {
		s.arrange(order)
	}
	out = printSheets(sheets)
	if first, _, _ := bytes.Cut(data, []byte("\n")); bytes.HasSuffix(first, []byte("\r")) {
		out = bytes.ReplaceAll(out, []byte("\n"), []byte("\r\n"))
	}
	slices.Sort(c.all)
	return out, c.all, nil
}

// compare checks that the canonical form has the same values and comments.
func compare(in yamldata.Content, comments []string, t yamldata.Text, order *Order) error {
	out := yamldata.Parse("", t)
	if obstacles := out.Obstacles(); len(obstacles) > 0 {
		return fmt.Errorf("canonical form cannot be read: %s", obstacles[0].Message)
	}
	if !slices.Equal(contents(in.Documents(), order), contents(out.Documents(), order)) {
		return errors.New("canonical form has different values")
	}
	c := newReader(t.Data(), out.Trees)
	if _, err := c.readSheets(out.Trees); err != nil {
		return err
	}
	if slices.Sort(c.all); !slices.Equal(comments, c.all) {
		return errors.New("canonical form has different comments")
	}
	return nil
}

// contents returns the values of each document as JSON, independent of the order of keys and of sorted lists.
func contents(documents []*yamldata.Node, order *Order) (all []string) {
	for _, document := range documents {
		all = append(all, yamldata.JSON(order.unordered(document.Plain())))
	}
	return all
}
