package git

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// maxLinks is how many links may be followed for one name, as on Linux.
const maxLinks = 40

var (
	errLeaves = errors.New("leads out of the tree of the commit")
	errLinks  = errors.New("leads through too many links")
	errLong   = errors.New("is a link with too long a target")
)

// find returns the entry with a name. It follows links on the way and, with follow, also a link at the end. A name that
// is not clean, or that leaves the tree, does not exist.
func (t *Tree) find(name string, follow bool) (entry, error) {
	if path.Clean(name) != name || path.IsAbs(name) || name == ".." || strings.HasPrefix(name, "../") {
		return entry{}, fs.ErrNotExist
	}
	f := finder{tree: t, parents: []entry{t.root}, rest: strings.Split(name, "/"), follow: follow}
	for len(f.rest) > 0 {
		if err := f.step(); err != nil {
			return entry{}, err
		}
	}
	found := f.here()
	found.name = path.Base(name)
	return found, nil
}

// finder walks along a name, element by element.
type finder struct {
	tree    *Tree
	parents []entry  // from the root to the current entry
	rest    []string // elements that are left
	follow  bool     // follow a link at the end, too
	links   int      // links followed so far
}

func (f *finder) here() entry { return f.parents[len(f.parents)-1] }

func (f *finder) step() error {
	part := f.rest[0]
	f.rest = f.rest[1:]
	switch {
	case !f.here().IsDir():
		return fs.ErrNotExist
	case part == "", part == ".":
		return nil
	case part != "..":
		return f.enter(part)
	case len(f.parents) == 1:
		return errLeaves
	}
	f.parents = f.parents[:len(f.parents)-1]
	return nil
}

// enter goes to an entry of the current directory, or puts the target of a link in front of the rest.
func (f *finder) enter(name string) error {
	all, err := f.tree.entries(f.here())
	if err != nil {
		return err
	}
	at, exists := slices.BinarySearchFunc(all, name, byName)
	switch {
	case !exists:
		return fs.ErrNotExist
	case all[at].Type() != fs.ModeSymlink, !f.follow && len(f.rest) == 0:
		f.parents = append(f.parents, all[at])
		return nil
	}
	if f.links++; f.links > maxLinks {
		return errLinks
	}
	target, err := f.tree.target(all[at])
	if path.IsAbs(target) {
		return errLeaves
	}
	f.rest = append(strings.Split(target, "/"), f.rest...)
	return err
}
