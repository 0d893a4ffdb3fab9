package yamldata

import (
	"bytes"
)

// lexer finds the names of anchors and aliases in the text of a file, and its directives. It reads words where the YAML library does:
// what looks like a name in quotes, in a comment or in a block of text is none.
type lexer struct {
	src     []byte
	pos     int
	start   int   // of the line
	flow    int   // how many brackets are open
	indents []int // of the blocks that the position is in
	key     int   // where a key may have started on the line, or -1

	names      []span // without & and *
	directives []span // their lines
}

type span struct{ start, end int }

func (s span) in(src []byte) []byte { return src[s.start:s.end] }

// lex passes the whole text.
func lex(src []byte) *lexer {
	x := &lexer{src: src, key: -1}
	for x.passSpace(); x.pos < len(src); x.passSpace() {
		if !x.passMark() {
			x.passWord()
		}
	}
	return x
}

// at returns the byte that is so far behind the position, or a line feed at the end.
func (x *lexer) at(ahead int) byte {
	if x.pos+ahead < len(x.src) {
		return x.src[x.pos+ahead]
	}
	return '\n'
}

func isBlank(b byte) bool { return b == ' ' || b == '\t' }

func isSpace(b byte) bool { return isBlank(b) || b == '\n' || b == '\r' }

func (x *lexer) column() int { return x.pos - x.start }

// indent returns that of the innermost block, or -1.
func (x *lexer) indent() int {
	if len(x.indents) == 0 {
		return -1
	}
	return x.indents[len(x.indents)-1]
}

// open enters a block, unless the position is in it already.
func (x *lexer) open(column int) {
	if x.flow == 0 && column > x.indent() {
		x.indents = append(x.indents, column)
	}
}

// advance passes bytes.
func (x *lexer) advance(n int) {
	for range n {
		if x.at(0) == '\n' {
			x.start, x.key = x.pos+1, -1
		}
		x.pos++
	}
}

// passLine passes the rest of the line, without its end.
func (x *lexer) passLine() {
	if i := bytes.IndexByte(x.src[x.pos:], '\n'); i >= 0 {
		x.pos += i
		return
	}
	x.pos = len(x.src)
}

// passSpace passes white space and comments.
func (x *lexer) passSpace() {
	for x.pos < len(x.src) {
		switch b := x.src[x.pos]; {
		case isSpace(b):
			x.advance(1)
		case b == '#':
			x.passLine()
		default:
			return
		}
	}
}

// isMarker tells whether the position is at the start or the end of a document.
func (x *lexer) isMarker() bool {
	rest := x.src[x.pos:]
	return x.column() == 0 && (bytes.HasPrefix(rest, []byte("---")) || bytes.HasPrefix(rest, []byte("..."))) && isSpace(x.at(3))
}

// passMark passes punctuation, a marker or a directive. It tells whether there was one.
func (x *lexer) passMark() bool {
	for x.flow == 0 && x.indent() > x.column() {
		x.indents = x.indents[:len(x.indents)-1]
	}
	switch b, isApart := x.at(0), isSpace(x.at(1)); {
	case x.isMarker():
		x.indents, x.flow = nil, 0
		x.pos += 3
	case b == '%' && x.column() == 0:
		start := x.pos
		x.passLine()
		x.directives = append(x.directives, span{start, x.pos})
	case b == ',', b == ']', b == '}':
		if b != ',' && x.flow > 0 {
			x.flow--
		}
		x.pos++
	case b == '-' && isApart, b == '?' && (isApart || x.flow > 0):
		x.open(x.column())
		x.key = -1
		x.pos++
	case b == ':' && (isApart || x.flow > 0):
		x.open(x.key)
		x.key = -1
		x.pos++
	default:
		return false
	}
	return true
}

// passWord passes a value or a key, or what stands before one.
func (x *lexer) passWord() {
	if x.key < 0 {
		x.key = x.column()
	}
	switch b := x.at(0); {
	case b == '[', b == '{':
		x.flow++
		x.pos++
	case b == '&', b == '*':
		x.passName()
	case b == '!':
		for x.pos < len(x.src) && !isSpace(x.at(0)) && (x.flow == 0 || bytes.IndexByte([]byte(",[]{}"), x.at(0)) < 0) {
			x.pos++
		}
	case (b == '|' || b == '>') && x.flow == 0:
		x.passBlock()
	case b == '"', b == '\'':
		x.passQuoted(b)
	default:
		x.passPlain()
	}
}

// passName passes the name of an anchor or an alias. A colon at its end belongs to a key: so it is everywhere but in YAML 1.2, where
// nobody writes it.
func (x *lexer) passName() {
	x.pos++
	start := x.pos
	for x.pos < len(x.src) && !isSpace(x.at(0)) && bytes.IndexByte([]byte(",[]{}"), x.at(0)) < 0 {
		x.pos++
	}
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

// passPlain passes text without quotes, also on the lines below.
func (x *lexer) passPlain() {
	for {
		first := x.pos
		for x.pos < len(x.src) && x.at(0) != '\n' && !x.endsPlain(x.pos == first) {
			x.pos++
		}
		if x.pos == first {
			x.pos++ // no text starts with that
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
		return bytes.IndexByte([]byte(",?[]{}"), b) >= 0
	}
	return false
}

// continuesPlain passes the ends of lines up to further text of the same value. Without such text it passes nothing.
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

// passBlock passes a block of text, from its | or > on.
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
