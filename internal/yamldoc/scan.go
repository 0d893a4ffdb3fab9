package yamldoc

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// scanner moves over text and knows nothing about YAML nodes.
type scanner struct {
	src []byte
	pos int
}

// scanError is a bug of the reader: the text does not match the nodes of the YAML library.
type scanError struct{ offset int }

func (e scanError) Error() string { return fmt.Sprintf("cannot read the text at byte %d", e.offset) }

// at returns the byte at the position, or 0 at the end.
func (s *scanner) at() byte {
	if s.pos < len(s.src) {
		return s.src[s.pos]
	}
	return 0
}

// end returns the position. Between CR and LF, it returns the offset of the CR.
func (s *scanner) end() int {
	if s.pos > 0 && s.src[s.pos-1] == '\r' {
		return s.pos - 1
	}
	return s.pos
}

// line returns the rest of the line.
func (s *scanner) line() []byte {
	line, _, _ := bytes.Cut(s.src[s.pos:], []byte("\n"))
	return line
}

// column counts bytes, from 0. Use it only where the text before on the line is ASCII: white space and punctuation.
func (s *scanner) column() int { return s.pos - bytes.LastIndexByte(s.src[:s.pos], '\n') - 1 }

// next returns the next byte that is not a space or a tab.
func (s *scanner) next() byte {
	if at := s.skipBlanks(s.pos); at < len(s.src) {
		return s.src[at]
	}
	return 0
}

func (s *scanner) skipBlanks(at int) int {
	for at < len(s.src) && (s.src[at] == ' ' || s.src[at] == '\t') {
		at++
	}
	return at
}

// runes returns the number of characters before the position in its line.
func (s *scanner) runes() int { return utf8.RuneCount(s.src[s.pos-s.column() : s.pos]) }

// passQuoted skips text in quotes. A quote after the escape byte does not end it.
func (s *scanner) passQuoted(quote, escape byte) error {
	if s.at() != quote {
		return scanError{s.pos}
	}
	for i := s.pos + 1; i < len(s.src); i++ {
		switch next := i+1 < len(s.src) && s.src[i+1] == quote; {
		case s.src[i] == escape && (escape == '\\' || next):
			i++
		case s.src[i] == quote:
			s.pos = i + 1
			return nil
		}
	}
	return scanError{s.pos}
}

// passText skips text that may be folded, so that its white space differs in the file.
func (s *scanner) passText(text string) error {
	for i := range len(text) {
		if strings.IndexByte(whiteSpace, text[i]) >= 0 {
			continue
		}
		for s.pos < len(s.src) && strings.IndexByte(whiteSpace, s.src[s.pos]) >= 0 {
			s.pos++
		}
		if s.at() != text[i] {
			return scanError{s.pos}
		}
		s.pos++
	}
	return nil
}

// passContent skips lines that look blank but are a part of a block of text, because they are longer than its indentation.
func (s *scanner) passContent(indent int) {
	rest := s.src[s.pos:]
	rest = rest[:len(rest)-len(bytes.TrimLeft(rest, whiteSpace))]
	end, at := 0, 0
	for line := range bytes.Lines(rest) {
		at += len(line)
		bare := bytes.TrimRight(line, "\r\n")
		if isWhole := len(bare) < len(line) || s.pos+at == len(s.src); isWhole && len(bare) > indent {
			end = at - len(line) + len(bare)
		}
	}
	s.pos += end
}
