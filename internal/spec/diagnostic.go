package spec

import (
	"slices"

	"atlas-gitops/internal/yamldata"
)

// Place is a position in a file of the tree.
type Place = yamldata.Place

// Diagnostic is one finding in the tree.
type Diagnostic struct {
	Place
	Severity Severity `json:"severity"`
	Rule     string   `json:"rule"` // the id of its rule
	Message  string   `json:"message"`
	Hint     string   `json:"hint,omitzero"`  // what to write instead
	Other    *Place   `json:"other,omitzero"` // the second place, if two places contradict each other
	Source   string   `json:"-"`              // the line of the file, without its end
}

func (d *Diagnostic) other() Place {
	if d.Other == nil {
		return Place{}
	}
	return *d.Other
}

// IsEmpty reports whether the only mistakes of a tree are that it has no organizations.
func IsEmpty(diagnostics []Diagnostic) bool {
	wrong := Without(Warning, Without(Notice, diagnostics))
	return len(wrong) > 0 && !slices.ContainsFunc(wrong, func(d Diagnostic) bool { return d.Rule != noOrganization.ID })
}

// Count returns how many of the diagnostics have the severity.
func Count(diagnostics []Diagnostic, s Severity) (n int) {
	for _, d := range diagnostics {
		if d.Severity == s {
			n++
		}
	}
	return n
}

// Without returns the diagnostics that do not have the severity.
func Without(s Severity, diagnostics []Diagnostic) []Diagnostic {
	return slices.DeleteFunc(slices.Clone(diagnostics), func(d Diagnostic) bool { return d.Severity == s })
}
