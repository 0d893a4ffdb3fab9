package spec

import (
	"cmp"
	"io/fs"
	"path"
	"slices"
	"strings"

	"atlas-gitops/internal/natural"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/yamldata"
)

// Tree is the content of files and directories.
type Tree struct {
	Orgs        []*Org       // sorted by place; nil if a diagnostic is an error
	Diagnostics []Diagnostic // all findings, sorted by place
	Reads       Reads
}

// Load reads the organizations in files and directories. Their names may be absolute or start with "..". An error is a bug of this
// program; mistakes in the tree are diagnostics.
func Load(fsys fs.FS, paths []string) (*Tree, error) {
	v, err := compiled()
	if err != nil {
		return nil, err
	}
	return v.load(fsys, paths, treeBounds()), nil
}

// Rename renames the files in organizations and diagnostics. Reads keep the names by which the files were read.
func (t *Tree) Rename(name func(file string) string) {
	for _, o := range t.Orgs {
		o.name = name
	}
	for i, d := range t.Diagnostics {
		d.File = name(d.File)
		if d.Other != nil {
			other := *d.Other
			other.File = name(other.File)
			d.Other = &other
		}
		t.Diagnostics[i] = d
	}
	slices.SortStableFunc(t.Diagnostics, func(a, b Diagnostic) int { return a.Place.Compare(b.Place) })
}

func (v *validator) load(fsys fs.FS, paths []string, most bounds) *Tree {
	reads := &recorder{fsys: fsys, reads: newReads()}
	l := v.newLoader(reads, most)
	for _, p := range paths {
		l.find(p)
	}
	l.readAll()
	documents := l.documents()
	l.checkDuplicates(documents)
	l.checkNewCredentials(documents)
	l.checkSpecials()
	tree := &Tree{Diagnostics: l.all(), Reads: reads.reads}
	if Count(tree.Diagnostics, Error) > 0 {
		return tree
	}
	known := sharedFields{}
	for _, doc := range documents {
		o := newOrg(doc, known)
		o.accepted = l.sources[doc.Place.File].scope.accepted
		tree.Orgs = append(tree.Orgs, o)
	}
	return tree
}

func (v *validator) newLoader(fsys fs.FS, most bounds) *loader {
	l := &loader{validator: v, memoryLeft: most.memory, sources: map[string]*source{}}
	l.walker = walker{reporter: reporter{lineOf: l.line}, fsys: fsys, most: most, visit: l.visit}
	return l
}

// loader reads a tree. First it finds all files and reads the special files one by one. Then it reads the files of organizations in
// parallel.
type loader struct {
	walker     // its reporter collects findings about more than one file
	validator  *validator
	memoryLeft int                // bytes that the tree may still take; below 0, reading stops
	files      []*source          // of organizations, in the order found
	sources    map[string]*source // by file name, including special files
	walked     []string           // the special files in directories that are read in full
	scopes     map[string]*scope  // by directory
	scopesTop  string             // the walker's top for which scopes is valid: each PATH may have a different top
	suggested  int                // how many acceptances got a suggestion
}

// visit reads a special file, or adds a file of organizations and returns true. A file that was passed as a PATH may have any name.
func (l *loader) visit(file string, named bool) bool {
	if l.scopesTop != l.top || l.scopes == nil {
		l.scopesTop, l.scopes = l.top, map[string]*scope{}
	}
	switch base := path.Base(file); {
	case specialFor(base) != nil:
		l.scopeOf(path.Dir(file)) // reports its mistakes even if no organization inherits from it
		if !named {
			l.walked = append(l.walked, file)
		}
		return false
	case isMisnamed(base):
		l.reportMisnamed(file)
		return true
	case !named && isYAML(strings.ToLower(base)) && !isYAML(base):
		l.report(unreadable, Place{File: file}, otherEnding)
		return false
	case !named && !isYAML(base):
		return false
	}
	if s, isNew := l.source(file); isNew {
		s.scope = l.scopeOf(path.Dir(file))
		l.files = append(l.files, s)
	}
	return true
}

