package spec

import (
	"bytes"
	"io"
	"io/fs"
	"slices"
	"strings"

	"atlas-gitops/internal/yamldata"
)

// refusesSize reports a file that is too large to be read.
func (r *reporter) refusesSize(file string, data []byte) bool {
	if len(data) > yamldata.MaxBytes {
		r.report(tooLarge, Place{File: file}, "is larger than 1 MiB; %s", shrink(file))
	}
	return len(data) > yamldata.MaxBytes
}

// shrink says how to make a file smaller.
func shrink(file string) string {
	if specialFor(file) != nil {
		return "remove what is no longer needed"
	}
	return "split it, one organization per file"
}

// refusesShape reports a document that is not an object, unless a problem of the document was already reported.
func (r *reporter) refusesShape(doc *yamldata.Node) bool {
	if !doc.IsObject() && !doc.IsBroken() {
		d := r.report(noOrganization, doc.Place, "not an object; an organization starts with name: …")
		if sp := specialFor(AcceptedFile); sp.accepts(doc) && sp.resembles(doc.Place.File) {
			d.Hint = sp.renameHint()
		}
	}
	return !doc.IsObject()
}

// source is one file of the tree: with organizations, or a special file.
type source struct {
	checker
	loader      *loader // read-only while files are read in parallel
	text        yamldata.Text
	scope       *scope           // of a file of organizations: what the special files say
	documents   []*yamldata.Node // its organizations, merged over their defaults; or the document of a special file
	acceptances []Acceptance     // of an _accepted.yaml
	nodes       int              // how many nodes the file has
	plain       int              // bytes, estimated by [plainMemory] for all documents
}

// source returns the source of a file, and whether it is a new one.
func (l *loader) source(file string) (s *source, isNew bool) {
	if s = l.sources[file]; s != nil {
		return s, false
	}
	s = &source{loader: l, checker: checker{validator: l.validator, file: file}}
	s.isFaulty = func(file string) bool { return len(l.sources[file].found) > 0 }
	s.lineOf = s.line
	l.sources[file] = s
	return s, true
}

// line returns the source line of a place in this file or in a special file.
func (s *source) line(p Place) string {
	if p.File != s.file {
		return s.loader.line(p)
	}
	return s.text.Shown(p.Line)
}

// readOrganizations reads the file and checks each organization in it.
func (s *source) readOrganizations() {
	documents := s.read(s.validator.organization)
	if len(documents) == 0 && len(s.found) == 0 {
		s.report(noOrganization, Place{File: s.file}, "holds no organization; write one, or remove the file")
	}
	for _, doc := range documents {
		if s.refusesShape(doc) {
			continue
		}
		doc = yamldata.Merge(s.scope.defaults, doc)
		s.plain += plainMemory(doc)
		s.check(doc, s.validator.organization)
		s.documents = append(s.documents, doc)
	}
	s.settle()
}

// read returns the documents of the file that are not empty.
func (s *source) read(f *form) []*yamldata.Node {
	data, err := readFile(s.loader.fsys, s.file)
	switch {
	case err != nil:
		s.reportError(s.file, err)
		return nil
	case s.refusesSize(s.file, data):
		return nil
	}
	s.text = yamldata.NewText(data)
	content := yamldata.Parse(s.file, s.text)
	s.nodes = content.Nodes
	s.reportProblems(content.Mistakes())
	s.anchored = content.Anchored
	s.reportUnseen(s.file, s.text)
	documents := content.Documents()
	for i, doc := range documents {
		documents[i] = normalize(withoutPieces(doc), f.shape)
		if !s.text.IsASCII() || bytes.IndexByte(data, '\\') >= 0 { // an escape can produce any character
			newLookalikes(&s.reporter).look(documents[i], f.shape, "")
		}
	}
	return documents
}

// withoutPieces removes the keys with the prefix [yamldata.Pieces], so that they are also not inherited.
func withoutPieces(doc *yamldata.Node) *yamldata.Node {
	if entries := doc.Entries(); entries != nil {
		doc.Value = slices.DeleteFunc(entries, func(e *yamldata.Entry) bool { return strings.HasPrefix(e.Key, yamldata.Pieces) })
	}
	return doc
}

// readFile returns the content of a file, but at most one byte more than the limit.
func readFile(fsys fs.FS, file string) ([]byte, error) {
	f, err := fsys.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var b bytes.Buffer
	if info, err := f.Stat(); err == nil {
		b.Grow(int(min(max(info.Size(), 0), yamldata.MaxBytes)) + bytes.MinRead)
	}
	_, err = b.ReadFrom(io.LimitReader(f, yamldata.MaxBytes+1))
	return b.Bytes(), err
}
