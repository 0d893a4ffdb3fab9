package reconcile

import (
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/spec"
	"atlas-gitops/internal/suggest"
)

// Tree is a [spec.Tree] whose files are named from the root of the repository.
type Tree struct {
	Orgs        []*spec.Org       // nil if there are mistakes
	Diagnostics []spec.Diagnostic // sorted by place
	*FileNames
	reads spec.Reads // by path
	paths []string   // the PATHs that were read; patterns as they are
}

// Reads are the files and directories that the tree was read from.
func (t *Tree) Reads() spec.Reads { return t.reads.Rename(t.Name) }

// Roots returns the names of the PATHs of the tree. Patterns stay patterns: a new file that matches does not make another tree.
func (t *Tree) Roots() []string {
	names := make([]string, len(t.paths))
	for i, p := range t.paths {
		names[i] = t.Name(p)
	}
	return names
}

// Paths returns the PATHs that the tree was read from.
func (t *Tree) Paths() []string { return t.paths }

// DefaultTree is the default PATH.
const DefaultTree = "orgs"

// orDefault returns the PATHs, or the default PATH if there are none.
func orDefault(e Env, paths []string) ([]string, error) {
	switch {
	case len(paths) > 0:
		return paths, nil
	case e.Exists(DefaultTree):
		return []string{DefaultTree}, nil
	}
	problem := "no PATH was given, and the default directory " + DefaultTree + " does not exist here; name the files or directories of the tree"
	if near := spec.Nearby(e.Files); near != "" {
		problem += ", such as " + safetext.Shell(near)
	}
	return nil, errors.New(problem)
}

// Paths returns the PATHs, or the default PATH, with slashes, relative to the working directory if they are below it.
func (e Env) Paths(paths []string) ([]string, error) {
	paths, err := orDefault(e, paths)
	if err != nil {
		return nil, err
	}
	return relativeTo(e, paths)
}

func relativeTo(e Env, paths []string) ([]string, error) {
	relative := make([]string, len(paths))
	for i, p := range paths {
		if p == "" {
			return nil, errors.New("a PATH is empty; name a file or a directory")
		}
		relative[i] = e.Relative(p)
	}
	return relative, nil
}

// Head returns the commit that is checked out in the repository of the tree, or "" if there is none, or if the PATHs are in several
// repositories. The files may differ from it.
func Head(ctx context.Context, e Env, paths []string) string {
	paths, err := orDefault(e, paths)
	if err != nil {
		return ""
	}
	root := e.Repository(absolute(e, paths[0]))
	for _, p := range paths[1:] {
		if e.Repository(absolute(e, p)) != root {
			return ""
		}
	}
	if root == "" {
		return ""
	}
	commit, err := e.Resolve(ctx, root, "HEAD")
	if err != nil {
		return ""
	}
	return commit
}

// Load reads the tree at the PATHs, which may be patterns, or at the default PATH. Mistakes in the tree are diagnostics.
func (e Env) Load(paths []string) (*Tree, error) {
	paths, err := orDefault(e, paths)
	if err != nil {
		return nil, err
	}
	relative, err := relativeTo(e, paths)
	if err != nil {
		return nil, err
	}
	read, err := spec.Load(e.Files, relative)
	if err != nil {
		return nil, err
	}
	for _, p := range paths {
		read.Reads.Follow(e.Files, filepath.ToSlash(p)) // the PATHs in relative have no links left
	}
	t := &Tree{FileNames: e.newNames(), reads: read.Reads, paths: relative}
	read.Rename(t.Name)
	t.Orgs, t.Diagnostics = read.Orgs, read.Diagnostics
	return t, nil
}

// Findings returns all diagnostics, also those that depend on the day, sorted by place.
func (t *Tree) Findings(now time.Time) []spec.Diagnostic {
	all := slices.Concat(t.Diagnostics, spec.Endings(t.Orgs, now))
	slices.SortStableFunc(all, func(a, b spec.Diagnostic) int { return a.Place.Compare(b.Place) })
	return all
}

// Selection has the organizations that a run works on, and the rest of the tree.
type Selection struct {
	Orgs, Rest []*spec.Org
	IsWhole    bool // no --only was given
}

// All returns all organizations of the tree: first the selected ones, then the rest.
func (s Selection) All() []*spec.Org { return slices.Concat(s.Orgs, s.Rest) }

// Select selects organizations by name or id, or all if only is empty.
func (t *Tree) Select(only []string) (s Selection, err error) {
	s.IsWhole = len(only) == 0
	var unknown []error
	for _, name := range only {
		if !slices.ContainsFunc(t.Orgs, func(o *spec.Org) bool { return o.IsCalled(name) }) {
			unknown = append(unknown, fmt.Errorf("--only %q: the tree has no such organization; %s", name, suggest.OrList(name, names(t.Orgs))))
		}
	}
	for _, o := range t.Orgs {
		if s.IsWhole || slices.ContainsFunc(only, o.IsCalled) {
			s.Orgs = append(s.Orgs, o)
		} else {
			s.Rest = append(s.Rest, o)
		}
	}
	return s, errors.Join(unknown...)
}

func names(orgs []*spec.Org) []string {
	all := make([]string, len(orgs))
	for i, o := range orgs {
		all[i] = o.Name
	}
	return all
}

// acceptedFile returns the name of the file of acceptances in the lowest directory that has all organizations.
func acceptedFile(orgs []*spec.Org) string {
	var common []string // the directories on the way to it
	for i, o := range orgs {
		at, _ := o.Place(resource.Organization.Name, "")
		dirs := strings.Split(path.Dir(at.File), "/")
		if i == 0 {
			common = dirs
		}
		n := 0
		for n < min(len(common), len(dirs)) && common[n] == dirs[n] {
			n++
		}
		common = common[:n]
	}
	return path.Join(strings.Join(common, "/"), spec.AcceptedFile)
}
