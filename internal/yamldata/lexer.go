package yamldata

import (
	"bytes"
	"strings"
)

// lexer finds the names of anchors and aliases in the text of a file, and its directives. Like the YAML library, it ignores text that
// looks like a name in quotes, in comments and in blocks of text.
type lexer struct {
	cursor
	flow    int   // how many brackets are open
	indents []int // columns of the blocks around the position
	key     int   // where a key may have started; -1 or before the line: nowhere

	names      []span // of anchors and aliases, without & and *
	directives []span // the lines of the directives
}

type span struct{ start, end int }

func (s span) in(src []byte) []byte { return src[s.start:s.end] }

// lex reads the whole text.
func lex(src []byte) *lexer {
	x := &lexer{cursor: cursor{src: src}, key: -1}
	for x.passSpace(); x.pos < len(src); x.passSpace() {
		if !x.passLineMark() && !x.passMark() {
			x.passWord()
		}
	}
	return x
}

// cursor is a position in a text.
type cursor struct {
	src   []byte
	pos   int
	start int // of the line
}

// at returns the byte that is ahead bytes after the position, or a line feed after the end.
func (c *cursor) at(ahead int) byte {
	if c.pos+ahead < len(c.src) {
		return c.src[c.pos+ahead]
	}
	return '\n'
}

func (c *cursor) column() int { return c.pos - c.start }

// advance moves the position forward by n bytes.
func (c *cursor) advance(n int) {
	for range n {
		if c.at(0) == '\n' {
			c.start = c.pos + 1
		}
		c.pos++
	}
}

// passLine skips the rest of the line, without its line feed.
func (c *cursor) passLine() {
	if i := bytes.IndexByte(c.src[c.pos:], '\n'); i >= 0 {
		c.pos += i
		return
	}
	c.pos = len(c.src)
}

// passUntil skips to the next white space or to one of the bytes of ends.
func (c *cursor) passUntil(ends string) {
	for c.pos < len(c.src) && !isSpace(c.at(0)) && strings.IndexByte(ends, c.at(0)) < 0 {
		c.pos++
	}
}

// passSpace skips white space and comments.
func (c *cursor) passSpace() {
	for c.pos < len(c.src) {
		switch b := c.src[c.pos]; {
		case isSpace(b):
			c.advance(1)
		case b == '#':
			c.passLine()
		default:
			return
		}
	}
}

// isMarker reports whether the position is at the start or the end of a document.
func (c *cursor) isMarker() bool {
	rest := c.src[c.pos:]
	return c.column() == 0 && (bytes.HasPrefix(rest, []byte("---")) || bytes.HasPrefix(rest, []byte("..."))) && isSpace(c.at(3))
}

func isBlank(b byte) bool { return b == ' ' || b == '\t' }

func isSpace(b byte) bool { return isBlank(b) || b == '\n' || b == '\r' }

// indent returns the column of the innermost block, or -1.
func (x *lexer) indent() int {
	if len(x.indents) == 0 {
		return -1
	}
	return x.indents[len(x.indents)-1]
}

// open enters the block that starts at an offset in the line, unless the position is already in it. Brackets have no blocks: the key
// may be the brackets as a whole.
func (x *lexer) open(at int) {
	if x.flow > 0 {
		return
	}
	if column := at - x.start; column > x.indent() {
		x.indents = append(x.indents, column)
	}
	x.key = -1
}

// passLineMark skips a document marker or a directive, which can be only at the start of a line. It reports whether there was one.
func (x *lexer) passLineMark() bool {
	for x.flow == 0 && x.indent() > x.column() {
		x.indents = x.indents[:len(x.indents)-1]
	}
	switch {
	case x.isMarker():
		x.indents, x.flow = nil, 0
		x.pos += 3
	case x.at(0) == '%' && x.column() == 0:
		start := x.pos
		x.passLine()
		x.directives = append(x.directives, span{start, x.pos})
	default:
		return false
	}
	return true
}

