package spec

import (
	"bytes"
	"errors"
	"io/fs"
	"strings"
	"sync"

	"atlas-gitops/schema"
)

// Formatted is a file with its canonical form.
type Formatted struct {
	File    string
	Was, Is []byte
}

// FormatTree returns the YAML files in paths, including special files, with their canonical forms. It leaves out files that it cannot
// read as YAML; the findings say why. It also leaves out files that a bug of this program would change; the error names them.
func FormatTree(fsys fs.FS, paths []string) ([]Formatted, []Diagnostic, error) {
	return formatTree(fsys, paths, treeBounds())
}

func formatTree(fsys fs.FS, paths []string, most bounds) ([]Formatted, []Diagnostic, error) {
	layouts, err := layouts()
	if err != nil {
		return nil, nil, err
	}
	unformatted, tree := filesOf(fsys, paths, most)
	results := make([]formatting, len(unformatted))
	last := inTurn(len(unformatted), most.memory, func(i int) int {
		results[i] = formatFile(fsys, unformatted[i].name, layouts[unformatted[i].kind])
		return results[i].memory()
	})
	if last < len(unformatted) {
		tree.refuseTree(unformatted[last].name, most)
		results = results[:last+1] // not all of the rest were read
	}
	files, found := []Formatted(nil), tree.found
	var flaws []error
	for _, r := range results {
		found, flaws = append(found, r.found...), append(flaws, r.err)
		if len(r.found) == 0 && r.err == nil {
			files = append(files, r.Formatted)
		}
	}
	return files, sorted(found), errors.Join(flaws...)
}

// layouts returns the only layouts: reading the schemas takes longer than formatting most files.
var layouts = sync.OnceValues(newLayouts)

// newLayouts returns the layout of each type of special files by its name, and that of organizations by "".
func newLayouts() (map[string]layout, error) {
	order, err := newOrder(schema.Document)
	if err != nil {
		return nil, err
	}
	layouts := map[string]layout{"": {order, (*reporter).refusesShape}}
	for _, sp := range specials() {
		if order, err = newOrder(sp.schema); err != nil {
			return nil, err
		}
		layouts[sp.name] = layout{order, sp.refuses}
	}
	return layouts, nil
}

// fileToFormat is a file, and which of [newLayouts] it gets.
type fileToFormat struct{ name, kind string }

// filesOf returns all YAML files of files and directories, and the walker with its findings.
func filesOf(fsys fs.FS, paths []string, most bounds) (files []fileToFormat, w *walker) {
	w, seen := &walker{fsys: fsys, most: most}, map[string]bool{}
	w.visit = func(file string, named bool) bool {
		if !isYAML(file) {
			if isYAML(strings.ToLower(file)) {
				w.report(unreadable, Place{File: file}, otherEnding)
			} else if named { // report it and continue: * in a shell also matches files that are not YAML
				w.report(unreadable, Place{File: file}, "is not formatted: its name does not end in .yaml or .yml")
			}
			return named
		}
		kind := ""
		if sp := specialFor(file); sp != nil {
			kind = sp.name // also for a link: the name of its target says nothing
		}
		if target := follow(fsys, file); exists(fsys, target) {
			file = target // rewrite the target, so that the link stays a link
		}
		if !seen[file] {
			files, seen[file] = append(files, fileToFormat{file, kind}), true
		}
		return true
	}
	for _, p := range paths {
		w.find(p)
	}
	return files, w
}

type formatting struct {
	Formatted
	found []*Diagnostic
	err   error
}

// memory estimates the memory, in bytes, that a file takes.
func (f formatting) memory() int {
	return memoryOfByte*(len(f.Was)+len(f.Is)) + memoryOfFinding*len(f.found)
}

func formatFile(fsys fs.FS, file string, l layout) formatting {
	f := &formatter{layout: l, file: file}
	info, err := fs.Stat(fsys, file)
	if err == nil && !info.Mode().IsRegular() {
		f.found.report(unreadable, Place{File: file}, notRegular)
		return formatting{found: f.found.found}
	}
	was, err := readFile(fsys, file)
	if err != nil {
		f.found.reportError(file, err)
		return formatting{found: f.found.found}
	}
	is, err := f.format(was)
	if bytes.Equal(was, is) {
		is = was // keep one copy in memory
	}
	return formatting{Formatted{file, was, is}, f.found.found, err}
}
