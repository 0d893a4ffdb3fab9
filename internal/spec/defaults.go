package spec

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"atlas-gitops/internal/suggest"
	"atlas-gitops/internal/yamldata"
)

// ownKeys may not be shared: each organization has its own.
var ownKeys = []string{"name", "id", "create", "state"}

// defaultsFor returns the defaults for a directory: its own, merged over the defaults of the directories above, up to the top.
func (l *loader) defaultsFor(dir string) *yamldata.Node {
	if shared, known := l.defaults[dir]; known {
		return shared
	}
	var above *yamldata.Node
	if dir != l.top {
		above = l.defaultsFor(path.Join(dir, ".."))
	}
	l.defaults[dir] = l.overlay(above, path.Join(dir, defaultsFile))
	return l.defaults[dir]
}

// overlay merges the defaults file, if there is one, over the defaults from the directories above.
func (l *loader) overlay(above *yamldata.Node, file string) *yamldata.Node {
	for _, name := range []string{"_defaults.yml", "_default.yaml"} {
		if misnamed := path.Join(path.Dir(file), name); exists(l.fsys, misnamed) {
			l.reportMisnamed(misnamed)
		}
	}
	if !exists(l.fsys, file) || l.refusesLink(file) {
		return above
	}
	if info, err := fs.Stat(l.fsys, file); err == nil && !info.Mode().IsRegular() {
		l.report(unreadable, Place{File: file}, notRegular)
		return above
	}
	s, isNew := l.source(file)
	if isNew && l.memoryLeft >= 0 {
		s.readDefaults()
		if l.memoryLeft -= s.memory(); l.memoryLeft < 0 {
			l.refuseTree(file, l.most)
		}
	}
	if len(s.documents) == 0 {
		return above
	}
	return yamldata.Merge(above, s.documents[0])
}

// exists reports whether there is a file, directory or link with that name. The target of the link may be missing.
func exists(fsys fs.FS, name string) bool {
	_, err := fs.Lstat(fsys, name)
	return !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrInvalid)
}

// readDefaults reads the document of a defaults file.
func (s *source) readDefaults() {
	defer s.settle()
	documents := s.read()
	if len(documents) == 0 {
		return
	}
	doc := documents[0]
	if !doc.IsObject() || len(documents) > 1 {
		s.report(misusedDefaults, documents[len(documents)-1].Place, "a defaults file must have exactly one YAML document, an object (key: value)")
		return
	}
	s.takeOwnKeys(doc)
	s.check(doc, true)
	s.documents = documents
}

// takeOwnKeys reports and removes keys that cannot be shared. Otherwise, each organization that inherits them would be reported, too.
func (s *source) takeOwnKeys(doc *yamldata.Node) {
	doc.Value = slices.DeleteFunc(doc.Entries(), func(e *yamldata.Entry) bool {
		own := slices.Contains(ownKeys, e.Key)
		if own {
			s.report(misusedDefaults, e.Place, "%s cannot be shared; move it to the file of the organization", e.Key)
		}
		return own
	})
}

// looksLikeDefaults reports whether a document seems to hold defaults in a file without the right name: it is named so, and has only keys
// that can be shared.
func (c *checker) looksLikeDefaults(doc *yamldata.Node) bool {
	name := strings.TrimSuffix(path.Base(c.file), path.Ext(c.file))
	if suggest.Nearest(name, []string{"defaults"}) == "" {
		return false
	}
	own := slices.DeleteFunc(slices.Clone(doc.Entries()), func(e *yamldata.Entry) bool { return e.Place.File != c.file })
	return len(own) > 0 && !slices.ContainsFunc(own, func(e *yamldata.Entry) bool { return c.validator.fragmentShape.entry(e.Key) == nil })
}

// addInheritor adds a file to the inheritors of the defaults in its directory and in all directories above.
func (l *loader) addInheritor(s *source) {
	for dir := path.Dir(s.file); ; dir = path.Join(dir, "..") {
		if file := path.Join(dir, defaultsFile); l.sources[file] != nil {
			l.inheritors[file] = append(l.inheritors[file], s)
		}
		if dir == l.top {
			return
		}
	}
}

// checkDefaults warns of defaults files that have no effect. It checks only files whose directories were read in full.
func (l *loader) checkDefaults() {
	for _, file := range l.walked {
		s, inheritors := l.sources[file], l.inheritors[file]
		switch {
		case s == nil || len(s.found) > 0:
		case len(s.documents) == 0 || len(s.documents[0].Entries()) == 0:
			l.report(unusedDefaults, Place{File: file}, "is empty; write what the organizations here share, or remove the file")
		case len(inheritors) == 0:
			l.report(unusedDefaults, Place{File: file}, "has no effect: there is no organization in this directory or below; move the file, or remove it")
		case !slices.ContainsFunc(inheritors, func(t *source) bool { return t.takesFrom(file) }):
			l.report(unusedDefaults, Place{File: file}, "has no effect: every organization in this directory and below overrides all of it; remove the file")
		}
	}
}

// takesFrom reports whether an organization uses a value of a defaults file. It is true if the file of the organization cannot be
// read, because then the answer is not known.
func (s *source) takesFrom(file string) bool {
	return len(s.documents) == 0 || slices.ContainsFunc(s.documents, func(doc *yamldata.Node) bool { return takesFrom(doc, file) })
}

func takesFrom(n *yamldata.Node, file string) bool {
	return slices.ContainsFunc(n.Entries(), func(e *yamldata.Entry) bool { return e.Place.File == file || takesFrom(e.Value, file) })
}
