package adopt

import (
	"slices"
	"strings"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// Outcome says what happened to an organization.
type Outcome string

const (
	Written Outcome = "written" // its file is new, or was changed
	InTree  Outcome = "in-tree" // the tree has it already
	Same    Outcome = "same"    // there is nothing to bring in
	Failed  Outcome = "failed"  // nothing was written for it
)

// Org is what an import did about one organization.
type Org struct {
	resource.OrgRef
	Outcome Outcome
	Source  plan.Source // its place in the tree; for a new file without the line
	Parts   []Part      // what was written
	Left    []Left      // what was not
	Err     error       // why it failed
}

// LeftOf returns the people who are listed although they rejected the invitation: no step is about them.
func LeftOf(notices []plan.Notice) (left []Left) {
	for _, n := range notices {
		if n.About == plan.Rejected {
			left = append(left, Left{Reason: Rejected, Kind: n.Kind, Key: n.Key})
		}
	}
	return left
}

// FaultError says that the new text would not say what is live. It is a bug of this program. Nothing is written.
type FaultError struct {
	Mistakes []string    // of the new text
	Steps    []plan.Step // of a plan over it
}

func (e *FaultError) Error() string {
	differences := slices.Clone(e.Mistakes)
	for _, s := range e.Steps {
		differences = append(differences, s.Line())
	}
	return "a bug in atlas-gitops: the new YAML would differ from Atlas, so nothing was written for this organization; report it with these differences: " +
		strings.Join(differences, ", ")
}

// Part is what was written of one section.
type Part struct {
	Kind  string
	Count int // objects of a list, or fields
}

// File is a file to write.
type File struct {
	Name    string // of the file of the tree, as people know it
	Path    string // on this machine
	Was, Is []byte // a new file has no Was
}

// Report is the result of an import.
type Report struct {
	Orgs   []Org
	Files  []File                   // to write, in this order
	Schema *File                    // to write before: the schema that the new files name; nil if it exists
	Show   func(file string) string // returns the text to show for the name of a file
	Paths  []string                 // PATHs of the tree with the new texts

	Defaults    string // the name of the file of defaults; "" if it was not asked for
	Shared      []Part // what is in it, if it is new
	HadDefaults bool   // it exists already, so it stays as it is
}

// Count returns how many organizations ended so.
func (r *Report) Count(o Outcome) (n int) {
	for _, org := range r.Orgs {
		if org.Outcome == o {
			n++
		}
	}
	return n
}
