package yamldoc

import (
	"bytes"
	"fmt"

	"atlas-gitops/internal/yamldata"
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
func (s *scanner) runes() int { return yamldata.Raw(s.src).Column(s.pos) }

// passQuoted skips text in quotes. A quote after the escape byte does not end it.
func (s *scanner) passQuoted(quote, escape byte) error {
	end := yamldata.Raw(s.src).AfterQuoted(s.pos, quote, escape)
	if end < 0 {
		return scanError{s.pos}
	}
	s.pos = end
	return nil
}

// passText skips text that may be folded, so that its white space differs in the file.
func (s *scanner) passText(text string) (err error) {
	end, isThere := yamldata.Raw(s.src).AfterText(s.pos, text)
	if s.pos = end; !isThere {
		err = scanError{s.pos}
	}
	return err
}

// passContent skips lines that look blank but are a part of a block of text, because they are longer than its indentation.
func (s *scanner) passContent(indent int) { s.pos = yamldata.Raw(s.src).AfterContent(s.pos, indent) }
