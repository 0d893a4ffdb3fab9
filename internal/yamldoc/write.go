package yamldoc

// Write returns a new file with one document, in canonical form. head is a comment above it, or "". An item of a list is on one line if
// it has only values and lists of values, and if it fits.
func Write(head string, document map[string]any, order *Order) []byte {
	root := newRow(nil, document, order)
	order.sortLists(root.value)
	joinItems(root.value)
	s := &sheet{root: root}
	if head != "" {
		s.top = []comment{{text: head}}
	}
	return printSheets([]*sheet{s})
}

// joinItems puts the simple objects in lists in brackets.
func joinItems(p *piece) {
	for _, r := range p.rows {
		joinItems(r.value)
		if p.kind == list && r.value.kind == object && isSimple(r.value) {
			r.value.flow = true
		}
	}
}

// isSimple reports whether the parts of a collection are values, or lists of values.
func isSimple(p *piece) bool {
	for _, r := range p.rows {
		if r.value.kind == object || r.value.kind == list && !areScalars(r.value.rows) {
			return false
		}
	}
	return true
}
