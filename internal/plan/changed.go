package plan

import (
	"maps"
	"slices"
	"strings"

	"atlas-gitops/internal/natural"
	"atlas-gitops/internal/plain"
	"atlas-gitops/internal/resource"
)

// FieldChange is the change of one field. A nested part is a field of its own.
type FieldChange struct {
	Path          []string // customSessionTimeouts, idleSessionTimeoutInSeconds
	Before, After any      // nil if it is unset
}

// Field returns the path as text: customSessionTimeouts.idleSessionTimeoutInSeconds.
func (c FieldChange) Field() string { return strings.Join(c.Path, ".") }

// Changed returns the fields that an update changes, sorted by name.
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
		case !plain.Equal(a, b):
			all = append(all, FieldChange{path, b, a})
		}
	}
	return all
}

// Contents returns the fields that are not empty or are explicitly unset, sorted by name, without Before.
func Contents(fields resource.Fields) []FieldChange { return contents(nil, fields) }

func contents(above []string, fields resource.Fields) (all []FieldChange) {
	for _, field := range slices.SortedFunc(maps.Keys(fields), natural.Compare) {
		path, value := append(slices.Clip(above), field), fields[field]
		if parts, ok := value.(resource.Fields); ok {
			all = append(all, contents(path, parts)...)
		} else if value == nil || !plain.Equal(value, nil) {
			all = append(all, FieldChange{path, nil, value})
		}
	}
	return all
}
