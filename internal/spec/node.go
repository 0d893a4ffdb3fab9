package spec

import (
	"slices"

	"atlas-gitops/internal/resource"
)

// node is a JSON value that knows where it was written.
type node struct {
	place   Place
	kind    kind
	scalar  any      // nil, bool, json.Number or string
	entries []*entry // of an object, as written
	items   []*node  // of a list
	broken  bool     // a mistake was reported already; it has no value
	via     *Place   // the alias that stands for it
}

type kind int

const (
	scalar kind = iota
	object
	list
)

type entry struct {
	key   string
	place Place // of the key
	value *node
	below *entry // of the defaults, that this one wins over
	via   *Place // the merge key that brought it in
}

// entry returns the object's entry of that key, or nil.
func (n *node) entry(key string) *entry {
	if n == nil {
		return nil
	}
	i := slices.IndexFunc(n.entries, func(e *entry) bool { return e.key == key })
	if i < 0 {
		return nil
	}
	return n.entries[i]
}

// get returns the value of the object's entry, or nil.
func (n *node) get(key string) *node {
	if e := n.entry(key); e != nil {
		return e.value
	}
	return nil
}

func (n *node) isNull() bool { return n.kind == scalar && n.scalar == nil && !n.broken }

// text returns the string that n is, or "".
func (n *node) text() string {
	if n == nil {
		return ""
	}
	s, _ := n.scalar.(string)
	return s
}

// plain returns the value without its places.
func (n *node) plain() any {
	switch n.kind {
	case object:
		fields := make(resource.Fields, len(n.entries))
		for _, e := range n.entries {
			fields[e.key] = e.value.plain()
		}
		return fields
	case list:
		items := make([]any, len(n.items))
		for i, item := range n.items {
			items[i] = item.plain()
		}
		return items
	}
	return n.scalar
}

// merge lays over on top of n: objects key by key, anything else as a whole. Neither is changed.
func merge(n, over *node) *node {
	if n == nil || n.kind != object || over.kind != object {
		return over
	}
	merged := &node{place: over.place, kind: object, entries: slices.Clone(over.entries), via: over.via}
	for i, e := range merged.entries {
		if below := n.entry(e.key); below != nil {
			merged.entries[i] = &entry{e.key, e.place, merge(below.value, e.value), below, e.via}
		}
	}
	for _, e := range n.entries {
		if over.entry(e.key) == nil {
			merged.entries = append(merged.entries, e)
		}
	}
	return merged
}
