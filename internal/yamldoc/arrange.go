package yamldoc

import (
	"cmp"
	"slices"
	"strings"
)

// arrange sorts the keys and lists of a document, and moves comments to their place.
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

// sortRoot sorts the root. If another key becomes the first one, the comments above the old first key stay at the top, because they
// are usually about the file, unless the file has a header. A blank line separates them from the new first key.
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

// sortKeys sorts the entries. Keys that are not in the order come last.
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

// sortLists sorts the lists of objects that have a sort key.
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

// takeBlank moves the blank line above a row to the previous first row. Call it on the new first row: a blank line there was meant to
// separate two rows.
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

// sortItems sorts the objects of a list by the sort key, separately in each group between blank lines.
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

// section returns the number of comments that are separated from a row by a blank line, or -1 if there is no blank line.
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

// sortGroup sorts a group. Comments above the group stay there. It does not change a group with items that lack the key.
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

// movable returns the parts of a group inside which items may be sorted. If the item after each commented item has a comment, too, or
// there is no next item, comments belong to single items and move with them. Otherwise a comment may be a heading for several items, so
// commented items stay and others do not move past them.
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

// sortName returns the text by which an item is sorted, or "".
func (r *row) sortName(o *Order) string {
	if i := r.value.find(o.SortKey); i < len(r.value.rows) {
		return o.SortText(r.value.rows[i].value.text)
	}
	return ""
}

// setBlank sets whether there is a blank line above the row and its comments.
func (r *row) setBlank(blank bool) {
	if len(r.lead) == 0 {
		r.blank = blank
		return
	}
	r.lead = slices.Clone(r.lead)
	r.lead[0].blank = blank
}

// raiseComments moves the comments between a dash and a value on its line above the dash.
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
