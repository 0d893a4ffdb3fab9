package spec

import (
	"bytes"
	"errors"
	"io/fs"
	"strings"

	"atlas-gitops/internal/yamldoc"
)

// Formatted is a file with its canonical form.
type Formatted struct {
	File    string
	Was, Is []byte
}

// FormatTree returns the YAML files in paths, including defaults files, with their canonical forms. It leaves out files that it cannot
// read as YAML; the findings say why. It also leaves out files that a bug of this program would change; the error names them.
func FormatTree(fsys fs.FS, paths []string) ([]Formatted, []Diagnostic, error) {
	return formatTree(fsys, paths, treeBounds())
}

func formatTree(fsys fs.FS, paths []string, most bounds) ([]Formatted, []Diagnostic, error) {
	order, err := documentOrder()
	if err != nil {
		return nil, nil, err
	}
	names, tree := filesOf(fsys, paths, most)
	results := make([]formatting, len(names))
	last := inTurn(len(names), most.memory, func(i int) int {
		results[i] = formatFile(fsys, names[i], order)
		return results[i].memory()
	})
	if last < len(names) {
		tree.refuseTree(names[last], most)
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

// filesOf returns the names of all YAML files of files and directories, and the walker with its findings.
func filesOf(fsys fs.FS, paths []string, most bounds) (names []string, w *walker) {
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
		if target := follow(fsys, file); exists(fsys, target) {
			file = target // rewrite the target, so that the link stays a link
		}
		if !seen[file] {
			names, seen[file] = append(names, file), true
		}
		return true
	}
	for _, p := range paths {
		w.find(p)
	}
	return names, w
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

func formatFile(fsys fs.FS, file string, order *yamldoc.Order) formatting {
	f := newFormatter(order, file)
	f.ofTree = true
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
