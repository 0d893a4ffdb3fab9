package yamldata

import "gopkg.in/yaml.v3"

// Starts returns the offsets of the scalars and aliases that have any text, in the trees of [Content].
func Starts(src []byte, trees []*yaml.Node) []int {
	finder := startFinder{src: src, line: 2, column: 1} // of the first line of the text, as in [Content.Trees]
	for _, tree := range trees {
		finder.visit(tree)
	}
	return finder.starts
}

// startFinder turns lines and columns into offsets. It reads the file only once, because a line can be long.
type startFinder struct {
	src                  []byte
	offset, line, column int
	starts               []int
}

func (f *startFinder) visit(n *yaml.Node) {
	if n.Kind == yaml.AliasNode || n.Kind == yaml.ScalarNode && IsWritten(n) {
		f.starts = append(f.starts, f.find(n.Line, n.Column))
		return
	}
	for _, child := range n.Content {
		f.visit(child)
	}
}

func (f *startFinder) find(line, column int) int {
	for f.offset < len(f.src) && (f.line < line || f.line == line && f.column < column) {
		switch b := f.src[f.offset]; {
		case b == '\n':
			f.line, f.column = f.line+1, 1
		case b&0xc0 != 0x80 || f.offset == 0: // the first byte of a character
			f.column++
		}
		f.offset++
	}
	for f.offset < len(f.src) && f.src[f.offset]&0xc0 == 0x80 {
		f.offset++
	}
	return f.offset
}

// IsWritten reports whether a scalar has any text in the file.
func IsWritten(n *yaml.Node) bool { return n.Value != "" || n.Style&^yaml.TaggedStyle != 0 }
