package spec

import (
	"io/fs"
	"path"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
)

// Formatted is a file with its canonical form.
type Formatted struct {
	File    string
	Was, Is []byte
}

// FormatTree returns the YAML files of files and directories, those of defaults too, with their canonical forms.
// A file that is not YAML is missing; why is among the findings. An error is a flaw of this program.
func FormatTree(fsys fs.FS, paths []string) ([]Formatted, []Diagnostic, error) {
	document, err := documentShape()
	if err != nil {
		return nil, nil, err
	}
	names, walked := filesOf(fsys, paths)
	results := make([]formatting, len(names))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, name := range names {
		group.Go(func() (err error) {
			results[i], err = formatFile(fsys, name, document)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, nil, err
	}
	var files []Formatted
	found := walked
	for _, r := range results {
		if found = append(found, r.found...); len(r.found) == 0 {
			files = append(files, r.Formatted)
		}
	}
	return files, sorted(found), nil
}

// filesOf returns the names of all YAML files of files and directories, and what is wrong with those.
func filesOf(fsys fs.FS, paths []string) (names []string, found []*Diagnostic) {
	w := &walker{fsys: fsys}
	w.lineOf = func(Place) string { return "" } // findings are about whole files
	w.visit = func(file string, named bool) bool {
		if !named && !isYAML(path.Base(file)) {
			return false
		}
		if target := follow(fsys, file); !slices.Contains(names, target) { // a link stays a link
			names = append(names, target)
		}
		return true
	}
	for _, p := range paths {
		w.find(path.Clean(p))
	}
	return names, w.found
}

type formatting struct {
	Formatted
	found []*Diagnostic
}

func formatFile(fsys fs.FS, file string, document *shape) (formatting, error) {
	f := &formatter{shape: document, file: file}
	f.found.lineOf = func(Place) string { return "" }
	was, err := readFile(fsys, file)
	if err != nil {
		f.found.reportError(file, err)
		return formatting{found: f.found.found}, nil
	}
	is, err := f.format(was)
	return formatting{Formatted{file, was, is}, f.found.found}, err
}
