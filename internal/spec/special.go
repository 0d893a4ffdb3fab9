package spec

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"atlas-gitops/internal/suggest"
	"atlas-gitops/internal/yamldata"
	"atlas-gitops/schema"
)

// reserved is the prefix of file names with a special meaning for their directory.
const reserved = "_"

// special is a type of file with a reserved name. Such a file counts for its directory and below.
type special struct {
	name       string   // of the file
	misspelled []string // names that are also reported in the directories above a PATH, where no other name is looked up
	holds      string   // what it has
	renameIf   string   // when to give this name to a file without the prefix
	isList     bool     // its document is a list, not an object
	isReviewed bool     // who must review it depends on its name, which a link would hide
	document   string   // what its only document is
	schema     string   // the schema file that has the order of its keys
	form       func(v *validator) *form
	take       func(s *source, doc *yamldata.Node)         // checks the document, and keeps what it says
	checkUse   func(l *loader, s *source, in *inheritance) // warns of what has no effect
}

// specials returns all types of special files.
func specials() []*special {
	return []*special{
		{
			name: DefaultsFile, misspelled: []string{"_defaults.yml", "_default.yaml"},
			holds: "defaults", renameIf: "the organizations here share these values", document: "an object (key: value)",
			schema: schema.Document, form: func(v *validator) *form { return v.part },
			take: (*source).takeDefaults, checkUse: (*loader).checkDefaults,
		},
		{
			name: AcceptedFile, misspelled: []string{"_accepted.yml", "_accept.yaml"},
			holds: "acceptances", renameIf: "it holds acceptances", isList: true, isReviewed: true, document: "a list (- digest: …)",
			schema: schema.Accepted, form: func(v *validator) *form { return v.accepted },
			take: (*source).takeAcceptances, checkUse: (*loader).checkAcceptances,
		},
	}
}

// specialFor returns the type of special files with a name, or nil.
func specialFor(file string) *special {
	all := specials()
	if i := slices.IndexFunc(all, func(sp *special) bool { return sp.name == path.Base(file) }); i >= 0 {
		return all[i]
	}
	return nil
}

func specialNames() (names []string) {
	for _, sp := range specials() {
		names = append(names, sp.name)
	}
	return names
}

// isMisnamed reports whether a YAML file has the reserved prefix but no name that this program knows.
func isMisnamed(base string) bool {
	return strings.HasPrefix(base, reserved) && specialFor(base) == nil && isYAML(strings.ToLower(base))
}

// reportMisnamed reports a file for which isMisnamed is true.
func (w *walker) reportMisnamed(file string) {
	names := specialNames()
	d := w.report(misusedSpecial, Place{File: file}, "is not read: the only files whose names may start with %s are %s", reserved, strings.Join(names, " and "))
	if d.Hint = suggest.DidYouMean(path.Base(file), names); d.Hint == "" {
		d.Hint = "if it holds an organization, rename it"
	}
}

// resembles reports whether a file has the name of a special file, but without the prefix or misspelled.
func (sp *special) resembles(file string) bool {
	stem := strings.TrimSuffix(path.Base(file), path.Ext(file))
	return suggest.Nearest(stem, []string{strings.TrimSuffix(strings.TrimPrefix(sp.name, reserved), ".yaml")}) != ""
}

// renameHint asks whether a file without the prefix was meant as a special one.
func (sp *special) renameHint() string {
	return suggest.Question(sp.name) + " rename the file if " + sp.renameIf
}

// accepts reports whether a document is of the right type.
func (sp *special) accepts(doc *yamldata.Node) bool {
	if sp.isList {
		return doc.IsList()
	}
	return doc.IsObject()
}

// refuses reports a document that is not of the right type, unless a problem of the document was already reported.
func (sp *special) refuses(r *reporter, doc *yamldata.Node) bool {
	if !sp.accepts(doc) && !doc.IsBroken() {
		sp.refuse(r, doc)
	}
	return !sp.accepts(doc)
}

// refuse reports a document that is not of the right type, or not the only one.
func (sp *special) refuse(r *reporter, doc *yamldata.Node) {
	r.report(misusedSpecial, doc.Place, "%s must have exactly one YAML document, %s", sp.name, sp.document)
}

