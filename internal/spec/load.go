package spec

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"atlas-gitops/internal/resource"
)

// defaultsFile holds what every organization in its directory and below shares.
const defaultsFile = "_defaults.yaml"

const (
	misnamedDefaults = "_defaults.yml"
	maxShown         = 250 // characters of a line that a report still shows
)

// Load reads the organizations of files and directories, whose names may also be absolute or start with "..".
// It returns them in the order of their places or, if there are any, all mistakes of the whole tree.
// The error is a flaw of this program.
func Load(fsys fs.FS, paths []string) ([]*Org, []Diagnostic, error) {
	v, err := newValidator()
	if err != nil {
		return nil, nil, err
	}
	l := &loader{fsys: fsys, validator: v, sources: map[string][][]rune{}, seen: map[string]bool{}}
	for _, p := range paths {
		l.loadPath(path.Clean(p))
	}
	slices.SortStableFunc(l.documents, func(a, b *node) int { return a.place.Compare(b.place) })
	l.checkDuplicates()
	if len(l.diagnostics) > 0 {
		return nil, sorted(l.diagnostics), nil
	}
	orgs := make([]*Org, len(l.documents))
	for i, doc := range l.documents {
		orgs[i] = newOrg(doc)
	}
	return orgs, nil, nil
}

type loader struct {
	fsys        fs.FS
	validator   *validator
	sources     map[string][][]rune // the lines of each file
	top         string              // the highest directory whose defaults take part in what is being read
	defaults    map[string]*node    // by directory, merged with those above; nil for none
	seen        map[string]bool     // files
	documents   []*node             // organizations over their defaults
	diagnostics []*Diagnostic
}

// report keeps a mistake. The caller may add to it.
func (l *loader) report(p Place, format string, args ...any) *Diagnostic {
	d := &Diagnostic{Place: p, Message: fmt.Sprintf(format, args...), Source: l.line(p)}
	l.diagnostics = append(l.diagnostics, d)
	return d
}

// line returns the line of a place, if there is one and it fits on a screen.
func (l *loader) line(p Place) string {
	lines := l.sources[p.File]
	if p.Line < 1 || p.Line > len(lines) || len(lines[p.Line-1]) > maxShown {
		return ""
	}
	return string(lines[p.Line-1])
}

// reportError reports what the file system said. It names the file itself.
func (l *loader) reportError(file string, err error) {
	var pathError *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = errors.New("does not exist")
	case errors.As(err, &pathError):
		err = pathError.Err
	}
	l.report(Place{File: file}, "%v", err)
}

func (l *loader) loadPath(p string) {
	dir := p
	if info, err := fs.Stat(l.fsys, p); err == nil && !info.IsDir() {
		dir = path.Dir(p)
	}
	if top := l.topOf(dir); top != l.top {
		l.top, l.defaults = top, map[string]*node{}
	}
	found := false
	_ = fs.WalkDir(l.fsys, p, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			found = true
			l.reportError(name, err)
		case name != p && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
		case !d.IsDir() && name != p && l.isOdd(name, d):
			found = true
		case !d.IsDir():
			found = l.visit(name, name == p) || found
		}
		return nil
	})
	switch {
	case found:
	case path.Base(p) == defaultsFile:
		l.report(Place{File: p}, "holds no organization, only what they share; name its directory")
	default:
		l.report(Place{File: p}, "holds no organization; name a YAML file, or a directory with *.yaml files")
	}
}

// isOdd reports what a directory holds besides files and directories, if its name says that it should be read:
// links to directories, which are not followed, and pipes and devices, which might never end.
func (l *loader) isOdd(name string, d fs.DirEntry) bool {
	if d.Type().IsRegular() {
		return false
	}
	info, err := fs.Stat(l.fsys, name)
	switch {
	case err != nil || info.Mode().IsRegular():
		return false // reading it tells more
	case info.IsDir():
		l.report(Place{File: name}, "is a link to a directory, which is not followed; name it as a PATH of its own")
	case isYAML(name):
		l.report(Place{File: name}, "is not a regular file")
	default:
		return false
	}
	return true
}