// passMark skips one punctuation character. It reports whether there was one.
func (x *lexer) passMark() bool {
	isApart := isSpace(x.at(1))
	isMark := isApart || x.flow > 0
	switch b := x.at(0); {
	case b == ',':
	case b == ']', b == '}':
		x.flow = max(x.flow-1, 0)
	case b == '-' && isApart, b == '?' && isMark:
		x.open(x.pos)
	case b == ':' && isMark:
		x.open(x.key)
	default:
		return false
	}
	x.pos++
	return true
}

// brackets end names of anchors, and text without quotes inside brackets.
const brackets = ",[]{}"

// passWord reads a value, a key, or a part before them such as an anchor.
func (x *lexer) passWord() {
	if x.key < x.start {
		x.key = x.pos
	}
	switch b := x.at(0); {
	case b == '[', b == '{':
		x.flow++
		x.pos++
	case b == '&', b == '*':
		x.passName()
	case b == '!' && x.flow > 0:
		x.passUntil(brackets)
	case b == '!':
		x.passUntil("")
	case (b == '|' || b == '>') && x.flow == 0:
		x.passBlock()
	case b == '"', b == '\'':
		x.passQuoted(b)
	default:
		x.passPlain()
	}
}

// passName reads the name of an anchor or an alias. A colon at its end is not a part of the name but ends a key. In YAML 1.2, it
// would be a part of the name, but other YAML readers do not agree.
func (x *lexer) passName() {
	x.pos++
	start := x.pos
	x.passUntil(brackets)
	for x.pos > start && x.src[x.pos-1] == ':' {
		x.pos--
	}
	x.names = append(x.names, span{start, x.pos})
}

func (x *lexer) passQuoted(quote byte) {
	x.advance(1)
	for x.pos < len(x.src) {
		switch b := x.at(0); {
		case b == '\\' && quote == '"', b == quote && quote == '\'' && x.at(1) == quote:
			x.advance(2)
		case b == quote:
			x.advance(1)
			return
		default:
			x.advance(1)
		}
	}
}

// passPlain skips text without quotes, which can continue on the lines below.
func (x *lexer) passPlain() {
	for {
		first := x.pos
		for x.pos < len(x.src) && x.at(0) != '\n' && !x.endsPlain(x.pos == first) {
			x.pos++
		}
		if x.pos == first {
			x.pos++ // not the start of text
			return
		}
		if x.pos < len(x.src) && x.at(0) != '\n' || !x.continuesPlain() {
			return
		}
	}
}

func (x *lexer) endsPlain(isFirst bool) bool {
	switch b := x.at(0); {
	case b == ':' && isSpace(x.at(1)):
		return true
	case b == '#':
		return isFirst || isBlank(x.src[x.pos-1])
	case x.flow > 0:
		return b == '?' || strings.IndexByte(brackets, b) >= 0
	}
	return false
}

// continuesPlain skips line ends if the same text continues after them. Otherwise it skips nothing and returns false.
func (x *lexer) continuesPlain() bool {
	was := *x
	for x.pos < len(x.src) && isSpace(x.at(0)) {
		x.advance(1)
	}
	if x.pos < len(x.src) && !x.isMarker() && (x.flow > 0 || x.column() > x.indent()) && !x.endsPlain(true) {
		return true
	}
	*x = was
	return false
}

// passBlock skips a block of text, starting with its | or >.
func (x *lexer) passBlock() {
	within := max(x.indent()+1, 1)
	isGiven := false
	for ; x.pos < len(x.src) && !isSpace(x.at(0)); x.pos++ {
		if b := x.at(0); '1' <= b && b <= '9' {
			within, isGiven = max(x.indent(), 0)+int(b-'0'), true
		}
	}
	x.passLine()
	for x.pos < len(x.src) {
		line := x.src[x.pos+1:]
		spaces := len(line) - len(bytes.TrimLeft(line, " "))
		isEmpty := spaces == len(line) || line[spaces] == '\n' || line[spaces] == '\r'
		if !isGiven {
			within = max(within, spaces)
			isGiven = !isEmpty
		}
		if !isEmpty && spaces < within {
			return
		}
		x.advance(1)
		x.passLine()
	}
}
