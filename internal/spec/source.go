package spec

import (
	"bytes"
	"io"
	"io/fs"
	"unicode/utf8"
)

// refusesSize reports a file that is too large to be read.
func (r *reporter) refusesSize(file string, data []byte) bool {
	if len(data) > maxBytes {
		r.report(tooLarge, Place{File: file}, "is larger than 1 MiB; split it, one organization per file")
	}
	return len(data) > maxBytes
}

// refusesShape reports a document that is not an object, unless something worse was reported of it.
func (r *reporter) refusesShape(doc *node) bool {
	if !doc.isObject() && !doc.isBroken() {
		r.report(noOrganization, doc.place, "not an object; an organization starts with name: …")
	}
	return !doc.isObject()
}

// source is one file of the tree.
type source struct {
	reporter
	tree      *loader // only read from while files are read side by side
	file      string
	text      text
	shared    *node   // the defaults of its directory
	documents []*node // its organizations over their defaults
	nodes     int     // that it was read into
	plain     int     // the memory that its documents take without their places
}

// source returns the source of a file, and whether it is a new one.
func (l *loader) source(file string) (s *source, isNew bool) {
	if s = l.sources[file]; s != nil {
		return s, false
	}
	s = &source{tree: l, file: file}
	s.lineOf = s.line
	l.sources[file] = s
	return s, true
}

// line returns the line of a place in this file or in one of defaults, which were read before.
func (s *source) line(p Place) string {
	if p.File != s.file {
		return s.tree.line(p)
	}
	return s.text.shown(p.Line)
}

// readOrganizations reads the file, and judges each of its organizations.
func (s *source) readOrganizations() {
	documents := s.read()
	if len(documents) == 0 && len(s.found) == 0 {
		s.report(noOrganization, Place{File: s.file}, "holds no organization; write one, or remove the file")
	}
	for _, doc := range documents {
		if s.refusesShape(doc) {
			continue
		}
		doc = merge(s.shared, doc)
		s.plain += doc.plainMemory()
		s.check(doc, false)
		s.documents = append(s.documents, doc)
	}
	s.settle()
}

// read returns the documents of the file, without those that are empty.
func (s *source) read() []*node {
	data, err := readFile(s.tree.fsys, s.file)
	switch {
	case err != nil:
		s.reportError(s.file, err)
		return nil
	case s.refusesSize(s.file, data):
		return nil
	}
	s.text = newText(data)
	p := newParser(s.file, s.text, s.report)
	documents := p.parse()
	s.nodes = p.nodes
	for i, doc := range documents {
		documents[i] = foldEmails(doc, s.tree.validator.shape)
	}
	return documents
}

// readFile returns what a file holds, or its beginning if that is too much.
func readFile(fsys fs.FS, file string) ([]byte, error) {
	f, err := fsys.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var b bytes.Buffer
	if info, err := f.Stat(); err == nil {
		b.Grow(int(min(max(info.Size(), 0), maxBytes)) + bytes.MinRead)
	}
	_, err = b.ReadFrom(io.LimitReader(f, maxBytes+1))
	return b.Bytes(), err
}

// text is what a file holds.
type text struct {
	data   []byte // without a byte-order mark
	starts []int  // of its lines
}

func newText(data []byte) text {
	t := text{data: bytes.TrimPrefix(data, []byte("\ufeff"))}
	at := 0
	for line := range bytes.Lines(t.data) {
		t.starts = append(t.starts, at)
		at += len(line)
	}
	return t
}

// maxShown is how many characters of a line a report still shows.
const maxShown = 250

// line returns a line, counted from 1, without its end.
func (t text) line(n int) []byte {
	if n < 1 || n > len(t.starts) {
		return nil
	}
	end := len(t.data)
	if n < len(t.starts) {
		end = t.starts[n]
	}
	return bytes.TrimRight(t.data[t.starts[n-1]:end], "\r\n")
}

// shown returns a line for people to see; nothing if it does not fit on a screen.
func (t text) shown(n int) string {
	line := t.line(n)
	if len(line) > maxShown*utf8.UTFMax || utf8.RuneCount(line) > maxShown {
		return ""
	}
	return string(line)
}
