package yamldoc

import (
	"bytes"
	"math"
	"slices"
	"strings"

	"atlas-gitops/internal/yamldata"
)

// comment is one comment of a file.
type comment struct {
	text   string // from # on, without white space at the end
	blank  bool   // there is a blank line above
	column int    // from 0; math.MaxInt after something else on its line
	at     int    // offset in the file; math.MaxInt for a line of a comment of several lines
}

// commentReader reads white space, comments and punctuation between values, and keeps the comments until a value takes them.
type commentReader struct {
	scanner
	starts   []int     // offsets of the remaining scalars and aliases, without empty scalars
	newlines int       // number of line ends since the last text or punctuation
	pending  []comment // comments that no value has taken yet
	all      []string  // texts of all comments so far
	places   []int     // offsets of all comments so far
}

// inStructure reports whether the position is before the next value, so that punctuation is not a part of a value.
func (c *commentReader) inStructure() bool { return len(c.starts) == 0 || c.pos < c.starts[0] }

// gather reads white space and comments.
func (c *commentReader) gather() {
	for c.pos < len(c.src) {
		switch b := c.src[c.pos]; {
		case b == '\n':
			c.newlines++
			c.pos++
		case b == ' ', b == '\t', b == '\r':
			c.pos++
		case b == '#':
			c.gatherComment()
		case b == '!': // the tag "!" has no effect here; the parser reports all other tags
			c.pos++
			if bytes.HasPrefix(c.src[c.pos:], []byte("<!>")) {
				c.pos += len("<!>")
			}
		case c.atMark():
			c.pos += len(yamldata.ByteOrderMark)
		default:
			return
		}
	}
}

// atMark reports whether the position is at a byte order mark that is not a part of a value.
func (c *commentReader) atMark() bool {
	return bytes.HasPrefix(c.src[c.pos:], []byte(yamldata.ByteOrderMark)) && (len(c.starts) == 0 || c.pos != c.starts[0])
}

func (c *commentReader) gatherComment() {
	found := comment{blank: c.newlines > 1, column: math.MaxInt, at: c.pos}
	if c.newlines > 0 || c.isFirst() {
		found.column = c.column()
	}
	found.text = c.readComment()
	c.pending = append(c.pending, found)
}

// isFirst reports whether only white space is before the position.
func (c *commentReader) isFirst() bool {
	return len(c.all) == 0 && len(bytes.TrimSpace(c.src[:c.pos])) == 0
}

// readComment reads the comment at the position, up to the end of its line.
func (c *commentReader) readComment() string {
	text := strings.TrimRight(string(c.line()), " \t\r")
	c.all, c.places = append(c.all, text), append(c.places, c.pos)
	c.passed(len(c.line()))
	return text
}

// sameLine reads the comment at the end of the line, if there is one.
func (c *commentReader) sameLine() string {
	if c.next() != '#' {
		return ""
	}
	c.pos = c.skipBlanks(c.pos)
	return c.readComment()
}

// afterValue reads the comment at the end of the line of a value, and its continuation: lines below that have only a comment in the
// same column.
func (c *commentReader) afterValue() string {
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

// take returns the pending comments, and whether there is a blank line below them.
func (c *commentReader) take() (comments []comment, blank bool) {
	comments, c.pending = c.pending, nil
	return comments, c.newlines > 1
}

// passed moves the position to the end of something that is not white space.
func (c *commentReader) passed(length int) {
	c.pos += length
	c.newlines = 0
}

// optional reads a punctuation character, if it comes next after white space and comments.
func (c *commentReader) optional(b byte) bool {
	c.gather()
	if c.at() != b || !c.inStructure() {
		return false
	}
	c.passed(1)
	return true
}

func (c *commentReader) expect(b byte) error {
	if !c.optional(b) {
		return scanError{c.pos}
	}
	return nil
}

// foot takes the pending comments that are indented at least as far as the rows of a collection.
func (c *commentReader) foot(column int) (comments []comment) {
	c.gather()
	n := 0
	for n < len(c.pending) && c.pending[n].column >= column {
		n++
	}
	comments, c.pending = c.pending[:n:n], c.pending[n:]
	return comments
}

// commentLines turns each line of a comment into a comment on its own line.
func commentLines(text string) (comments []comment) {
	if text == "" {
		return nil
	}
	for line := range strings.SplitSeq(text, "\n") {
		comments = append(comments, comment{text: line, at: math.MaxInt})
	}
	return comments
}

// flat returns comments without the blank lines above them.
func flat(comments []comment) []comment {
	comments = slices.Clone(comments)
	for i := range comments {
		comments[i].blank = false
	}
	return comments
}
