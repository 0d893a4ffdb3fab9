package yamldoc

import (
	"bytes"
	"strings"

	"gopkg.in/yaml.v3"

	"atlas-gitops/internal/yamldata"
)

// reader walks over the text of a file in parallel with the nodes of the YAML library, and makes sheets from both. The library knows
// where values start, but not where they end, and it attaches comments to the wrong nodes, or loses them.
type reader struct {
	commentReader
	fixed bool // the document has anchors, aliases or merge keys; an alias must stay after its anchor
}

func newReader(src []byte, trees []*yaml.Node) *reader {
	return &reader{commentReader: commentReader{scanner: scanner{src: src}, starts: yamldata.Starts(src, trees)}}
}

// readSheets reads the whole file.
func (c *reader) readSheets(trees []*yaml.Node) (sheets []*sheet, err error) {
	for _, tree := range trees {
		s := &sheet{root: &row{}}
		c.readStart(s, sheets)
		c.fixed = false
		if err := c.readRoot(s, tree); err != nil {
			return nil, err
		}
		s.fixed = c.fixed
		sheets = append(sheets, s)
	}
	if len(sheets) == 0 {
		sheets = []*sheet{{root: &row{}}}
	}
	c.passEnds()
	last := sheets[len(sheets)-1]
	last.foot = append(last.foot, c.pending...)
	if c.pos < len(c.src) {
		return nil, scanError{c.pos}
	}
	return sheets, nil
}

// passEnds skips the markers at the end of documents.
func (c *reader) passEnds() {
	for c.gather(); c.inStructure() && bytes.HasPrefix(c.src[c.pos:], []byte("...")); c.gather() {
		c.passed(len("..."))
	}
}

// readStart reads the directives and the --- of a document. Comments above the --- belong to the end of the previous document.
func (c *reader) readStart(s *sheet, before []*sheet) {
	c.passEnds()
	for c.at() == '%' && c.inStructure() {
		s.directives = append(s.directives, strings.TrimRight(string(c.line()), whiteSpace))
		c.passed(len(c.line()))
		c.gather()
	}
	if !c.inStructure() || !bytes.HasPrefix(c.src[c.pos:], []byte("---")) {
		return
	}
	comments, _ := c.take()
	if len(before) == 0 {
		s.prolog = comments
	} else {
		last := before[len(before)-1]
		last.foot = append(last.foot, comments...)
	}
	c.passed(len("---"))
	s.trail = c.sameLine()
}

func (c *reader) readRoot(s *sheet, tree *yaml.Node) (err error) {
	if tree.Kind == yaml.ScalarNode && !yamldata.IsWritten(tree) && tree.Anchor == "" {
		return nil
	}
	c.gather()
	c.splitTop(s)
	if isBlockCollection(tree) && tree.Anchor == "" {
		s.root.value, err = c.readBlockCollection(tree, -1)
		return err
	}
	s.root.value, err = c.readValue(tree, s.root, -1)
	return err
}

const modeline = "# yaml-language-server:"

// splitTop takes the comments that stay at the top of a document: the comments above a blank line, and the modeline.
func (c *commentReader) splitTop(s *sheet) {
	n := len(c.pending)
	if s.blank = c.newlines > 1; s.blank {
		c.newlines = 1
	} else {
		for n--; n > 0 && !c.pending[n].blank; n-- {
		}
		n = max(n, 0)
		s.blank = n > 0
	}
	if n == 0 && len(c.pending) > 0 && strings.HasPrefix(c.pending[0].text, modeline) {
		n = 1
	}
	s.top, c.pending = c.pending[:n:n], c.pending[n:]
	if len(c.pending) > 0 {
		c.pending[0].blank = false
	}
}

func isBlockCollection(n *yaml.Node) bool {
	return (n.Kind == yaml.MappingNode || n.Kind == yaml.SequenceNode) && n.Style&yaml.FlowStyle == 0
}

