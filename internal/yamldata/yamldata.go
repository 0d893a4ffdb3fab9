// Package yamldata reads a YAML file as plain data: JSON values with their places. It rejects YAML that programs read in different
// ways, and files that take too much memory.
package yamldata

import (
	"slices"

	"gopkg.in/yaml.v3"
)

// Limits of one file, in addition to [MaxBytes]. A larger file is too large for a review.
const (
	maxDepth   = 64
	maxKeys    = 1000    // of one object
	maxWeight  = 4 << 20 // of all values after aliases are expanded: their bytes, and nodeWeight for each
	nodeWeight = 16
)

// Content is the result of reading a file.
type Content struct {
	Roots    []*Node // the values of all documents, including null documents
	Problems []*Problem
	Nodes    int     // values and keys that are written in the file
	Anchored []Place // the top-level keys whose values contain an anchor

	// Trees are the documents up to the first syntax error as the YAML library reads them, with the original names of anchors. The
	// line of each node is 1 too high. Release them early: they take more memory than Roots.
	Trees []*yaml.Node
	Err   error // the syntax error of the library
}

// Documents returns the documents that are not null.
func (c Content) Documents() []*Node {
	return slices.DeleteFunc(slices.Clone(c.Roots), (*Node).IsNull)
}

// Parse reads a file. If there are problems, the documents may be incomplete.
func Parse(file string, t Text) Content {
	p := newParser(file, t)
	roots := p.parse()
	return Content{roots, p.problems, p.nodes, p.anchored, p.trees, p.err}
}
