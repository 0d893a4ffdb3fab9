package yamldoc

import (
	"errors"
	"maps"
	"slices"

	"atlas-gitops/internal/yamldata"
)

// Set returns the document with a value, which is plain JSON, at a path. It creates missing objects in the path. The order determines the
// place of a new key. In a list or object without brackets, it changes only parts that differ. It rewrites a value in brackets.
func (d *Document) Set(path Path, value any) (*Document, error) {
	return edit{path, value, yamldata.SetPart}.prove(d, (*Document).set)
}

// Insert returns the document with an additional value: an item before the one at the path, or after the last one if the path ends with the
// length of the list, or the value of a new key.
func (d *Document) Insert(path Path, value any) (*Document, error) {
	return edit{path, value, yamldata.InsertPart}.prove(d, (*Document).insert)
}

// Remove returns the document without an item, or without a key and its value. A list or object that becomes empty is written as [] or {}.
//
// It also removes comments in the value, at the end of its line, and directly above. It keeps comments above that may be about more than
// the value: above the first key of a document, and above an item if the next item has no comment and no blank line above it.
func (d *Document) Remove(path Path) (*Document, error) {
	return edit{path, nil, yamldata.RemovePart}.prove(d, func(d *Document, path Path, _ any) (*Document, error) { return d.remove(path) })
}

func (d *Document) set(path Path, value any) (*Document, error) {
	at, err := d.find(path)
	switch {
	case err != nil:
		return nil, err
	case len(at.rest) > 0:
		return d.add(path, at, value)
	case yamldata.JSON(at.node.Plain()) == yamldata.JSON(value):
		return d, nil
	}
	if err := path.refuseShared(at.row.value); err != nil {
		return nil, err
	}
	if items, ok := value.([]any); ok && len(items) > 0 && at.row.value.isOpen(list) {
		changed, err := d.setItems(path, at.node.Items(), items)
		return changed, path.blame(err)
	}
	if fields, ok := value.(map[string]any); ok && len(fields) > 0 && at.row.value.isOpen(object) {
		return d.setFields(path, at.node.Entries(), fields)
	}
	return replace(d, path, at, value)
}

// setItems keeps the items that are in both lists in the same order, so that their comments stay.
func (d *Document) setItems(path Path, have []*yamldata.Node, want []any) (*Document, error) {
	old, new, isDisjoint := yamldata.Differ(have, want)
	if isDisjoint { // insert first: an empty list would become []
		d, err := d.insertItems(path, 0, want)
		if err != nil {
			return nil, err
		}
		return removeItems(d, path, old, len(want))
	}
	d, err := removeItems(d, path, old, 0)
	for i := 0; i < len(want) && err == nil; i++ {
		end := i
		for end < len(want) && new[end] {
			end++
		}
		if end > i {
			d, err = d.insertItems(path, i, want[i:end])
			i = end
		}
	}
	return d, err
}

// removeItems removes some items of a list. The index of some[0] in the list is first.
func removeItems(d *Document, path Path, some []bool, first int) (*Document, error) {
	var err error
	for i := len(some) - 1; i >= 0 && err == nil; i-- {
		if some[i] {
			d, err = d.remove(path.with(first + i))
		}
	}
	return d, err
}

// setFields changes the entries that differ.
func (d *Document) setFields(path Path, have []*yamldata.Entry, want map[string]any) (*Document, error) {
	var err error
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if d, err = d.set(path.with(key), want[key]); err != nil {
			return nil, err
		}
	}
	for _, e := range have {
		if _, ok := want[e.Key]; !ok {
			if d, err = d.remove(path.with(e.Key)); err != nil {
				return nil, err
			}
		}
	}
	return d, nil
}

// blame turns an error about an item into one about the list: earlier changes have moved the items, so the index would be wrong.
func (p Path) blame(err error) error {
	if refused := (&EditError{}); errors.As(err, &refused) {
		return &EditError{p, refused.Reason}
	}
	return err
}

func (d *Document) insert(path Path, value any) (*Document, error) {
	at, err := d.find(path)
	if err != nil {
		return nil, err
	}
	if len(at.rest) > 0 {
		return d.add(path, at, value)
	}
	index, isItem := path[len(path)-1].(int)
	if !isItem {
		return nil, path.refuse("already exists")
	}
	return d.insertItems(path[:len(path)-1], index, []any{value})
}

// insertItems adds items to a list.
func (d *Document) insertItems(path Path, index int, items []any) (*Document, error) {
	at, err := d.find(path)
	if err != nil {
		return nil, err
	}
	rows := make([]*row, len(items))
	for i, item := range items {
		rows[i] = newRow(nil, item, at.order.ofItems())
		if near := at.row.value.rows; len(near) > 0 && rows[i].value.suits(near[max(0, index-1)].value) {
			rows[i].value.putInBrackets()
		}
	}
	return insertRows(d, path, at, index, rows)
}

// add writes a value at a path that does not exist, including the missing objects in the path.
func (d *Document) add(path Path, at spot, value any) (*Document, error) {
	for _, step := range slices.Backward(at.rest[1:]) {
		switch step := step.(type) {
		case string:
			value = map[string]any{step: value}
		case int:
			if value = []any{value}; step != 0 {
				return nil, path.refuse("is an item of a list that does not exist")
			}
		}
	}
	within := path[:len(path)-len(at.rest)]
	key, isKey := at.rest[0].(string)
	switch {
	case at.row.value.isNull() && isKey:
		return replace(d, within, at, map[string]any{key: value})
	case at.row.value.isNull():
		return replace(d, within, at, []any{value})
	case !isKey:
		return d.insertItems(within, at.rest[0].(int), []any{value})
	}
	return insertRows(d, within, at, at.order.place(at.row.value, key), []*row{newRow(&key, value, at.order.of(key))})
}

// insertRows adds rows to the value at a spot.
func insertRows(d *Document, path Path, at spot, index int, rows []*row) (*Document, error) {
	if err := path.refuseShared(at.row.value); err != nil {
		return nil, err
	}
	p, err := d.file.insertion(at, index, rows)
	return d.apply(path, p, err)
}

// replace replaces the value of a row.
func replace(d *Document, path Path, at spot, value any) (*Document, error) {
	p, err := replacement(d.file, at, value)
	return d.apply(path, p, err)
}

// replacement replaces the value of a row.
func replacement(f *written, at spot, value any) (patch, error) {
	old, new := at.row.value, newRow(nil, value, at.order).value
	if old.flow && len(old.rows) > 0 && old.kind == new.kind {
		new.putInBrackets()
	}
	if at.inFlow() {
		return f.replaceInFlow(at.row, new)
	}
	return f.replace(at.row, new)
}

func (d *Document) remove(path Path) (*Document, error) {
	at, err := d.find(path)
	if err != nil {
		return nil, err
	}
	if len(at.rest) > 0 {
		return nil, path.refuse("does not exist")
	}
	p, err := d.file.removal(at)
	return d.apply(path, p, err)
}

// apply returns the document after a patch of its file.
func (d *Document) apply(path Path, p patch, err error) (*Document, error) {
	if err != nil {
		return nil, path.refuse("%v; edit it by hand", err)
	}
	f, err := open(slices.Concat(d.file.mark, p.apply(d.file.Raw)), d.file.order)
	if err == nil && len(f.roots) != len(d.file.roots) {
		err = errors.New("it would split the document in two")
	}
	if err != nil {
		return nil, path.refuse("cannot be changed in place (%v); edit it by hand", err)
	}
	return &Document{f.roots[d.index], f, d.index}, nil
}
