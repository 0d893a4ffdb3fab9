package yamldata

import (
	"slices"
	"strings"

	"atlas-gitops/internal/safetext"

	"gopkg.in/yaml.v3"
)

// Pieces is the prefix of top-level keys with values that nothing reads. They are a place for anchors, to which aliases elsewhere refer.
const Pieces = "x-"

// anchored is the result for a value with an anchor. Its aliases share the node, but each counts as if it were written out.
type anchored struct {
	problems []*Problem  // in the value
	aliases  []*anchored // of the aliases in the value, if it is part of a piece
	isUsed   bool        // an alias outside of the pieces has the value

	node   *Node // nil while the value is being converted
	weight int
	height int // number of levels below the node
}

// convertAlias gives an alias the value of its anchor.
func (p *parser) convertAlias(out *Node, n *yaml.Node, depth int) {
	out.Value = broken{}
	if n.Alias.Line < p.start { // the library wrongly accepts an anchor of an earlier document
		p.problems = append(p.problems, unknownAnchorProblem(out.Place, n.Value))
		return
	}
	if p.anchors[n.Alias] == nil { // the anchor is in a key, or in the value of a key that is written twice
		p.convert(n.Alias, depth+1)
	}
	switch shared := p.anchors[n.Alias]; {
	case shared.node == nil:
		p.report(Unsupported, out.Place, "alias *%s is inside its own anchor &%s; remove it", safetext.Clip(n.Value), safetext.Clip(n.Value)).Unused = false
	case p.fits(n, shared.weight, depth+1+shared.height):
		out.Value, out.Via = shared.node.Value, &out.Place
		if p.inPiece {
			p.aliases = append(p.aliases, shared)
		} else {
			shared.use()
		}
	}
}

// isOptional reports whether a problem does not matter in a piece, where other programs may read a value as they like. A key that is
// written twice matters, because some programs reject the whole file.
func isOptional(kind ProblemKind) bool {
	return slices.Contains([]ProblemKind{Unsupported, OddNumber, DuplicateItem}, kind)
}

// use marks the problems of a value as used, because an alias outside of the pieces has the value. The value may have aliases of other
// values.
func (a *anchored) use() {
	if a.isUsed {
		return
	}
	a.isUsed = true
	for _, problem := range a.problems {
		problem.Unused = false
	}
	for _, other := range a.aliases {
		other.use()
	}
}

// isPiece reports whether a key of a document is that of a piece.
func isPiece(key string, depth int) bool { return depth == 0 && strings.HasPrefix(key, Pieces) }

// Mistakes returns the problems of everything that is used.
func (c Content) Mistakes() []*Problem {
	return slices.DeleteFunc(slices.Clone(c.Problems), func(p *Problem) bool { return p.Unused })
}

// Obstacles returns the problems with which the text cannot be written again: the canonical form has no tags.
func (c Content) Obstacles() []*Problem {
	return slices.DeleteFunc(slices.Clone(c.Problems), func(p *Problem) bool { return p.Unused && p.Kind != Unsupported })
}
