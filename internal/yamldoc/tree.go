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

	start, end int  // the text of what was read, behind its anchor; equal if nothing is written
	bare       bool // in flow, without brackets: an entry among items
}

// row is an entry or an item with what belongs to it.
type row struct {
	lead  []comment // on lines of their own, above
	blank bool      // a blank line is below them
	trail string    // the comment behind the value, or behind what opens a block
	above int       // how many of lead were there before trail
	key   *piece    // of an entry
	value *piece

	start    int  // of what was read: of its dash or key
	mark     int  // behind its dash or colon; 0: there is none
	tail     int  // behind its value, and the comment at its end
	explicit bool // the key stands behind a question mark
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

func (p *piece) isBlock() bool { return len(p.rows) > 0 && !p.flow }

// isInline reports whether something was written behind the mark of the row.
func (p *piece) isInline() bool { return p.end > p.start && !p.isBlock() }

func (p *piece) isAlias() bool { return strings.HasPrefix(p.raw, "*") }

func (p *piece) isNull() bool { return p.kind == scalar && p.raw == "null" }

// isOpen reports whether a collection of that kind takes changes of its parts, since it has lines, or comments, of its own.
func (p *piece) isOpen(k kind) bool { return p.kind == k && (p.isBlock() || p.crowded) }

// find returns the index of the row with a key, or the number of rows.
func (p *piece) find(key string) int {
	for i, r := range p.rows {
		if r.key != nil && r.key.text == key && r.key.raw == "" {
			return i
		}
	}
	return len(p.rows)
}

// ownComments returns the comments directly above a row that are about it alone, as [Document.Remove] says.
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
		if r.lead[end].column == math.MaxInt { // it is behind a tag
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

// written returns a scalar as it is to be written on one line, between brackets or not.
func (p *piece) written(inFlow bool) string {
	switch {
	case p.raw != "":
		return p.raw
	case yamldata.IsPlain(p.text) && !(inFlow && strings.ContainsAny(p.text, ",[]{}:?")):
		return p.text
	}
	return yamldata.Quote(p.text)
}
