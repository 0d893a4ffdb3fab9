package spec

import (
	"cmp"
	"slices"

	"atlas-gitops/internal/resource"
)

// arrange puts everything in a document into its order.
func (s *sheet) arrange(doc *shape, fixed bool) {
	if s.root.value == nil {
		return
	}
	if !fixed {
		for _, k := range resource.Kinds {
			if people := s.root.value.get(k.Name); k.Key != "" && people != nil {
				people.sortItems(k.Key)
			}
		}
		s.root.value.sortKeys(doc)
	}
	s.root.value.raiseComments()
}

// sortKeys puts the entries into the order of the schema, and those that it does not know behind them.
func (p *piece) sortKeys(s *shape) {
	if s == nil {
		return
	}
	for _, r := range p.rows {
		if p.kind == list {
			r.value.sortKeys(s.items)
		} else {
			r.value.sortKeys(s.entry(r.key.text))
		}
	}
	if p.kind != object {
		return
	}
	ranks := make(map[string]int, len(s.order))
	for i, name := range s.order {
		ranks[name] = i - len(s.order)
	}
	slices.SortStableFunc(p.rows, func(a, b *row) int {
		order := cmp.Compare(ranks[a.key.text], ranks[b.key.text])
		if order == 0 && s.values != nil {
			order = cmp.Compare(a.key.text, b.key.text)
		}
		return order
	})
}

// get returns the value of a key, or nil.
func (p *piece) get(key string) *piece {
	for _, r := range p.rows {
		if r.key != nil && r.key.text == key {
			return r.value
		}
	}
	return nil
}

// sortItems sorts the objects of a list by one of their texts, each group between blank lines on its own.
func (p *piece) sortItems(key string) {
	if p.kind != list {
		return
	}
	for start := 0; start < len(p.rows); {
		end := start + 1
		for end < len(p.rows) && p.rows[end].section() < 0 {
			end++
		}
		sortGroup(p.rows[start:end], key)
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
func sortGroup(rows []*row, key string) {
	name := func(r *row) string {
		if value := r.value.get(key); value != nil {
			return resource.FoldEmail(value.text)
		}
		return ""
	}
	if slices.ContainsFunc(rows, func(r *row) bool { return name(r) == "" }) {
		return
	}
	n := rows[0].section()
	above := rows[0].lead[:max(n, 0)]
	rows[0].lead = rows[0].lead[max(n, 0):]
	rows[0].setBlank(false)
	slices.SortStableFunc(rows, func(a, b *row) int { return cmp.Compare(name(a), name(b)) })
	rows[0].setBlank(n >= 0)
	rows[0].lead = slices.Concat(above, rows[0].lead)
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

// startsInside tells whether the first row of an item's value, if it is a block, starts on the line of its dash.
func (r *row) startsInside() bool {
	return len(r.value.rows) > 0 && r.value.anchor == "" && r.trail == ""
}
