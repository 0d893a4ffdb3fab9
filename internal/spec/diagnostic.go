package spec

import (
	"cmp"
	"fmt"

	"atlas-gitops/internal/safetext"
)

// Place is where something stands in a file. Lines and columns count from 1, columns in characters; EndColumn is
// the column behind the last character, on the same line. A line of 0 means the file, or directory, as a whole.
type Place struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndColumn int    `json:"endColumn"`
}

func (p Place) String() string {
	file := safetext.File(p.File)
	if p.Line == 0 {
		return file
	}
	return fmt.Sprintf("%s:%d:%d", file, p.Line, p.Column)
}

// Compare orders places by file, line and column.
func (p Place) Compare(q Place) int {
	return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column))
}

// Diagnostic is one finding in the tree.
type Diagnostic struct {
	Place
	Severity Severity `json:"severity"`
	Rule     string   `json:"rule"` // the id of its rule
	Message  string   `json:"message"`
	Hint     string   `json:"hint,omitzero"`  // what to write instead
	Other    *Place   `json:"other,omitzero"` // the other of two places that contradict each other
	Source   string   `json:"-"`              // the line of the file, without its end
}

func (d *Diagnostic) other() Place {
	if d.Other == nil {
		return Place{}
	}
	return *d.Other
}
