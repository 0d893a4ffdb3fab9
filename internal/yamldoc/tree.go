package yamldoc

import (
	"bytes"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

type kind int

const (
	scalar kind = iota
	object
	list
)

// piece is a value as it is to be written.
type piece struct {
	anchor  string
	kind    kind
	raw     string   // of a scalar: what to write, or what stands before a block
	text    string   // of a scalar without raw: text that may need quotes
	block   []string // the lines of a block of text
	keep    bool     // blank lines below would be a part of the block
	rows    []*row   // of a collection
	foot    []comment
	flow    bool // written in brackets
	crowded bool // there are comments between its brackets
}

// row is an entry or an item with what belongs to it.
type row struct {
	lead  []comment // on lines of their own, above
	blank bool      // a blank line is below them
	trail string    // the comment behind the value, or behind what opens a block
	above int       // how many of lead were there before trail
	key   *piece    // of an entry
	value *piece
}

// addLead puts further comments directly above the row.
func (r *row) addLead(comments ...comment) {
	for _, one := range comments {
		one.blank, r.blank = r.blank, false
		r.lead = append(r.lead, one)
	}
}

// addTrail puts a comment at the end of the row's line. The one that was there before was above it.
func (r *row) addTrail(text string) {
	if text == "" {
		return
	}
	if r.trail != "" {
		below := slices.Clone(r.lead[r.above:])
		r.lead = r.lead[:r.above]
		r.addLead(append(commentLines(r.trail), below...)...)
	}
	r.trail, r.above = text, len(r.lead)
}

// sheet is a document as it is to be written.
type sheet struct {
	fixed      bool      // nothing in it changes places
	prolog     []comment // above the --- of the first document
	directives []string
	trail      string // behind the ---
	top        []comment
	blank      bool // a blank line is below top
	root       *row // its value is nil if nothing is written
	foot       []comment
}

func (s *sheet) isEmpty() bool {
	return s.root.value == nil && len(s.prolog)+len(s.directives)+len(s.top)+len(s.root.lead)+len(s.foot) == 0 && s.trail == ""
}

// readSheets passes the whole file.
func (c *cursor) readSheets(trees []*yaml.Node) (sheets []*sheet, err error) {
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

// passEnds passes the ends of documents.
func (c *cursor) passEnds() {
	for c.gather(); c.inStructure() && bytes.HasPrefix(c.src[c.pos:], []byte("...")); c.gather() {
		c.passed(len("..."))
	}
}

// readStart passes what stands before the content of a document. Comments above its --- end the document before.
func (c *cursor) readStart(s *sheet, before []*sheet) {
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

func (c *cursor) readRoot(s *sheet, tree *yaml.Node) (err error) {
	if tree.Kind == yaml.ScalarNode && !isWritten(tree) && tree.Anchor == "" {
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

// splitTop takes the comments that stay at the top of a document: those above a blank line, and the modeline.
func (c *cursor) splitTop(s *sheet) {
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

// readValue passes the value of a row. Comments before it go above the row.
func (c *cursor) readValue(n *yaml.Node, r *row, column int) (out *piece, err error) {
	if n.Anchor != "" {
		if err := c.passAnchor(n.Anchor, r); err != nil {
			return nil, err
		}
	}
	switch {
	case n.Kind == yaml.ScalarNode && !isWritten(n):
		out = &piece{raw: "null"}
	case isBlockCollection(n):
		out, err = c.readBlockCollection(n, column)
	default:
		c.gather()
		comments, _ := c.take()
		r.addLead(comments...)
		out, err = c.readInline(n, r)
	}
	if err != nil {
		return nil, err
	}
	out.anchor = n.Anchor
	return out, nil
}

func (c *cursor) passAnchor(name string, r *row) error {
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

// readInline passes a value that has an end of its own, and the comment behind it.
func (c *cursor) readInline(n *yaml.Node, r *row) (*piece, error) {
	if n.Kind == yaml.ScalarNode || n.Kind == yaml.AliasNode {
		out, err := c.readScalar(n, r)
		if err == nil {
			r.addTrail(c.afterValue())
		}
		return out, err
	}
	out, err := c.readFlow(n, r)
	if err != nil {
		return nil, err
	}
	trail := c.afterValue()
	if out.crowded && r.trail != "" && trail != "" {
		out.foot = append(out.foot, commentLines(trail)...)
	} else {
		r.addTrail(trail)
	}
	return out, nil
}

// readBlockCollection passes a collection without brackets. Its parent's column tells whether a list is indented.
func (c *cursor) readBlockCollection(n *yaml.Node, parent int) (*piece, error) {
	out := &piece{kind: kindOf(n)}
	c.gather()
	column := c.column()
	for i := 0; i < len(n.Content); i += step(n) {
		r := &row{}
		c.gather()
		r.lead, r.blank = c.take()
		if err := c.readRow(n, i, r, column); err != nil {
			return nil, err
		}
		out.rows = append(out.rows, r)
	}
	if out.kind == list && column == parent {
		column++ // what is not indented any further is about what comes below
	}
	out.foot = c.foot(column)
	return out, nil
}

func kindOf(n *yaml.Node) kind {
	if n.Kind == yaml.MappingNode {
		return object
	}
	return list
}

// step is how many nodes make a row.
func step(n *yaml.Node) int {
	if n.Kind == yaml.MappingNode {
		return 2
	}
	return 1
}

func (c *cursor) readRow(n *yaml.Node, i int, r *row, column int) (err error) {
	if n.Kind == yaml.MappingNode {
		return c.readEntry(n.Content[i], n.Content[i+1], r, column)
	}
	if n.Style&yaml.FlowStyle == 0 {
		if err := c.expect('-'); err != nil {
			return err
		}
		r.addTrail(c.sameLine())
	}
	r.value, err = c.readValue(n.Content[i], r, -1)
	return err
}

func (c *cursor) readEntry(key, value *yaml.Node, r *row, column int) (err error) {
	c.optional('?')
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
		comments, _ := c.take()
		r.addLead(comments...)
		r.addTrail(c.sameLine())
	}
	r.value, err = c.readValue(value, r, column)
	return err
}

// readFlow passes a collection in brackets. Blank lines in it are of no meaning.
func (c *cursor) readFlow(n *yaml.Node, r *row) (*piece, error) {
	out := &piece{kind: kindOf(n), flow: true}
	before := len(c.all)
	end := byte(0) // an entry among items has no brackets
	if b := c.at(); b == '[' || b == '{' {
		end = b + 2 // as in ASCII
		c.passed(1)
		r.addTrail(c.sameLine())
	}
	for i := 0; i < len(n.Content); i += step(n) {
		one := &row{}
		if err := c.readFlowRow(n, i, one); err != nil {
			return nil, err
		}
		out.rows = append(out.rows, one)
	}
	if end != 0 {
		if err := c.expect(end); err != nil {
			return nil, err
		}
		comments, _ := c.take()
		out.foot = flat(comments)
	}
	out.crowded = len(c.all) > before && len(out.rows) > 0
	if len(out.rows) == 0 {
		r.addLead(out.foot...)
		out.foot = nil
	}
	return out, nil
}

func (c *cursor) readFlowRow(n *yaml.Node, i int, r *row) error {
	c.gather()
	comments, _ := c.take()
	r.lead = flat(comments)
	if err := c.readRow(n, i, r, -1); err != nil {
		return err
	}
	if c.optional(',') {
		if trail := c.sameLine(); trail != "" && r.trail == "" && len(c.pending) == 0 {
			r.trail = trail
		} else if trail != "" {
			c.pending = append(c.pending, commentLines(trail)...)
		}
	}
	return nil
}

// commentLines makes comments on lines of their own out of the lines of one.
func commentLines(text string) (comments []comment) {
	for line := range strings.SplitSeq(text, "\n") {
		comments = append(comments, comment{text: line})
	}
	return comments
}

// flat returns comments without the blank lines above them.
func flat(comments []comment) []comment {
	comments = slices.Clone(comments)
	for i := range comments {
		comments[i].blank = false
	}
	return comments
}
