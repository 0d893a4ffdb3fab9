// Package yamldoc reads and writes a YAML file as text: it knows where each value stands, prints the file in canonical form
// and changes single values without a change to any other byte. It does not know what a file is about.
//
// It makes two trees of a file. A [Node] is what a value says: the value of an alias and what a merge key brings in
// are in it. A piece is how a value is written: with comments, quotes, brackets and anchors, but with an alias as a mere word.
// One tree for both would need both at each value, and every file that is only read would have to pay for the way in which
// it is written. The YAML library knows neither where a value ends nor which comments belong to it, so a piece needs a
// walk over the text.
package yamldoc

import "slices"

// What one file may be at most, besides [MaxBytes]. A file that needs more is not one that people review.
const (
	maxDepth   = 64
	maxKeys    = 1000    // of one object
	maxWeight  = 4 << 20 // of all values after aliases are expanded: their bytes, and nodeWeight for each
	nodeWeight = 16
)

// Content is what a file says.
type Content struct {
	Documents []*Node // those that say anything
	Problems  []*Problem
	Nodes     int // values and keys that are written in the file
}

// Parse reads a file. If there are problems, the documents may be incomplete.
func Parse(file string, t Text) Content {
	p := newParser(file, t)
	documents := slices.DeleteFunc(p.parse(), (*Node).IsNull)
	return Content{documents, p.problems, p.nodes}
}
