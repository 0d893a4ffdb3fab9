package yamldata

import (
	"fmt"
	"slices"
	"strconv"
)

// Node is a JSON value with its place. Aliases share their value, so do not change a Node after its file was read.
type Node struct {
	Place Place
	Value any    // nil, bool, json.Number or string; []*Entry of an object, as written; []*Node of a list; or broken
	Via   *Place // the alias, if the value comes from one
}

// broken is the value of a node with a mistake that was already reported.
type broken struct{}

// Entry is a key of an object with its value.
type Entry struct {
	Key   string
	Place Place // of the key
	Value *Node
	Below *Entry // the entry of the defaults that this one overrides
	Via   *Place // the alias in a merge key, if the entry comes from one
}

// Entries returns the entries of an object, or nil if n is nil or not an object.
func (n *Node) Entries() []*Entry {
	if n == nil {
		return nil
	}
	entries, _ := n.Value.([]*Entry)
	return entries
}

// Items returns the items of a list, or nil if n is nil or not a list.
func (n *Node) Items() []*Node {
	if n == nil {
		return nil
	}
	items, _ := n.Value.([]*Node)
	return items
}

func (n *Node) IsObject() bool {
	_, ok := n.Value.([]*Entry)
	return ok
}

func (n *Node) IsList() bool {
	_, ok := n.Value.([]*Node)
	return ok
}

func (n *Node) IsBroken() bool { return n.Value == broken{} }

func (n *Node) IsNull() bool { return n.Value == nil }

// Entry returns the object's Entry of that key, or nil.
func (n *Node) Entry(key string) *Entry {
	for _, e := range n.Entries() {
		if e.Key == key {
			return e
		}
	}
	return nil
}

// Get returns the value of the object's entry, or nil.
func (n *Node) Get(key string) *Node {
	if e := n.Entry(key); e != nil {
		return e.Value
	}
	return nil
}

// Text returns the value of n if it is a string, or "".
func (n *Node) Text() string {
	if n == nil {
		return ""
	}
	s, _ := n.Value.(string)
	return s
}

// Plain returns the value without its places.
func (n *Node) Plain() any {
	switch value := n.Value.(type) {
	case []*Entry:
		fields := make(map[string]any, len(value))
		for _, e := range value {
			fields[e.Key] = e.Value.Plain()
		}
		return fields
	case []*Node:
		items := make([]any, len(value))
		for i, item := range value {
			items[i] = item.Plain()
		}
		return items
	case broken:
		return nil
	}
	return n.Value
}

// AppendText appends a text that tells the plain value of a node without mistakes from every other one. Equal values may have different
// texts: the order of keys counts.
func (n *Node) AppendText(b []byte) []byte {
	switch value := n.Value.(type) {
	case []*Entry:
		b = append(b, '{')
		for _, e := range value {
			b = append(e.Value.AppendText(strconv.AppendQuote(b, e.Key)), ' ')
		}
		return append(b, '}')
	case []*Node:
		b = append(b, '[')
		for _, item := range value {
			b = append(item.AppendText(b), ' ')
		}
		return append(b, ']')
	case string:
		return strconv.AppendQuote(b, value)
	}
	return fmt.Append(b, n.Value)
}

// MapParts returns a copy of the node with each part replaced by the result of f, or the same node if f changes nothing. For an item of
// a list, f gets the key "".
func (n *Node) MapParts(f func(key string, part *Node) *Node) *Node {
	out := *n
	switch value := n.Value.(type) {
	case []*Node:
		items := slices.Clone(value)
		for i, item := range value {
			items[i] = f("", item)
		}
		if slices.Equal(items, value) {
			return n
		}
		out.Value = items
	case []*Entry:
		entries := slices.Clone(value)
		for i, e := range value {
			if part := f(e.Key, e.Value); part != e.Value {
				changed := *e
				changed.Value, entries[i] = part, &changed
			}
		}
		if slices.Equal(entries, value) {
			return n
		}
		out.Value = entries
	default:
		return n
	}
	return &out
}

// Merge returns n overridden by over. Objects merge key by key; other values are replaced as a whole. It changes neither node.
func Merge(n, over *Node) *Node {
	if n == nil || !n.IsObject() || !over.IsObject() {
		return over
	}
	merged, at := slices.Clone(over.Entries()), map[string]int{}
	for i, e := range merged {
		at[e.Key] = i
	}
	for _, below := range n.Entries() {
		if i, both := at[below.Key]; both {
			e := merged[i]
			merged[i] = &Entry{e.Key, e.Place, Merge(below.Value, e.Value), below, e.Via}
		} else {
			merged = append(merged, below)
		}
	}
	return &Node{Place: over.Place, Value: merged, Via: over.Via}
}

// Part returns the value of a key, or the item with an index. The part must exist.
func (n *Node) Part(step any) *Node {
	if i, ok := step.(int); ok {
		return n.Items()[i]
	}
	key, _ := step.(string)
	return n.Get(key)
}
