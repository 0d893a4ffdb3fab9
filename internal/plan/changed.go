package plan

import (
	"maps"
	"slices"
	"strings"

	"atlas-gitops/internal/natural"
	"atlas-gitops/internal/resource"
)

// FieldChange is what becomes of one field. A part of an object is a field of its own.
type FieldChange struct {
	Path          []string // customSessionTimeouts, idleSessionTimeoutInSeconds
	Before, After any      // nil if it is unset
}

// Field is the path in one word: customSessionTimeouts.idleSessionTimeoutInSeconds.
func (c FieldChange) Field() string { return strings.Join(c.Path, ".") }

// Changed returns the fields that an update changes, by name.
func (s Step) Changed() []FieldChange {
	if s.Before == nil { // the state before is unknown
		return Contents(s.After)
	}
	return changes(nil, s.Before, s.After)
}

func changes(above []string, before, after resource.Fields) (all []FieldChange) {
	fields := resource.Fields{}
	maps.Copy(fields, before)
	maps.Copy(fields, after)
	for _, field := range slices.SortedFunc(maps.Keys(fields), natural.Compare) {
		path := append(slices.Clip(above), field)
		b, a := before[field], after[field]
		bParts, bOK := b.(resource.Fields)
		aParts, aOK := a.(resource.Fields)
		switch {
		case bOK && aOK, bOK && a == nil, aOK && b == nil:
			all = append(all, changes(path, bParts, aParts)...)
		case !resource.Equal(a, b):
			all = append(all, FieldChange{path, b, a})
		}
	}
	return all
}

// Contents returns the fields that are not empty, and those that are explicitly unset, by name. They have no Before.
func Contents(fields resource.Fields) []FieldChange { return contents(nil, fields) }

func contents(above []string, fields resource.Fields) (all []FieldChange) {
	for _, field := range slices.SortedFunc(maps.Keys(fields), natural.Compare) {
		path, value := append(slices.Clip(above), field), fields[field]
		if parts, ok := value.(resource.Fields); ok {
			all = append(all, contents(path, parts)...)
		} else if value == nil || !resource.Equal(value, nil) {
			all = append(all, FieldChange{path, nil, value})
		}
	}
	return all
}
