package spec

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// maxClimb bounds the search for the repository's root above the working directory.
const maxClimb = 64

// ownKeys may not be shared: each organization has its own.
var ownKeys = []string{"name", "id", "create", "state"}

// defaultsFor returns what organizations in a directory share: its own defaults over those of the directories above,
// up to the top.
func (l *loader) defaultsFor(dir string) *node {
	if shared, known := l.defaults[dir]; known {
		return shared
	}
	var above *node
	if dir != l.top {
		above = l.defaultsFor(path.Join(dir, ".."))
	}
	l.defaults[dir] = l.overlay(above, path.Join(dir, defaultsFile))
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

// topOf returns the highest directory whose defaults take part in what is in dir: the root of the repository, so that
// it does not matter from where in the tree one looks. Without a repository it is the working directory or, for what
// is not below it, dir itself: what others have put into the directories above is not ours to trust.
func (l *loader) topOf(dir string) string {
	top := dir
	if !path.IsAbs(dir) && dir != ".." && !strings.HasPrefix(dir, "../") {
		top = "."
	}
	for root, n := dir, 0; n < maxClimb; root, n = path.Join(root, ".."), n+1 {
		if _, err := fs.Stat(l.fsys, path.Join(root, ".git")); err == nil {
			return root
		}
	}
	return top
}