// readValue reads the value of a row. Comments before the value move above the row.
func (c *reader) readValue(n *yaml.Node, r *row, column int) (out *piece, err error) {
	if n.Anchor != "" {
		if err := c.passAnchor(n.Anchor, r); err != nil {
			return nil, err
		}
	}
	switch {
	case n.Kind == yaml.ScalarNode && !yamldata.IsWritten(n):
		out = &piece{raw: "null", start: c.pos, end: c.pos}
	case isBlockCollection(n):
		out, err = c.readBlockCollection(n, column)
	default:
		c.gather()
		comments, _ := c.take()
		r.addLead(comments...)
		start := c.pos
		if out, err = c.readInline(n, r); err == nil {
			out.start = start
		}
	}
	if err != nil {
		return nil, err
	}
	out.anchor = n.Anchor
	return out, nil
}

func (c *reader) passAnchor(name string, r *row) error {
	c.gather()
	comments, _ := c.take()
	r.addLead(comments...)
	if !bytes.HasPrefix(c.src[c.pos:], []byte("&"+name)) {
		return scanError{c.pos}
	}
	c.fixed = true
	c.passed(1 + len(name))
	r.addTrail(c.sameLine())
	return nil
}

// readInline reads a scalar, an alias or a collection in brackets, and the comment after it.
func (c *reader) readInline(n *yaml.Node, r *row) (*piece, error) {
	if n.Kind == yaml.ScalarNode || n.Kind == yaml.AliasNode {
		out, err := c.readScalar(n, r)
		if err == nil {
			out.end = c.end()
			r.addTrail(c.afterValue())
		}
		return out, err
	}
	out, err := c.readFlow(n, r)
	if err != nil {
		return nil, err
	}
	out.end = c.end()
	trail := c.afterValue()
	if out.crowded && r.trail != "" && trail != "" {
		out.foot = append(out.foot, commentLines(trail)...)
	} else {
		r.addTrail(trail)
	}
	return out, nil
}

// readBlockCollection reads a collection without brackets. The column of its parent shows whether a list is indented.
func (c *reader) readBlockCollection(n *yaml.Node, parent int) (*piece, error) {
	out := &piece{kind: kindOf(n)}
	c.gather()
	column := c.column()
	for i := 0; i < len(n.Content); i += step(n) {
		r := &row{}
		c.gather()
		r.lead, r.blank = c.take()
		r.start = c.pos
		if err := c.readRow(n, i, r, column); err != nil {
			return nil, err
		}
		out.rows = append(out.rows, r)
	}
	if out.kind == list && column == parent {
		column++ // a comment in the column of the dashes belongs to the next row of the parent
	}
	last := out.rows[len(out.rows)-1]
	out.start, out.end = out.rows[0].start, last.tail
	out.foot = c.foot(column)
	return out, nil
}

func kindOf(n *yaml.Node) kind {
	if n.Kind == yaml.MappingNode {
		return object
	}
	return list
}

// step returns the number of nodes in a row.
func step(n *yaml.Node) int {
	if n.Kind == yaml.MappingNode {
		return 2
	}
	return 1
}

// readRow reads the entry or item at the position.
func (c *reader) readRow(n *yaml.Node, i int, r *row, column int) (err error) {
	if n.Kind == yaml.MappingNode {
		err = c.readEntry(n.Content[i], n.Content[i+1], r, column)
	} else {
		err = c.readItem(n, i, r)
	}
	if err != nil {
		return err
	}
	r.tail = c.end()
	if v := r.value; len(v.rows) > 0 && !v.flow {
		r.tail = v.end // the position may already be after comments below
	}
	return nil
}

func (c *reader) readItem(n *yaml.Node, i int, r *row) (err error) {
	if n.Style&yaml.FlowStyle == 0 {
		if err := c.expect('-'); err != nil {
			return err
		}
		r.mark = c.pos
		r.addTrail(c.sameLine())
	}
	r.value, err = c.readValue(n.Content[i], r, -1)
	return err
}

func (c *reader) readEntry(key, value *yaml.Node, r *row, column int) (err error) {
	r.explicit = c.optional('?')
	if r.key, err = c.readValue(key, r, column); err != nil {
		return err
	}
	r.key.block = nil
	if key.ShortTag() == "!!merge" {
		c.fixed = true
		r.key.raw = "<<"
	} else {
		r.key.raw = ""
	}
	if c.optional(':') {
		r.mark = c.pos
		comments, _ := c.take()
		r.addLead(comments...)
		r.addTrail(c.sameLine())
	}
	r.value, err = c.readValue(value, r, column)
	return err
}
