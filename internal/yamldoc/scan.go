package yamldoc

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// comment is one comment of a file.
type comment struct {
	text   string // from # to the last character that is not white space
	blank  bool   // a blank line is above it
	column int    // from 0; math.MaxInt behind something else on its line
}

// cursor walks over the text of a file in step with what the YAML library made of it. The library knows where
// values start, but not where they end, and it attaches comments to the wrong ones, or to none.
type cursor struct {
	src      []byte
	pos      int
	starts   []int     // where the values that are written and not collections start, from the next one on
	newlines int       // passed since the last thing that is not white space
	pending  []comment // passed, and not yet taken by what they belong to
	all      []string  // the texts of all comments that were passed
	fixed    bool      // the document has anchors, aliases or merge keys: an alias has to stay behind its anchor
}

// scanError is a flaw of the cursor: the text is not what the YAML library made of it.
type scanError struct{ offset int }

func (e scanError) Error() string { return fmt.Sprintf("cannot follow the text at byte %d", e.offset) }

func newCursor(src []byte, trees []*yaml.Node) *cursor {
	c := &cursor{src: src}
	finder := startFinder{src: src, line: 2, column: 1} // decode puts a line in front
	for _, tree := range trees {
		finder.visit(tree)
	}
	c.starts = finder.starts
	return c
}

// startFinder turns lines and columns into offsets. It goes through the file once: a line may be long.
type startFinder struct {
	src                  []byte
	offset, line, column int
	starts               []int
}

func (f *startFinder) visit(n *yaml.Node) {
	if n.Kind == yaml.AliasNode || n.Kind == yaml.ScalarNode && isWritten(n) {
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

// isWritten tells a value from one where nothing is written.
func isWritten(n *yaml.Node) bool { return n.Value != "" || n.Style&^yaml.TaggedStyle != 0 }

// at returns the byte at the position, or 0 at the end.
func (c *cursor) at() byte {
	if c.pos < len(c.src) {
		return c.src[c.pos]
	}
	return 0
}

// inStructure tells whether the position is before the next value, so that punctuation is structure.
func (c *cursor) inStructure() bool { return len(c.starts) == 0 || c.pos < c.starts[0] }

// gather passes white space and comments.
func (c *cursor) gather() {
	for c.pos < len(c.src) {
		switch b := c.src[c.pos]; {
		case b == '\n':
			c.newlines++
			c.pos++
		case b == ' ', b == '\t', b == '\r':
			c.pos++
		case b == '#':
			c.gatherComment()
		case b == '!': // the tag that says nothing; the parser refuses all others
			c.pos++
			if bytes.HasPrefix(c.src[c.pos:], []byte("<!>")) {
				c.pos += len("<!>")
			}
		case c.atMark():
			c.pos += len("\ufeff")
		default:
			return
		}
	}
}

// atMark tells whether the position is at a byte order mark that stands for nothing.
func (c *cursor) atMark() bool {
	return bytes.HasPrefix(c.src[c.pos:], []byte("\ufeff")) && (len(c.starts) == 0 || c.pos != c.starts[0])
}

func (c *cursor) gatherComment() {
	found := comment{blank: c.newlines > 1, column: math.MaxInt}
	if c.newlines > 0 || c.isFirst() {
		found.column = c.column()
	}
	found.text = c.readComment()
	c.pending = append(c.pending, found)
}

// isFirst tells whether nothing but white space and comments is above.
func (c *cursor) isFirst() bool { return len(c.all) == 0 && len(bytes.TrimSpace(c.src[:c.pos])) == 0 }

// readComment passes the comment at the position, up to the end of its line.
func (c *cursor) readComment() string {
	text := strings.TrimRight(string(c.line()), " \t\r")
	c.pos += len(c.line())
	c.newlines = 0
	c.all = append(c.all, text)
	return text
}

// line returns the rest of the line.
func (c *cursor) line() []byte {
	line, _, _ := bytes.Cut(c.src[c.pos:], []byte("\n"))
	return line
}

// column counts bytes, from 0. It is asked for only where what stands before is white space and punctuation.
func (c *cursor) column() int { return c.pos - bytes.LastIndexByte(c.src[:c.pos], '\n') - 1 }

// sameLine passes the comment that ends the line, if there is one.
func (c *cursor) sameLine() string {
	if c.next() != '#' {
		return ""
	}
	c.pos = c.skipBlanks(c.pos)
	return c.readComment()
}

// afterValue passes the comment that ends the line of a value, and the lines below that go on with it: those of nothing
// but a comment in the same column.
func (c *cursor) afterValue() string {
	if c.next() != '#' {
		return ""
	}
	c.pos = c.skipBlanks(c.pos)
	column := c.runes()
	text := c.readComment()
	for c.at() == '\n' {
		end := c.pos
		c.pos = c.skipBlanks(c.pos + 1)
		if c.at() != '#' || c.runes() != column {
			c.pos = end
			break
		}
		text += "\n" + c.readComment()
	}
	return text
}

// next returns the next byte of the line that is not blank.
func (c *cursor) next() byte {
	if at := c.skipBlanks(c.pos); at < len(c.src) {
		return c.src[at]
	}
	return 0
}

func (c *cursor) skipBlanks(at int) int {
	for at < len(c.src) && (c.src[at] == ' ' || c.src[at] == '\t') {
		at++
	}
	return at
}

// runes counts the characters before the position in its line.
func (c *cursor) runes() int { return utf8.RuneCount(c.src[c.pos-c.column() : c.pos]) }

// take returns the comments that were passed, and whether a blank line is below them.
func (c *cursor) take() (comments []comment, blank bool) {
	comments, c.pending = c.pending, nil
	return comments, c.newlines > 1
}

// passed notes that the position is behind something that is not white space.
func (c *cursor) passed(length int) {
	c.pos += length
	c.newlines = 0
}

// optional passes a character of structure, if it is the next thing but white space and comments.
func (c *cursor) optional(b byte) bool {
	c.gather()
	if c.at() != b || !c.inStructure() {
		return false
	}
	c.passed(1)
	return true
}

func (c *cursor) expect(b byte) error {
	if !c.optional(b) {
		return scanError{c.pos}
	}
	return nil
}

// foot takes the comments that are indented as far as the end of a collection would be.
func (c *cursor) foot(column int) (comments []comment) {
	c.gather()
	n := 0
	for n < len(c.pending) && c.pending[n].column >= column {
		n++
	}
	comments, c.pending = c.pending[:n:n], c.pending[n:]
	return comments
}
