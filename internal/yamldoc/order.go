package yamldoc

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
)

// Order is the order of the parts of a value, with those of their parts. What has none stays as it is written.
type Order struct {
	Keys     []string                 // of an object: those that come first, in this order
	Values   map[string]*Order        // of the values of these keys
	Others   *Order                   // of the values of all other keys
	Free     bool                     // the other keys are sorted
	Items    *Order                   // of the items of a list
	SortKey  string                   // the key by whose text the objects of a list are sorted; "": they are not sorted
	SortText func(text string) string // what such a text is sorted as
}

// of returns the order of the value of a key.
func (o *Order) of(key string) *Order {
	switch {
	case o == nil:
		return nil
	case o.Values[key] != nil:
		return o.Values[key]
	}
	return o.Others
}

// part returns the order of the value of a row.
func (o *Order) part(r *row) *Order {
	if r.key == nil {
		return o.ofItems()
	}
	return o.of(r.key.text)
}

func (o *Order) ofItems() *Order {
	if o == nil {
		return nil
	}
	return o.Items
}

// place returns where in an object a new key has its place: behind all that come before it, or else at the end.
func (o *Order) place(p *piece, key string) int {
	if o == nil || !o.Free && !slices.Contains(o.Keys, key) {
		return len(p.rows)
	}
	place := 0
	for i, r := range p.rows {
		if o.compare(r.key.text, key) < 0 {
			place = i + 1
		}
	}
	return place
}

// compare tells which of two keys comes first: known ones as in Keys, then the others.
func (o *Order) compare(a, b string) int {
	rank := func(key string) int {
		if i := slices.Index(o.Keys, key); i >= 0 {
			return i
		}
		return len(o.Keys)
	}
	order := cmp.Compare(rank(a), rank(b))
	if order == 0 && o.Free {
		order = cmp.Compare(a, b)
	}
	return order
}

// unordered returns a plain value in which lists that are sorted are equal if they have the same items. It changes the value.
func (o *Order) unordered(value any) any {
	if o == nil {
		return value
	}
	switch value := value.(type) {
	case map[string]any:
		for key, part := range value {
			value[key] = o.of(key).unordered(part)
		}
	case []any:
		texts := make([]string, len(value))
		for i, item := range value {
			value[i] = o.Items.unordered(item)
			texts[i] = jsonOf(value[i])
		}
		if o.SortKey != "" {
			slices.Sort(texts)
			return texts
		}
	}
	return value
}

// jsonOf returns a plain value, which always has such a text, as JSON.
func jsonOf(value any) string {
	text, _ := json.Marshal(value)
	return string(text)
}

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
		s.root.value.sortLists(o)
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
	root.sortKeys(o)
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

// sortKeys puts the entries into their order, and those without one behind them.
func (p *piece) sortKeys(o *Order) {
	if o == nil {
		return
	}
	for _, r := range p.rows {
		r.value.sortKeys(o.part(r))
	}
	if p.kind != object || len(p.rows) == 0 {
		return
	}
	first := p.rows[0]
	defer func() { p.rows[0].takeBlank(first) }()
	ranks := make(map[string]int, len(o.Keys))
	for i, name := range o.Keys {
		ranks[name] = i - len(o.Keys)
	}
	slices.SortStableFunc(p.rows, func(a, b *row) int {
		order := cmp.Compare(ranks[a.key.text], ranks[b.key.text])
		if order == 0 && o.Free {
			order = cmp.Compare(a.key.text, b.key.text)
		}
		return order
	})
}

// sortLists sorts the lists of objects that are to be sorted.
func (p *piece) sortLists(o *Order) {
	if o == nil {
		return
	}
	for _, r := range p.rows {
		r.value.sortLists(o.part(r))
	}
	if o.SortKey != "" {
		p.sortItems(o)
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
func (p *piece) sortItems(o *Order) {
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
	if value := r.value.get(o.SortKey); value != nil {
		return o.SortText(value.text)
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

// startsInside tells whether the first row of an item's value, if it is a block, starts on the line of its dash.
func (r *row) startsInside() bool {
	return len(r.value.rows) > 0 && r.value.anchor == "" && r.trail == ""
}
