// Package adopt writes what is live in Atlas as YAML: the document of an organization that the tree does not have, and edits that bring
// live changes into an existing one. It reads and writes no file.
package adopt

import (
	"maps"

	"atlas-gitops/internal/plain"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/schema"
)

// Reason says why something stays different from what is live.
type Reason string

const (
	Unreadable Reason = "unreadable" // the role of the credential cannot read the section
	Expired    Reason = "expired"    // the invitation of the person expired
	Rejected   Reason = "rejected"   // the person rejected the invitation
	Shared     Reason = "shared"     // the value is written in a form that cannot be edited in this place, such as an alias
	Invalid    Reason = "invalid"    // the schema does not allow the live value
	Missing    Reason = "missing"    // the organization does not exist in Atlas
)

// Left is something live that the tree does not get.
type Left struct {
	Reason Reason
	Kind   string // of the section; organization for the keys of the document itself
	Key    string // of an object of a list; "" for the whole section
	Err    error  // why it cannot be read or written; nil for other reasons
}

// writable returns the fields of a live object that the tree can have, without those that are unset.
func writable(k *resource.Kind, live resource.Fields) resource.Fields {
	fields := resource.Fields{}
	for name, field := range schema.SectionOf(k.Name).Fields {
		if value := live[name]; !field.IsControl && !plain.Equal(value, nil) {
			fields[name] = plain.Canonical(value)
		}
	}
	return fields
}

// item returns a live object of a list as the tree writes it.
func item(k *resource.Kind, o resource.Object) resource.Fields {
	fields := writable(k, o.Fields)
	fields[k.Key] = o.Key
	return fields
}

// items returns the objects of a desired list as the tree writes them.
func items(k *resource.Kind, want []resource.Object) []any {
	all := make([]any, len(want))
	for i, o := range want {
		fields := maps.Clone(o.Fields)
		fields[k.Key] = o.Key
		all[i] = fields
	}
	return all
}

// singleton returns the fields of the single object of a kind, or nil.
func singleton(state resource.State, k *resource.Kind) resource.Fields {
	if o := state.Find(k.Name, ""); o != nil {
		return o.Fields
	}
	return nil
}

// DefaultSections returns the sections of an import that names none.
func DefaultSections() (names []string) {
	for _, k := range resource.Kinds {
		if schema.SectionOf(k.Name).IsImported {
			names = append(names, k.Name)
		}
	}
	return names
}

// Sections returns the names of all sections.
func Sections() (names []string) {
	for _, k := range resource.Kinds {
		names = append(names, k.Name)
	}
	return names
}

// PartsOfSteps counts the steps of each section.
func PartsOfSteps(steps []plan.Step) (parts []Part) {
	for _, k := range resource.Kinds {
		n := 0
		for _, s := range steps {
			if s.Kind == k.Name && k.Key == "" {
				n += len(s.After)
			} else if s.Kind == k.Name {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, Part{k.Name, n})
		}
	}
	return parts
}

// PartsOf returns what a document says, by section.
func PartsOf(document resource.Fields) (parts []Part) {
	for _, k := range resource.Kinds {
		switch section := document[k.Name].(type) {
		case []any:
			parts = append(parts, Part{k.Name, len(section)})
		case resource.Fields:
			parts = append(parts, Part{k.Name, len(section)})
		}
	}
	return parts
}