// readSpecial reads the document of a special file.
func (s *source) readSpecial(sp *special) {
	defer s.settle()
	documents := s.read(sp.form(s.validator))
	switch last := len(documents) - 1; {
	case last < 0:
	case last > 0:
		sp.refuse(&s.reporter, documents[last])
	case !sp.refuses(&s.reporter, documents[0]):
		sp.take(s, documents[0])
		s.documents = documents
	}
}

// scope is what the special files of a directory and of those above it say.
type scope struct {
	files    []*source      // the special files, those of the highest directory first
	defaults *yamldata.Node // merged; nil for none
	accepted [][]Acceptance // of each _accepted.yaml
}

// scopeOf returns the scope of a directory, up to the top.
func (l *loader) scopeOf(dir string) *scope {
	if known := l.scopes[dir]; known != nil {
		return known
	}
	here := &scope{}
	if dir != l.top {
		above := l.scopeOf(path.Join(dir, ".."))
		here.files, here.defaults, here.accepted = slices.Clip(above.files), above.defaults, slices.Clip(above.accepted)
	}
	for _, sp := range specials() {
		s := l.special(sp, dir)
		if s == nil {
			continue
		}
		here.files = append(here.files, s)
		switch {
		case sp.name == DefaultsFile && len(s.documents) > 0:
			here.defaults = yamldata.Merge(here.defaults, s.documents[0])
		case len(s.acceptances) > 0:
			here.accepted = append(here.accepted, s.acceptances)
		}
	}
	l.scopes[dir] = here
	return here
}

// special returns the special file of a directory, or nil if there is none.
func (l *loader) special(sp *special, dir string) *source {
	for _, name := range sp.misspelled {
		if misnamed := path.Join(dir, name); exists(l.fsys, misnamed) {
			l.reportMisnamed(misnamed)
		}
	}
	file := path.Join(dir, sp.name)
	if !exists(l.fsys, file) || l.refusesLink(file) || sp.isReviewed && l.refusesAnyLink(file) {
		return nil
	}
	if info, err := fs.Stat(l.fsys, file); err == nil && !info.Mode().IsRegular() {
		l.report(unreadable, Place{File: file}, notRegular)
		return nil
	}
	s, isNew := l.source(file)
	if isNew && l.memoryLeft >= 0 {
		s.readSpecial(sp)
		if l.memoryLeft -= s.memory(); l.memoryLeft < 0 {
			l.refuseTree(file, l.most)
		}
	}
	return s
}

// refusesAnyLink reports a special file that is a link, wherever it leads.
func (l *loader) refusesAnyLink(file string) bool {
	info, err := fs.Lstat(l.fsys, file)
	isLink := err == nil && info.Mode()&fs.ModeSymlink != 0
	if isLink {
		l.report(misusedSpecial, Place{File: file}, "%s must not be a symbolic link: its target could change without the review that its name asks for",
			path.Base(file)).Hint = "replace it with a copy"
	}
	return isLink
}

// exists reports whether there is a file, directory or link with that name. The target of the link may be missing.
func exists(fsys fs.FS, name string) bool {
	_, err := fs.Lstat(fsys, name)
	return !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrInvalid)
}

// inheritance says which files of organizations a special file counts for.
type inheritance struct {
	heirs map[*source][]*source // by special file
	names map[string]Place      // the organizations of the whole tree
}

func newInheritance(files []*source) *inheritance {
	in := &inheritance{map[*source][]*source{}, map[string]Place{}}
	for _, s := range files {
		for _, above := range s.scope.files {
			in.heirs[above] = append(in.heirs[above], s)
		}
		for _, doc := range s.documents {
			if name := doc.Entry("name"); name != nil {
				in.names[name.Value.Text()] = name.Place // for several of one name, the last
			}
		}
	}
	return in
}

// checkSpecials warns of what special files say without effect. It checks only files whose directories were read in full.
func (l *loader) checkSpecials() {
	in := newInheritance(l.files)
	for _, file := range l.walked {
		if s := l.sources[file]; s != nil {
			specialFor(file).checkUse(l, s, in)
		}
	}
}
