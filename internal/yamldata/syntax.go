package yamldata

import (
	"bytes"
	"cmp"
	"fmt"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"atlas-gitops/internal/safetext"
)

// oddByte returns the offset of the first byte that is not text, or that only some YAML readers read as the end of a line, or -1.
func oddByte(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		switch {
		case r == '\t', r == '\n', r == '\r' && bytes.HasPrefix(data[i:], []byte("\r\n")):
		case r == utf8.RuneError && size == 1, r < ' ', 0x7f <= r && r < 0xa0, r == 0x2028, r == 0x2029, r == 0xfffe, r == 0xffff:
			return i
		}
		i += size
	}
	return -1
}

func describeOdd(data []byte) string {
	r, size := utf8.DecodeRune(data)
	switch {
	case r == utf8.RuneError && size == 1:
		return fmt.Sprintf("byte 0x%02x is not UTF-8; save the file as UTF-8", data[0])
	case r == '\r':
		return "carriage return without a line feed; save the file with LF or CRLF"
	}
	return fmt.Sprintf("character %U is not allowed here; remove it, or write it as an escape in double quotes", r)
}

// syntaxWords are the messages for errors of the YAML library. The first match is used.
var syntaxWords = []struct{ library, words string }{
	{"found character that cannot start any token", "text cannot start with this character; put the text in quotes"},
	{"mapping values are not allowed", "a key is not allowed here; put text that contains \": \" in quotes, or check the indentation and the line above"},
	{"block sequence entries are not allowed", "a list cannot start here; start each \"- \" on a line of its own"},
	{"did not find expected ',' or ']'", "a ] or a comma is missing here"},
	{"did not find expected ',' or '}'", "a } or a comma is missing here"},
	{"did not find expected node content", "a closing bracket or a value is missing here"},
	{"found unexpected end of stream", "this quote is not closed"},
	{"found unexpected document indicator", "a quote above is not closed"},
	{"found unknown escape character", "unknown escape; write \\\\ for a backslash, or use single quotes"},
	{"did not find expected hexdecimal number", "\\x, \\u and \\U take 2, 4 and 8 hexadecimal digits"},
	{"did not find expected comment or line break", "text after | or > must start on the next line; put it in quotes to write it on this line"},
	{"did not find expected alphabetic or numeric character", "an anchor (&) or alias (*) needs a name; put text that starts with & or * in quotes"},
	{"found duplicate %YAML directive", "%YAML is written twice; remove one"},
	{"version number", "%YAML takes a version; write %YAML 1.2, or remove the line"},
	{"did not find expected digit or '.' character", "%YAML takes a version; write %YAML 1.2, or remove the line"},
	{"found unknown directive name", "unknown directive (a line that starts with %); remove it"},
	{"could not find expected ':'", "\": \" is missing after this key"},
	{"did not find expected key", "a key is expected here; check the indentation and the line above"},
	{"did not find expected '-' indicator", "\"- \" is expected here; check the indentation and the line above"},
	{"did not find expected <document start>", "the document ends above this line; check the indentation, or start another document with ---"},
}

var (
	unknownAnchor = regexp.MustCompile(`unknown anchor '(.*)' referenced`)
	keyWithout    = regexp.MustCompile(`line (\d+): could not find expected ':'`)
	lineOfLibrary = regexp.MustCompile(`^yaml: (line \d+: )?`)
)

// syntaxProblem returns the problem for an error of the YAML library. The text that the library has read differs from the file only in
// the names of anchors, which have the same length.
func (l *locator) syntaxProblem(err error, read []byte, names map[string]string) *Problem {
	text, in := err.Error(), locator{file: l.file, data: read, lines: l.lines}
	end := locate(read, text)
	_, size := utf8.DecodeLastRune(read[:end])
	if match := unknownAnchor.FindStringSubmatch(text); match != nil {
		start, name := max(0, end-len(match[1])-1), cmp.Or(names[match[1]], match[1])
		return unknownAnchorProblem(in.placeAt(start, utf8.RuneCountInString(name)+1), name)
	}
	place := in.placeAt(end-size, 1)
	if start := bytes.LastIndexByte(read[:end-size], '\n') + 1; bytes.HasPrefix(read[start:], []byte("%")) {
		place = l.placeOfText(place.Line) // show the whole directive
	}
	if match := keyWithout.FindStringSubmatch(text); match != nil {
		line, _ := strconv.Atoi(match[1]) // a number that is too large becomes the largest
		place = l.placeOfText(line - 1)
	}
	if strings.Contains(text, "exceeded max depth") {
		return &Problem{Kind: TooLarge, Place: place, Message: fmt.Sprintf("nested deeper than %d levels", maxDepth)}
	}
	return &Problem{Kind: Syntax, Place: place, Message: "not YAML: " + translate(text, read[end-size:])}
}

func unknownAnchorProblem(at Place, name string) *Problem {
	return &Problem{Kind: Unsupported, Place: at, Message: fmt.Sprintf("this document has no anchor &%s above this alias; add the anchor, or put text that starts with * in quotes", safetext.Clip(name))}
}

// translate returns a clearer message for an error of the YAML library. The slice at starts at the mistake.
func translate(text string, at []byte) string {
	if bytes.HasPrefix(at, []byte("\t")) {
		return "a tab in the indentation; use spaces"
	}
	for _, w := range syntaxWords {
		if strings.Contains(text, w.library) {
			return w.words
		}
	}
	return lineOfLibrary.ReplaceAllString(text, "")
}

// locate returns the length of the shortest prefix of data that has the same error as data. The error itself has only a line, and often
// not the line of the mistake.
func locate(data []byte, text string) int {
	whole := func(n int) int { // moves n to the start of a character
		for n < len(data) && !utf8.RuneStart(data[n]) {
			n--
		}
		return n
	}
	return sort.Search(len(data), func(n int) bool {
		_, err := decode(data[:whole(n)])
		return err != nil && err.Error() == text
	})
}
