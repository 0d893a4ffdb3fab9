package spec

import (
	"io/fs"
	"path"
	"strings"
	"sync"
)

// Reads are all names that the content of a tree depends on: files, links and their targets, missing files that Load looked for, and
// directories that it listed.
type Reads struct {
	names map[string]bool
	dirs  map[string]bool
}

// Has reports whether the tree can change if a file of that name is changed, added or removed.
func (r Reads) Has(name string) bool {
	if r.names[name] {
		return true
	}
	base := path.Base(name)
	if !isYAML(strings.ToLower(base)) || strings.HasPrefix(base, ".") {
		return false // a listed directory does not include it
	}
	for dir := path.Dir(name); ; dir = path.Dir(dir) {
		switch {
		case r.dirs[dir]:
			return true
		case strings.HasPrefix(path.Base(dir), ".") || dir == "/":
			return false
		}
	}
}

// Rename returns the same reads with each name replaced by the result of rename.
func (r Reads) Rename(rename func(name string) string) Reads {
	renamed := newReads()
	for name := range r.names {
		renamed.names[rename(name)] = true
	}
	for dir := range r.dirs {
		renamed.dirs[rename(dir)] = true
	}
	return renamed
}

// Follow adds the links in a name, and all names on the way to its target.
func (r Reads) Follow(fsys fs.FS, name string) {
	follow(&recorder{fsys: fsys, reads: r}, path.Clean(name))
}

func newReads() Reads { return Reads{map[string]bool{}, map[string]bool{}} }

// recorder is a file system that records every name that is read. A second guess from paths would miss defaults files and links.
type recorder struct {
	fsys  fs.FS
	mu    sync.Mutex
	reads Reads
}

func (r *recorder) note(names map[string]bool, name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	names[name] = true
}

func (r *recorder) Open(name string) (fs.File, error) {
	r.note(r.reads.names, name)
	return r.fsys.Open(name)
}

func (r *recorder) Stat(name string) (fs.FileInfo, error) {
	r.note(r.reads.names, name)
	return fs.Stat(r.fsys, name)
}

func (r *recorder) Lstat(name string) (fs.FileInfo, error) {
	r.note(r.reads.names, name)
	return fs.Lstat(r.fsys, name)
}

func (r *recorder) ReadLink(name string) (string, error) {
	r.note(r.reads.names, name)
	return fs.ReadLink(r.fsys, name)
}

func (r *recorder) ReadDir(name string) ([]fs.DirEntry, error) {
	r.note(r.reads.dirs, name)
	return fs.ReadDir(r.fsys, name)
}
