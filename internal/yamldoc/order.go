package yamldoc

import (
	"cmp"
	"slices"

	"atlas-gitops/internal/yamldata"
)

// Order is the order of the parts of a value, and of their parts. Without an order, parts stay as written.
type Order struct {
	Keys     []string                 // of an object: the keys that come first, in this order
	Values   map[string]*Order        // orders of the values of these keys
	Others   *Order                   // order of the values of all other keys
	Free     bool                     // whether other keys are sorted
	Items    *Order                   // order of the items of a list
	SortKey  string                   // the key by which the objects of a list are sorted; "": not sorted
	SortText func(text string) string // returns the text to compare for a value of SortKey
}

// of returns the order of the parts of a key's value.
func (o *Order) of(key string) *Order {
	switch {
	case o == nil:
		return nil
	case o.Values[key] != nil:
		return o.Values[key]
	}
	return o.Others
}

// part returns the order of the parts of a row's value.
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

// place returns the index for a new key in an object: after all keys that come before it in the order, or at the end if the order does
// not have the key.
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

// compare compares two keys: known keys are first, as in Keys, then the others.
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

// unordered returns a plain value with sorted lists in a fixed order, so that lists with the same items are equal. It modifies the value.
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
			texts[i] = yamldata.JSON(value[i])
		}
		if o.SortKey != "" {
			slices.Sort(texts)
			return texts
		}
	}
	return value
}