// visit reads a file, and tells whether it is one of organizations: one that was named is, whatever its name.
func (l *loader) visit(file string, named bool) bool {
	switch base := path.Base(file); {
	case base == defaultsFile:
		l.defaultsFor(path.Dir(file)) // to see its mistakes, even if nothing takes from it
		return false
	case base == misnamedDefaults:
		l.report(Place{File: file}, "is not read; name it %s", defaultsFile)
		return false
	case !named && !isYAML(base):
		return false
	}
	l.loadFile(file)
	return true
}

func isYAML(name string) bool { return path.Ext(name) == ".yaml" || path.Ext(name) == ".yml" }

func (l *loader) loadFile(file string) {
	if l.seen[file] {
		return
	}
	l.seen[file] = true
	shared := l.defaultsFor(path.Dir(file))
	before := len(l.diagnostics)
	documents := l.parseFile(file)
	if len(documents) == 0 && len(l.diagnostics) == before {
		l.report(Place{File: file}, "holds no organization; write one, or remove the file")
	}
	for _, doc := range documents {
		switch {
		case doc.kind == object:
			doc = merge(shared, doc)
			l.check(doc, false)
			l.documents = append(l.documents, doc)
		case !doc.broken:
			l.report(doc.place, "not an object; an organization starts with name: …")
		}
	}
}

// parseFile returns the documents of a file, without those that are empty.
func (l *loader) parseFile(file string) []*node {
	f, err := l.fsys.Open(file)
	if err != nil {
		l.reportError(file, err)
		return nil
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	switch {
	case err != nil:
		l.reportError(file, err)
		return nil
	case len(data) > maxBytes:
		l.report(Place{File: file}, "is larger than 1 MiB; split it, one organization per file")
		return nil
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	p := &parser{file: file, lines: lines(data), report: l.report}
	l.sources[file] = p.lines
	documents := p.parse(data)
	for _, doc := range documents {
		l.validator.foldEmails(doc)
	}
	return documents
}

func lines(data []byte) (all [][]rune) {
	for line := range bytes.Lines(data) {
		all = append(all, []rune(string(bytes.TrimRight(line, "\r\n"))))
	}
	return all
}

// check reports what is wrong with an organization, or with a part of one.
func (l *loader) check(doc *node, part bool) {
	for _, m := range l.validator.check(doc, part) {
		l.report(m.place, "%s", m.message).Hint = m.hint
	}
	l.checkKeys(doc)
}

// checkKeys reports objects of a kind that say twice who or what they are.
func (l *loader) checkKeys(doc *node) {
	for _, k := range resource.Kinds {
		first := map[string]*node{}
		section := doc.get(k.Name)
		if k.Key == "" || section == nil {
			continue
		}
		for _, item := range section.items {
			key := keyOf(k, item)
			if first[key] == nil || key == "" {
				first[key] = item
				continue
			}
			at, other := item.get(k.Key).place, first[key].get(k.Key).place
			if at == other { // two aliases of one item
				at, other = item.place, first[key].place
			}
			l.report(at, "%s %s is listed twice in %s", k.Key, quoted(key), k.Name).Other = &other
		}
	}
}

// checkDuplicates reports organizations that the tree describes twice: with one id, or with one name and credential.
func (l *loader) checkDuplicates() {
	type identity struct{ id, name, credentials string }
	first := map[identity]*node{}
	for _, doc := range l.documents {
		id, name, credentials := doc.get("id").text(), doc.get("name").text(), doc.get("credentials").text()
		byID, byName := identity{id: id}, identity{name: name, credentials: credentials}
		switch {
		case id != "" && first[byID] != nil:
			other := first[byID].entry("id").place
			l.report(doc.entry("id").place, "two organizations have the id %s", id).Other = &other
		case name != "" && first[byName] != nil:
			other := first[byName].entry("name").place
			d := l.report(doc.entry("name").place, "organization %s is described twice", quoted(name))
			d.Other, d.Hint = &other, "remove one, or give each its own credentials"
		}
		first[byID], first[byName] = cmp.Or(first[byID], doc), cmp.Or(first[byName], doc)
	}
}
