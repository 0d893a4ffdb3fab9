// Package render puts plans, results, diagnostics and explanations into words: as text, as Markdown and as SARIF. Other packages
// word only errors, and the reason why a step ended as it did, which reports for programs have, too.
package render

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/safetext"
)

// View says how plans and results are shown to a person.
type View struct {
	Colors  Colors
	Command string // the command, of one or more lines, that accepts exactly this plan; "" if there is none

	// AcceptHint says where to put the command, if it is not for a shell. It continues the sentence: ", set …".
	AcceptHint string

	AcceptedWith string // the flag or the input that accepted what guards block; "" if nobody accepted it

	Summary bool // write equal steps of several organizations once
	Verbose bool // name what is left alone, not only count it

	// Next says how to go on after an apply that did not do everything.
	Next Next

	// Now is the time of the run, to say how long ago something was; zero leaves that out.
	Now time.Time

	// ComparedWith is what the tree was compared with instead of Atlas; "" for Atlas. Nobody can approve such a plan.
	ComparedWith string

	// FileName, unless nil, turns the path of a file from the root of the repository into the name for the reader of the text.
	FileName FileName

	Size       int    // of Markdown, in bytes; 0 is what a comment may have
	FullOutput string // a sentence that says where the whole text is, for Markdown that is cut
}

// The places in the YAML tree stand below each other in sourceColumn, or further left where they would not fit into
// a terminal of the width.
const (
	sourceColumn = 47
	width        = 80
)

// column returns the column in which places stand below each other, so that the longest fits into the terminal.
func column(places []string) int {
	column := sourceColumn
	for _, place := range places {
		column = min(column, width-utf8.RuneCountInString(place))
	}
	return column
}

// beside returns a line with the place that it comes from in a column, or behind it where it is longer.
func beside(line, place string, column int) string {
	return line + strings.Repeat(" ", max(2, column-utf8.RuneCountInString(line))) + place
}

// place names a place for whoever reads the text.
func (v View) place(s plan.Source) string {
	s.File = v.FileName.of(s.File)
	return place(s)
}

// FileName names a file of the tree for whoever reads the text; nil leaves it as it is.
type FileName func(file string) string

func (f FileName) of(file string) string {
	if f == nil {
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

// wrap writes a title and items with commas between them, behind an indent. It breaks lines between items, so that each line fits
// into a terminal if its item does. Further lines are indented by two more if there is a title.
func wrap(indent, title string, items []string) string {
	line, lines := indent+title, ""
	if title != "" {
		indent += "  "
	}
	for i, item := range items {
		if i < len(items)-1 {
			item += ","
		}
		if i > 0 {
			if utf8.RuneCountInString(line+" "+item) > width {
				lines, line = lines+line+"\n", indent+item
				continue
			}
			item = " " + item
		}
		line += item
	}
	return lines + strings.TrimRight(line, " ")
}

// Count says how many there are of something: 1 step, 2 steps.
func Count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
