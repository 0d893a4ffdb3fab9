package yamldoc

import (
	"cmp"
	"slices"
	"strings"
)

// arrange puts everything in a document into its order.
func (s *sheet) arrange(o *Order) {
	if s.root.value == nil {
		return
	}
	if !s.fixed {
		s.sortRoot(o)
	}
	s.root.value.raiseComments()
	if !s.fixed {
		o.sortLists(s.root.value)
	}
}

// sortRoot leaves the comments above the first key at the top, unless there is a header above them: they are about the
// file, more often than not. A blank line keeps them from being about the key that comes first now.
func (s *sheet) sortRoot(o *Order) {
	root := s.root.value
	if len(root.rows) == 0 {
		return
	}
	first := root.rows[0]
	o.sortKeys(root)
	isModeline := func(c comment) bool { return strings.HasPrefix(c.text, modeline) }
	hasHeader := len(s.top) > 0 && !(len(s.top) == 1 && isModeline(s.top[0]))
	if first == root.rows[0] || len(first.lead) == 0 || root.flow || hasHeader {
		return
	}
	lead := first.lead
	first.lead = nil
	lead[0].blank = s.blank
	s.top, s.blank = append(s.top, lead...), true
}

// sortKeys sorts the entries. Keys that have no place in the order come last.
func (o *Order) sortKeys(p *piece) {
	if o == nil {
		return
	}
	for _, r := range p.rows {
		o.part(r).sortKeys(r.value)
	}
	if p.kind != object || len(p.rows) == 0 {
		return
	}
	first := p.rows[0]
	defer func() { p.rows[0].takeBlank(first) }()
	slices.SortStableFunc(p.rows, func(a, b *row) int { return o.compare(a.key.text, b.key.text) })
}

// sortLists sorts the lists of objects that are to be sorted.
func (o *Order) sortLists(p *piece) {
	if o == nil {
		return
	}
	for _, r := range p.rows {
		o.part(r).sortLists(r.value)
	}
	if o.SortKey != "" {
		o.sortItems(p)
	}
}

// takeBlank gives the blank line above a row, which is the first now, to the one that was: it stood between two rows.
func (r *row) takeBlank(first *row) {
	if r == first {
		return
	}
	first.setBlank(r.isBlankAbove())
	r.setBlank(false)
}

func (r *row) isBlankAbove() bool {
	if len(r.lead) == 0 {
		return r.blank
	}
	return r.lead[0].blank
}

// sortItems sorts the objects of a list by one of their texts, each group between blank lines on its own.
func (o *Order) sortItems(p *piece) {
	if p.kind != list {
		return
	}
	for start := 0; start < len(p.rows); {
		end := start + 1
		for end < len(p.rows) && p.rows[end].section() < 0 {
			end++
		}
		sortGroup(p.rows[start:end], o)
		start = end
	}
}

// section returns how many of the comments above a row are above a blank line, or -1 if there is no blank line.
func (r *row) section() int {
	if r.blank {
		return len(r.lead)
	}
	n := len(r.lead) - 1
	for n >= 0 && !r.lead[n].blank {
		n--
	}
	return n
}

// sortGroup keeps what stands above the group at its place. It does not touch a group with items that lack the key.
func sortGroup(rows []*row, o *Order) {
	if slices.ContainsFunc(rows, func(r *row) bool { return r.sortName(o) == "" }) {
		return
	}
	n := rows[0].section()
	above := rows[0].lead[:max(n, 0)]
	rows[0].lead = rows[0].lead[max(n, 0):]
	rows[0].setBlank(false)
	for _, part := range movable(rows) {
		slices.SortStableFunc(part, func(a, b *row) int { return cmp.Compare(a.sortName(o), b.sortName(o)) })
	}
	rows[0].setBlank(n >= 0)
	rows[0].lead = slices.Concat(above, rows[0].lead)
}

// movable returns the parts of a group in which items may change places. A comment is about the item below it if the next
// one has a comment too, or there is none; then it moves with its item. Otherwise it may as well head several items, so
// nothing moves that has a comment, nor past it.
func movable(rows []*row) (parts [][]*row) {
	isHeaded := false
	for i := range rows[:len(rows)-1] {
		isHeaded = isHeaded || len(rows[i].lead) > 0 && len(rows[i+1].lead) == 0
	}
	if !isHeaded {
		return [][]*row{rows}
	}
	start := 0
	for i, r := range rows {
		if len(r.lead) > 0 {
			parts = append(parts, rows[start:i])
			start = i + 1
		}
	}
	return append(parts, rows[start:])
}

// sortName returns what an item is sorted by, or "".
func (r *row) sortName(o *Order) string {
	if i := r.value.find(o.SortKey); i < len(r.value.rows) {
		return o.SortText(r.value.rows[i].value.text)
	}
	return ""
}

// setBlank says whether a blank line is above the row and the comments that belong to it.
func (r *row) setBlank(blank bool) {
	if len(r.lead) == 0 {
		r.blank = blank
		return
	}
	r.lead = slices.Clone(r.lead)
	r.lead[0].blank = blank
}

// raiseComments puts the comments above what starts on the line of a dash above the dash.
func (p *piece) raiseComments() {
	for _, r := range p.rows {
		r.value.raiseComments()
		if p.kind == list && r.startsInside() {
			first := r.value.rows[0]
			r.addLead(flat(first.lead)...)
			first.lead, first.blank = nil, false
		}
	}
}

// startsInside reports whether the first row of an item's value, if it is a block, starts on the line of its dash.
func (r *row) startsInside() bool {
	return len(r.value.rows) > 0 && r.value.anchor == "" && r.trail == ""
}
