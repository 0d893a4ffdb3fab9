package yamldoc

import (
	"cmp"

	"atlas-gitops/internal/yamldata"
)

// Add returns the document with an additional item in the list at the path. In a list of objects that [Format] sorts, the item is where Format
// would keep it: in the last group, after the items that come before it. In any other list it is the last item.
func (d *Document) Add(path Path, value any) (*Document, error) {
	at, err := d.find(path)
	if err != nil {
		return nil, err
	}
	if len(at.rest) > 0 || at.row.value.kind != list {
		return nil, path.refuse("is not a list")
	}
	index, isAbove := at.order.placeOfItem(at.row.value, newRow(nil, value, at.order.ofItems()))
	change := (*Document).insert
	if isAbove {
		change = insertAbove
	}
	return edit{path.with(index), value, yamldata.InsertPart}.prove(d, change)
}

// placeOfItem returns the index for a new item in a list. isAbove means that the item below keeps its own comments, and that the new item
// is above these, and below everything else.
func (o *Order) placeOfItem(p *piece, item *row) (index int, isAbove bool) {
	end := len(p.rows)
	if o == nil || o.SortKey == "" || end == 0 {
		return end, false
	}
	start := end - 1
	for start > 0 && p.rows[start].section() < 0 {
		start--
	}
	parts := movable(p.rows[start:])
	first := end - len(parts[len(parts)-1]) // of the items that may be sorted
	for end > first && cmp.Compare(p.rows[end-1].sortName(o), item.sortName(o)) > 0 {
		end--
	}
	return end, end == start && (len(p.rows[start].lead) > 0 || start > 0)
}

// insertAbove adds an item directly above the item with the index, and above the comments of that item.
func insertAbove(d *Document, path Path, value any) (*Document, error) {
	index, _ := path[len(path)-1].(int)
	within := path[:len(path)-1]
	at, err := d.find(within)
	if err != nil {
		return nil, err
	}
	v, added := at.row.value, newRow(nil, value, at.order.ofItems())
	next := v.rows[index]
	start := next.start
	if own := next.lead[max(next.section(), 0):]; len(own) > 0 {
		start = own[0].at
	}
	if v.flow || !d.file.IsBlank(d.file.LineStart(start), start) {
		return d.insertItems(within, index, []any{value})
	}
	if added.value.suits(next.value) {
		added.value.putInBrackets()
	}
	line := d.file.LineStart(start)
	text := d.file.steps.print([]*row{added}, d.file.Column(next.start)) + "\n"
	return d.apply(within, patch{{line, line, d.file.WithEnds(text, line)}}, nil)
}
