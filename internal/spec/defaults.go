package spec

import (
	"errors"
	"io/fs"
	"path"
	"slices"
)

// maxClimb bounds the search for the repository's root above the working directory.
const maxClimb = 64

// ownKeys may not be shared: each organization has its own.
var ownKeys = []string{"name", "id", "create", "state"}

// defaultsFor returns what organizations in a directory share: its own defaults over those of the directories above,
// up to the root of the repository, so that it does not matter from where in the tree one looks.
func (l *loader) defaultsFor(dir string) *node {
	if shared, known := l.defaults[dir]; known {
		return shared
	}
	var above *node
	if parent, ok := l.parent(dir); ok {
		above = l.defaultsFor(parent)
	}
	l.defaults[dir] = l.overlay(above, path.Join(dir, DefaultsFile))
	return l.defaults[dir]
}

// overlay lays the defaults file, if there is one, over the defaults from above.
func (l *loader) overlay(above *node, file string) *node {
	if _, err := fs.Stat(l.fsys, file); errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		return above
	}
	documents := l.parseFile(file)
	if len(documents) == 0 {
		return above
	}
	doc := documents[0]
	if doc.kind != object || len(documents) > 1 {
		l.report(documents[len(documents)-1].place, "defaults are one document, an object (key: value)")
		return above
	}
	l.takeOwnKeys(doc)
	l.check(doc, true)
	return merge(above, doc)
}

// takeOwnKeys reports and removes what cannot be shared, lest every organization that inherits it is wrong as well.
func (l *loader) takeOwnKeys(doc *node) {
	doc.entries = slices.DeleteFunc(doc.entries, func(e *entry) bool {
		own := slices.Contains(ownKeys, e.key)
		if own {
			l.report(e.place, "%s cannot be shared; write it in the file of the organization", e.key)
		}
		return own
	})
}

// parent returns the directory above, unless dir is the root of the repository or of everything there is to see.
func (l *loader) parent(dir string) (string, bool) {
	switch {
	case l.isRoot(dir), dir == "/":
		return "", false
	case dir == ".", path.Base(dir) == "..":
		return path.Join(dir, ".."), l.rootAbove(dir)
	}
	return path.Dir(dir), true
}

func (l *loader) isRoot(dir string) bool {
	_, err := fs.Stat(l.fsys, path.Join(dir, ".git"))
	return err == nil
}

// rootAbove tells whether the working directory is in a repository that starts above dir.
func (l *loader) rootAbove(dir string) bool {
	for range maxClimb {
		if dir = path.Join(dir, ".."); l.isRoot(dir) {
			return true
		}
	}
	return false
}
