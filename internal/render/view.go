// Package render writes plans, results, diagnostics and explanations for people: as text, Markdown and SARIF. Other packages write
// only the texts that JSON reports have, too: errors, and the reasons for the results of steps.
package render

import (
	"fmt"
	"strings"
	"time"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/safetext"
)

// View says how plans and results are shown to a person.
type View struct {
	Colors  Colors
	Command string // the command, of one or more lines, that accepts exactly this plan; "" if there is none

	// AcceptHint says where the command belongs, if not into a shell. It continues a sentence: ", set these inputs".
	AcceptHint string

	AcceptOne string // the command that accepts one organization that guards block; "" if there is none

	// AcceptedFile is the file of the tree whose entries accept organizations that guards block, from the root of the repository.
	AcceptedFile string

	About string // of Markdown: a paragraph below what guards block, such as the commit

	AcceptedWith string // the flag or the input that accepted what guards block; "" if it was not accepted

	Summary bool // write equal steps of several organizations once
	Verbose bool // name what is left alone, not only count it

	// Next says how to continue after an apply that did not do everything.
	Next Next

	// Now is the time of the run. With it, a plan says how long ago something happened. Zero leaves that out.
	Now time.Time

	// ComparedWith is what the tree was compared with instead of Atlas; "" for Atlas. Nobody can approve such a plan.
	ComparedWith string

	// FileName, unless nil, turns the path of a file from the root of the repository into the name that the reader knows.
	FileName FileName

	Size       int    // limit of Markdown, in bytes; 0 means the limit of a comment
	FullOutput string // for Markdown that is cut: a sentence that says where the whole text is
}

// Places in the tree begin in sourceColumn, or further left if the longest one would not fit into a terminal of this width.
const (
	sourceColumn = 47
	width        = 80
)

// column returns the column in which places begin, so that the longest fits into the terminal.
func column(places []string) int {
	column := sourceColumn
	for _, place := range places {
		column = min(column, width-safetext.Width(place))
	}
	return column
}

// beside returns a line with a place beside it: in the column, or two spaces after a line that is longer.
func beside(line, place string, column int) string {
	return line + strings.Repeat(" ", max(2, column-safetext.Width(line))) + place
}

// place returns a place with the file name that the reader knows.
func (v View) place(s plan.Source) string {
	s.File = v.FileName.of(s.File)
	return place(s)
}

// FileName turns the path of a file of the tree into the name that the reader knows; nil keeps the path.
type FileName func(file string) string

func (f FileName) of(file string) string {
	if f == nil || file == "" {
		return file
	}
	return f(file)
}

func place(s plan.Source) string { return fmt.Sprintf("%s:%d", safetext.Value(s.File), s.Line) }

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// Count returns a number with its noun: 1 step, 2 steps.
func Count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