// line returns the line of a place in any file.
func (l *loader) line(p Place) string {
	if s := l.sources[p.File]; s != nil {
		return s.text.Shown(p.Line)
	}
	return ""
}

// readAll reads the files of organizations in parallel. Each source collects its own findings.
func (l *loader) readAll() {
	slices.SortFunc(l.files, func(a, b *source) int { return natural.Compare(a.file, b.file) })
	if l.memoryLeft < 0 {
		l.files = nil // refuseTree was already called
	}
	last := inTurn(len(l.files), l.memoryLeft, func(i int) int {
		l.files[i].readOrganizations()
		return l.files[i].memory()
	})
	if last == len(l.files) {
		return
	}
	l.refuseTree(l.files[last].file, l.most)
	for _, s := range l.files[last+1:] {
		s.found, s.documents = nil, nil // not all of them were read
	}
}

// documents returns the organizations of all files, merged over their defaults and sorted by place.
func (l *loader) documents() (all []*yamldata.Node) {
	for _, s := range l.files {
		all = append(all, s.documents...)
	}
	slices.SortStableFunc(all, func(a, b *yamldata.Node) int { return a.Place.Compare(b.Place) })
	return all
}

// all returns every finding, sorted.
func (l *loader) all() []Diagnostic {
	l.settle()
	found := slices.Clone(l.found)
	for _, s := range l.sources {
		found = append(found, s.found...)
	}
	return sorted(found)
}

// checkDuplicates reports organizations that the tree describes twice: with the same id, or with the same name and credential.
func (l *loader) checkDuplicates(documents []*yamldata.Node) {
	first := map[resource.OrgRef]*yamldata.Node{}
	for _, doc := range documents {
		id, name, credentials := doc.Get("id").Text(), doc.Get("name").Text(), doc.Get("credentials").Text()
		byID, byName := resource.OrgRef{ID: id}, resource.OrgRef{Name: name, Credentials: credentials}
		switch {
		case id != "" && first[byID] != nil:
			l.report(duplicateOrganization, doc.Entry("id").Place, "another organization has the same id %s", id).Other = &first[byID].Entry("id").Place
		case name != "" && first[byName] != nil:
			d := l.report(duplicateOrganization, doc.Entry("name").Place, "organization %s is described twice", safetext.Quoted(name))
			d.Other, d.Hint = &first[byName].Entry("name").Place, "remove one, or give each its own credentials"
		}
		first[byID], first[byName] = cmp.Or(first[byID], doc), cmp.Or(first[byName], doc)
	}
}

// checkNewCredentials reports new organizations whose credential would replace the credential of another organization.
func (l *loader) checkNewCredentials(documents []*yamldata.Node) {
	named := map[string][]*yamldata.Node{}
	for _, doc := range documents {
		name := doc.Get("credentials").Text()
		named[name] = append(named[name], doc)
	}
	for _, doc := range documents {
		create, name := doc.Entry("create"), doc.Get("credentials").Text()
		if create == nil || doc.Entry("id") != nil {
			continue
		}
		at := cmp.Or(doc.Entry("credentials"), doc.Entry("name"), create).Place
		const hint = "set credentials to a name that no other organization uses"
		i := slices.IndexFunc(named[name], func(other *yamldata.Node) bool { return other != doc }) // 0, 1 or -1
		switch from := create.Value.Entry("from"); {
		case i >= 0:
			d := l.report(sharedCredential, at, "a new organization needs its own credential, but another organization uses this one")
			d.Hint, d.Other = hint, &named[name][i].Place
		case name != "" && create.Value.Get("from").Text() == name:
			d := l.report(sharedCredential, at, "a new organization needs its own credential, but this one belongs to the paying organization")
			d.Hint, d.Other = hint, &from.Place
		}
	}
}
