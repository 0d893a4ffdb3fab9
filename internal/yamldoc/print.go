package yamldoc

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"atlas-gitops/internal/safetext"
)

// maxLine is the maximum width of a line with brackets, in columns, without the comment at its end.
const maxLine = 100

// maxSimpleKey is the length in bytes up to which YAML readers find the colon after a key; the limit of YAML is 1024 characters.
const maxSimpleKey = 1000

// printer writes documents.
type printer struct {
	b      bytes.Buffer
	bare   bool // only comments were written so far
	opened bool // no blank line is allowed: at the start of the file or of a block, or after a blank line
	keep   bool // a blank line would become a part of the block of text above
	steps  steps
}

// steps are the indentations, in columns, of an object and a list below their key.
type steps struct{ object, list int }

// canonical are the steps of the canonical form.
func canonical() steps { return steps{indentation, indentation} }

// below returns the indentation of the value of a row, relative to the row.
func (s steps) below(r *row) int {
	switch {
	case r.key == nil:
		return indentation // the width of a dash and a space
	case r.value.kind == list:
		return s.list
	}
	return s.object
}

// printSheets returns the text of all documents that are not empty.
func printSheets(sheets []*sheet) []byte {
	p := &printer{bare: true, opened: true, steps: canonical()}
	for _, s := range sheets {
		if !s.isEmpty() {
			p.sheet(s)
		}
	}
	return p.b.Bytes()
}

func (p *printer) sheet(s *sheet) {
	p.comments(s.prolog, 0)
	if p.bare && s.root.value == nil && len(s.directives) == 0 {
		p.comments(commentLines(s.trail), 0)
	} else {
		p.start(s)
		p.bare = false
	}
	p.comments(s.top, 0)
	p.blank(s.blank)
	if len(s.top) > 0 {
		p.opened = true
	}
	if s.root.value != nil {
		p.root(s.root)
	}
	p.comments(s.foot, 0)
}

// start writes the separator between a document and the text above it.
func (p *printer) start(s *sheet) {
	for i, directive := range s.directives {
		if i == 0 && !p.bare {
			p.b.WriteString("...\n")
		}
		p.b.WriteString(directive + "\n")
	}
	if p.b.Len() > 0 || s.trail != "" {
		p.b.WriteString("---")
		p.endLine(s.trail)
		p.opened = true
	}
}

func (p *printer) root(r *row) {
	p.comments(r.lead, 0)
	p.blank(r.blank)
	if len(r.value.rows) > 0 && r.value.anchor == "" && !p.fits(r.value) {
		p.comments(commentLines(r.trail), 0)
		p.rows(r.value, 0, false)
		return
	}
	p.value(r, -indentation)
}

// comments writes comments on lines of their own.
func (p *printer) comments(comments []comment, indent int) {
	for _, one := range comments {
		p.blank(one.blank)
		p.indent(indent)
		p.b.WriteString(one.text)
		p.endLine("")
	}
}

// blank writes a blank line if is is true and a blank line is allowed here.
func (p *printer) blank(is bool) {
	if is && !p.opened && !p.keep {
		p.b.WriteByte('\n')
		p.opened = true
	}
}

func (p *printer) indent(columns int) { p.b.WriteString(strings.Repeat(" ", columns)) }

// endLine ends the line with a comment. If the comment has several lines, it continues in the same column below.
func (p *printer) endLine(trail string) {
	first, rest, _ := strings.Cut(trail, "\n")
	if first != "" {
		column := utf8.RuneCount(p.line()) + 1
		p.b.WriteString(" " + first)
		for line := range strings.Lines(rest) {
			p.b.WriteByte('\n')
			p.indent(column)
			p.b.WriteString(strings.TrimSuffix(line, "\n"))
		}
	}
	p.b.WriteByte('\n')
	p.opened, p.keep = false, false
}

// rows writes the entries or items of a block, and the comments at its end.
func (p *printer) rows(v *piece, indent int, onLine bool) {
	for i, r := range v.rows {
		if i > 0 || !onLine {
			p.comments(r.lead, indent)
			p.blank(r.blank)
			p.indent(indent)
		}
		p.row(r, indent)
	}
	p.comments(v.foot, indent)
}

func (p *printer) row(r *row, indent int) {
	if r.key == nil {
		p.b.WriteByte('-')
		p.value(r, indent)
		return
	}
	key := r.key.withAnchor(r.key.written(false))
	if len(key) > maxSimpleKey {
		p.b.WriteString("? " + key)
		p.endLine("")
		p.indent(indent)
	} else {
		p.b.WriteString(key)
	}
	p.b.WriteByte(':')
	p.value(r, indent)
}

// withAnchor returns a text with the anchor before it.
func (p *piece) withAnchor(text string) string {
	switch {
	case p.anchor == "":
		return text
	case text == "":
		return "&" + p.anchor
	}
	return "&" + p.anchor + " " + text
}

// value writes the value after the dash or the colon of a row with this indentation.
func (p *printer) value(r *row, indent int) {
	switch v := r.value; {
	case v.block != nil:
		p.word(v.withAnchor(v.raw))
		p.endLine(r.trail)
		p.text(v, max(indent, 0)+indentation)
	case v.kind == scalar:
		p.word(v.withAnchor(v.written(false)))
		p.endLine(r.trail)
	case p.fits(v):
		text, _ := v.inline(maxLine)
		p.word(v.withAnchor(text))
		p.endLine(r.trail)
	default:
		p.block(r, indent+p.steps.below(r))
	}
}

// word writes text, separated by a space from other text on the line.
func (p *printer) word(text string) {
	if len(p.line()) > 0 {
		p.b.WriteByte(' ')
	}
	p.b.WriteString(text)
}

// line returns the current line so far.
func (p *printer) line() []byte {
	return p.b.Bytes()[bytes.LastIndexByte(p.b.Bytes(), '\n')+1:]
}

func (p *printer) block(r *row, indent int) {
	if r.key == nil && r.startsInside() {
		p.b.WriteByte(' ')
		p.rows(r.value, indent, true)
		return
	}
	if r.value.anchor != "" {
		p.word("&" + r.value.anchor)
	}
	p.endLine(r.trail)
	p.opened = true
	p.rows(r.value, indent, false)
}

// text writes the lines of a block of text.
func (p *printer) text(v *piece, indent int) {
	for _, line := range v.block {
		if line != "" {
			p.indent(indent)
		}
		p.b.WriteString(line + "\n")
	}
	p.keep = v.keep
}

// fits reports whether a value is written on the current line, with brackets if it is a collection.
func (p *printer) fits(v *piece) bool {
	if v.kind == scalar || len(v.rows) == 0 {
		return true
	}
	if !v.flow || v.crowded {
		return false
	}
	used := safetext.Width(string(p.line())) + len(v.withAnchor(" ")) - 1
	if used > 0 {
		used++ // a space
	}
	_, ok := v.inline(maxLine - used)
	return ok
}
