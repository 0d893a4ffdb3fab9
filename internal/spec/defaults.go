package spec

import (
	"slices"

	"atlas-gitops/internal/yamldata"
)

// DefaultsFile is the name of the files with values for every organization in their directory and below.
const DefaultsFile = "_defaults.yaml"

// ownKeys may not be shared: each organization has its own.
var ownKeys = []string{"name", "id", "create", "state"}

// takeDefaults checks the defaults in a file.
func (s *source) takeDefaults(doc *yamldata.Node) {
	s.takeOwnKeys(doc)
	s.check(doc, s.validator.part)
}

// takeOwnKeys reports and removes keys that cannot be shared. Otherwise, each organization that inherits them would be reported, too.
func (s *source) takeOwnKeys(doc *yamldata.Node) {
	doc.Value = slices.DeleteFunc(doc.Entries(), func(e *yamldata.Entry) bool {
		own := slices.Contains(ownKeys, e.Key)
		if own {
			s.report(misusedSpecial, e.Place, "%s cannot be shared; move it to the file of the organization", e.Key)
		}
		return own
	})
}

// looksLikeDefaults reports whether a document seems to hold defaults in a file without the right name: it is named so, and has only keys
// that can be shared.
func (c *checker) looksLikeDefaults(doc *yamldata.Node) bool {
	if !specialFor(DefaultsFile).resembles(c.file) {
		return false
	}
	own := slices.DeleteFunc(slices.Clone(doc.Entries()), func(e *yamldata.Entry) bool { return e.Place.File != c.file })
	return len(own) > 0 && !slices.ContainsFunc(own, func(e *yamldata.Entry) bool { return c.validator.part.shape.entry(e.Key) == nil })
}

// checkDefaults warns of a defaults file that has no effect.
func (l *loader) checkDefaults(s *source, in *inheritance) {
	at := Place{File: s.file}
	switch heirs := in.heirs[s]; {
	case len(s.found) > 0:
	case len(s.documents) == 0 || len(s.documents[0].Entries()) == 0:
		l.report(unusedDefaults, at, "is empty; write what the organizations here share, or remove the file")
	case len(heirs) == 0:
		l.report(unusedDefaults, at, "has no effect: there is no organization in this directory or below; move the file, or remove it")
	case !slices.ContainsFunc(heirs, func(t *source) bool { return t.takesFrom(s.file) }):
		l.report(unusedDefaults, at, "has no effect: every organization in this directory and below overrides all of it; remove the file")
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
