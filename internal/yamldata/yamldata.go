// Package yamldata reads a YAML file as plain data: JSON values that know where they were written. It refuses what readers of
// YAML disagree about, and what takes too much memory.
package yamldata

import "slices"

// Limits of one file, besides [MaxBytes]. Nobody reviews a larger one.
const (
	maxDepth   = 64
	maxKeys    = 1000    // of one object
	maxWeight  = 4 << 20 // of all values after aliases are expanded: their bytes, and nodeWeight for each
	nodeWeight = 16
)

// Content is what a file says.
type Content struct {
	Roots    []*Node // of its documents, also those that are null
	Problems []*Problem
	Nodes    int     // values and keys that are written in the file
	Anchored []Place // the keys at the top of documents whose values have an anchor, or something in them has
}

// Documents returns the documents that say anything.
func (c Content) Documents() []*Node {
	return slices.DeleteFunc(slices.Clone(c.Roots), (*Node).IsNull)
}

// Parse reads a file. If there are problems, the documents may be incomplete.
func Parse(file string, t Text) Content {
	p := newParser(file, t)
	return Content{p.parse(), p.problems, p.nodes, p.anchored}
}
