package spec

import (
	"slices"

	"atlas-gitops/internal/resource"
)

// node is a JSON value that knows where it was written. What an alias stands for is shared, so nothing may change a node
// once its file is read.
type node struct {
	place Place
	value any    // nil, bool, json.Number or string; []*entry of an object, as written; []*node of a list; or broken
	via   *Place // the alias that stands for it
}

// broken is the value of a node of which a mistake was reported already: it has none.
type broken struct{}

type entry struct {
	key   string
	place Place // of the key
	value *node
	below *entry // of the defaults, that this one wins over
	via   *Place // the merge key that brought it in
}

// entries returns what the object holds; nothing, if the value is no object.
func (n *node) entries() []*entry {
	entries, _ := n.value.([]*entry)
	return entries
}

// items returns what the list holds; nothing, if the value is no list.
func (n *node) items() []*node {
	items, _ := n.value.([]*node)
	return items
}

func (n *node) isObject() bool {
	_, ok := n.value.([]*entry)
	return ok
}

func (n *node) isList() bool {
	_, ok := n.value.([]*node)
	return ok
}

func (n *node) isBroken() bool { return n.value == broken{} }

func (n *node) isNull() bool { return n.value == nil }

// entry returns the object's entry of that key, or nil.
func (n *node) entry(key string) *entry {
	if n == nil {
		return nil
	}
	for _, e := range n.entries() {
		if e.key == key {
			return e
		}
	}
	return nil
}

// get returns the value of the object's entry, or nil.
func (n *node) get(key string) *node {
	if e := n.entry(key); e != nil {
		return e.value
	}
	return nil
}

// text returns the string that n is, or "".
func (n *node) text() string {
	if n == nil {
		return ""
	}
	s, _ := n.value.(string)
	return s
}

// plain returns the value without its places.
func (n *node) plain() any {
	switch value := n.value.(type) {
	case []*entry:
		fields := make(resource.Fields, len(value))
		for _, e := range value {
			fields[e.key] = e.value.plain()
		}
		return fields
	case []*node:
		items := make([]any, len(value))
		for i, item := range value {
			items[i] = item.plain()
		}
		return items
	case broken:
		return nil
	}
	return n.value
}

// outline returns the value without what is in it.
func (n *node) outline() any {
	switch {
	case n.isObject():
		return resource.Fields{}
	case n.isList():
		return []any{}
	}
	return n.plain()
}

// mapParts returns the node with what f makes of each of its parts, items by the key "": the node itself, if f changes none.
func (n *node) mapParts(f func(key string, part *node) *node) *node {
	out := *n
	switch value := n.value.(type) {
	case []*node:
		items := slices.Clone(value)
		for i, item := range value {
			items[i] = f("", item)
		}
		if slices.Equal(items, value) {
			return n
		}
		out.value = items
	case []*entry:
		entries := slices.Clone(value)
		for i, e := range value {
			if part := f(e.key, e.value); part != e.value {
				changed := *e
				changed.value, entries[i] = part, &changed
			}
		}
		if slices.Equal(entries, value) {
			return n
		}
		out.value = entries
	default:
		return n
	}
	return &out
}

// merge lays over on top of n: objects key by key, anything else as a whole. Neither is changed.
func merge(n, over *node) *node {
	if n == nil || !n.isObject() || !over.isObject() {
		return over
	}
	merged, at := slices.Clone(over.entries()), map[string]int{}
	for i, e := range merged {
		at[e.key] = i
	}
	for _, below := range n.entries() {
		if i, both := at[below.key]; both {
			e := merged[i]
			merged[i] = &entry{e.key, e.place, merge(below.value, e.value), below, e.via}
		} else {
			merged = append(merged, below)
		}
	}
	return &node{place: over.place, value: merged, via: over.via}
}
