package yamldoc

import (
	"math"
	"slices"
	"strings"

	"atlas-gitops/internal/yamldata"
)

type kind int

const (
	scalar kind = iota
	object
	list
)

// piece is a value with its form in the file.
type piece struct {
	anchor  string
	kind    kind
	raw     string   // of a scalar: the exact text, or the indicators before a block
	text    string   // of a scalar without raw: the text, which may need quotes
	block   []string // the lines of a block of text
	keep    bool     // blank lines below are a part of the block
	rows    []*row   // of a collection
	foot    []comment
	flow    bool // written in brackets
	crowded bool // it has comments between its brackets

	start, end int  // offsets in the file, after the anchor; equal for an empty value
	bare       bool // an object without brackets among items in brackets: [a: 1]
}

// row is an entry or an item, with its comments.
type row struct {
	lead  []comment // on lines of their own, above
	blank bool      // there is a blank line between lead and the row
	trail string    // the comment at the end of the line of the value, or of the key or dash above a block
	above int       // how many comments of lead were read before trail
	key   *piece    // of an entry
	value *piece

	start    int  // offset of its dash or key
	mark     int  // offset after its dash or colon; 0: it has none
	tail     int  // offset after its value and the comment at its end
	explicit bool // the key is after a question mark
}

// addLead adds comments directly above the row.
func (r *row) addLead(comments ...comment) {
	for _, one := range comments {
		one.blank, r.blank = r.blank, false
		r.lead = append(r.lead, one)
	}
}

// addTrail sets the comment at the end of the row's line. A previous trail moves above the row.
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

// sheet is a document with its form in the file.
type sheet struct {
	fixed      bool      // keep the order of everything
	prolog     []comment // above the --- of the first document
	directives []string
	trail      string // the comment after the ---
	top        []comment
	blank      bool // there is a blank line below top
	root       *row // its value is nil for an empty document
	foot       []comment
}

func (s *sheet) isEmpty() bool {
	return s.root.value == nil && len(s.prolog)+len(s.directives)+len(s.top)+len(s.root.lead)+len(s.foot) == 0 && s.trail == ""
}

func (p *piece) isBlock() bool { return len(p.rows) > 0 && !p.flow }

// isInline reports whether the value has any text in the file and is not a block.
func (p *piece) isInline() bool { return p.end > p.start && !p.isBlock() }

func (p *piece) isAlias() bool { return strings.HasPrefix(p.raw, "*") }

func (p *piece) isNull() bool { return p.kind == scalar && p.raw == "null" }

// isOpen reports whether parts of a collection are changed one by one: it has lines of its own, or comments that must stay.
func (p *piece) isOpen(k kind) bool { return p.kind == k && (p.isBlock() || p.crowded) }

// find returns the index of the row with a key, or the number of rows if there is none.
func (p *piece) find(key string) int {
	for i, r := range p.rows {
		if r.key != nil && r.key.text == key && r.key.raw == "" {
			return i
		}
	}
	return len(p.rows)
}

// ownComments returns the comments directly above a row that belong only to it, as [Document.Remove] describes.
func (p *piece) ownComments(i int, isRoot bool) []comment {
	isGroup := p.kind == list && i+1 < len(p.rows) && len(p.rows[i+1].lead) == 0 && !p.rows[i+1].blank
	if isGroup || isRoot && i == 0 {
		return nil
	}
	return p.rows[i].directlyAbove()
}

// directlyAbove returns the comments on lines of their own above a row, without a blank line between them.
func (r *row) directlyAbove() []comment {
	first, end := 0, 0
	for ; end < len(r.lead) && r.lead[end].at < r.start; end++ {
		if r.lead[end].blank {
			first = end
		}
		if r.lead[end].column == math.MaxInt { // it is after a tag
			first = end + 1
		}
	}
	isApart := r.blank
	if end < len(r.lead) {
		isApart = r.lead[end].blank
	}
	if isApart {
		return nil
	}
	return r.lead[first:end]
}

// written returns the text of a scalar on one line, for a place inside or outside of brackets.
func (p *piece) written(inFlow bool) string {
	switch {
	case p.raw != "":
		return p.raw
	case yamldata.IsPlain(p.text) && !(inFlow && strings.ContainsAny(p.text, ",[]{}:?")):
		return p.text
	}
	return yamldata.Quote(p.text)
}
