package spec

import (
	"io/fs"
	"path"
	"strings"
	"sync"
)

// Reads are the names that decide what a tree says: files, links and their targets, names of missing files that were looked for, and
// directories that were listed.
type Reads struct {
	names map[string]bool
	dirs  map[string]bool
}

// Has tells whether the tree can change if a file of that name is changed, added or removed.
func (r Reads) Has(name string) bool {
	if r.names[name] {
		return true
	}
	base := path.Base(name)
	if !isYAML(strings.ToLower(base)) || strings.HasPrefix(base, ".") {
		return false // no listing of a directory leads to it
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

// AddListed adds a directory as if it had been listed.
func (r Reads) AddListed(dir string) { r.dirs[path.Clean(dir)] = true }

// Rename returns the same reads with their names as rename gives them.
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

// Follow adds the links that a name leads through, and all names on the way.
func (r Reads) Follow(fsys fs.FS, name string) {
	follow(&recorder{fsys: fsys, reads: r}, path.Clean(name))
}

func newReads() Reads { return Reads{map[string]bool{}, map[string]bool{}} }

// recorder is a file system that records what is read from it. To guess from paths what belongs to a tree would be wrong.
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
