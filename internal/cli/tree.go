package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/spec"
	"atlas-gitops/internal/suggest"
)

// errShown is trouble that was already shown in full.
var errShown = errors.New("already shown")

// defaultTree is what is read when no PATH is given.
const defaultTree = "orgs"

// loadTree reads the whole tree and selects the organizations of --only, or all. Mistakes go to standard error.
func (in *invocation) loadTree() (s selection, err error) {
	tree, err := in.load()
	if err != nil {
		return s, err
	}
	diagnostics := spec.Without(spec.Notice, tree.Diagnostics)
	if len(diagnostics) > 0 {
		err = spec.WriteText(in.Stderr, diagnostics)
	}
	if spec.Count(diagnostics, spec.Error) > 0 {
		err = cmp.Or(err, errShown)
	}
	if err != nil {
		return s, err
	}
	return selected(tree.Orgs, in.only)
}

// load reads the trees of the arguments.
func (in *invocation) load() (*spec.Tree, error) {
	paths, err := in.paths()
	if err != nil {
		return nil, err
	}
	tree, err := spec.Load(in.Files, paths)
	if err != nil {
		return nil, err
	}
	for _, p := range in.named() {
		tree.Reads.Follow(in.Files, filepath.ToSlash(p)) // links in it were followed before
	}
	return tree, nil
}

// named returns the trees as they were named.
func (in *invocation) named() []string {
	if len(in.args) == 0 {
		return []string{defaultTree}
	}
	return slices.Clone(in.args)
}

// paths returns the trees of the arguments.
func (in *invocation) paths() ([]string, error) {
	paths := in.named()
	for i, p := range paths {
		if p == "" {
			return nil, errors.New("a PATH is empty; name a file or a directory")
		}
		paths[i] = in.relative(p)
	}
	return paths, nil
}

// relative returns a path with slashes and, below the working directory, relative to it: so that it is shown, and
// finds its defaults, in one way however it was written.
func (in *invocation) relative(p string) string {
	if below, err := filepath.Rel(in.Dir, in.absolute(p)); err == nil && filepath.IsLocal(below) {
		p = below
	}
	return filepath.ToSlash(p)
}

// absolute returns where a path leads, links and all. A link to a file is a file of its own directory.
func (in *invocation) absolute(p string) string {
	if !filepath.IsAbs(p) {
		p = filepath.Join(in.Dir, p)
	}
	dir, base := p, ""
	if info, err := fs.Stat(in.Files, filepath.ToSlash(p)); err == nil && !info.IsDir() {
		dir, base = filepath.Split(p)
	}
	if real, err := in.Follow(dir); err == nil {
		return filepath.Join(real, base)
	}
	return p
}

// selection is what a run is about, and what else the tree describes.
type selection struct{ orgs, rest []*spec.Org }

// all returns the whole tree: what is selected, and then the rest.
func (s selection) all() []*spec.Org { return slices.Concat(s.orgs, s.rest) }

// selected selects the organizations that are named, by name or id, or all.
func selected(orgs []*spec.Org, only []string) (s selection, err error) {
	var unknown []error
	for _, name := range only {
		if !slices.ContainsFunc(orgs, func(o *spec.Org) bool { return isCalled(o, name) }) {
			unknown = append(unknown, fmt.Errorf("--only %q: the tree has no such organization; %s", name, suggest.OrList(name, names(orgs))))
		}
	}
	for _, o := range orgs {
		if len(only) == 0 || slices.ContainsFunc(only, func(name string) bool { return isCalled(o, name) }) {
			s.orgs = append(s.orgs, o)
		} else {
			s.rest = append(s.rest, o)
		}
	}
	return s, errors.Join(unknown...)
}

func isCalled(o *spec.Org, name string) bool { return o.Name == name || o.ID == name && name != "" }

func names(orgs []*spec.Org) []string {
	all := make([]string, len(orgs))
	for i, o := range orgs {
		all[i] = o.Name
	}
	return all
}

// source returns the place in the tree that asks for a step: the object, if at least one of the fields that change
// was written in the same file, or else the first such field, which then is in a file of defaults.
func source(o *spec.Org, s plan.Step) *plan.Source {
	at, ok := o.Place(s.Kind, s.Key)
	if !ok {
		return nil
	}
	places := fieldPlaces(o, s)
	if len(places) > 0 && !slices.ContainsFunc(places, func(p spec.Place) bool { return p.File == at.File }) {
		at = places[0]
	}
	return &plan.Source{File: at.File, Line: at.Line}
}

func fieldPlaces(o *spec.Org, s plan.Step) (places []spec.Place) {
	for field := range s.After {
		p, _ := o.Place(s.Kind, s.Key, field)
		places = append(places, p)
	}
	slices.SortFunc(places, spec.Place.Compare)
	return places
}
