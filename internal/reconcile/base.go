package reconcile

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/spec"
)

// Base is an earlier version of a tree.
type Base struct {
	commit string
	orgs   []*spec.Org
	was    map[resource.OrgRef]*spec.Org // by the key of the organization in the tree now
	gone   []*spec.Org                   // those that are no longer in the tree
}

// newBase finds the organizations of the tree now in the base. In addition to the rules of [resource.OrgIndex], an organization without
// an id may get another credential: its name is enough if no other organization that was not found has that name.
func newBase(commit string, orgs, now []*spec.Org) *Base {
	b := &Base{commit: commit, orgs: orgs, was: map[resource.OrgRef]*spec.Org{}}
	index, found := resource.NewOrgIndex(orgs, func(o *spec.Org) resource.OrgRef { return o.OrgRef }), map[*spec.Org]bool{}
	pair := func(o, was *spec.Org) { b.was[o.OrgRef.Key()], found[was] = was, true }
	var added []*spec.Org
	for _, o := range now {
		if was, ok := index.Find(o.OrgRef); ok {
			pair(o, was)
		} else {
			added = append(added, o)
		}
	}
	isFound := func(o *spec.Org) bool { return found[o] }
	left := byName(slices.DeleteFunc(slices.Clone(orgs), isFound))
	for name, same := range byName(added) {
		if was := left[name]; len(same) == 1 && len(was) == 1 && (same[0].ID == "" || was[0].ID == "") {
			pair(same[0], was[0])
		}
	}
	b.gone = slices.DeleteFunc(slices.Clone(orgs), isFound)
	return b
}

func byName(orgs []*spec.Org) map[string][]*spec.Org {
	all := map[string][]*spec.Org{}
	for _, o := range orgs {
		all[o.Name] = append(all[o.Name], o)
	}
	return all
}

// BaseError says why there is no earlier version of the tree to compare with.
type BaseError struct {
	Commit string
	Err    error
}

func (e *BaseError) Error() string { return fmt.Sprintf("the base %s: %s", e.Commit, e.Err) }
func (e *BaseError) Unwrap() error { return e.Err }

// LoadBase reads the same PATHs of a commit, with what patterns match there. A PATH that the commit does not have has no
// organizations.
func (e Env) LoadBase(ctx context.Context, t *Tree, name string) (*Base, error) {
	root := e.Repository(e.Dir)
	if root == "" {
		return nil, &BaseError{name, errors.New("the working directory is not in a git repository")}
	}
	var orgs []*spec.Org
	commit, err := e.Resolve(ctx, root, name)
	if err == nil {
		orgs, err = loadCommit(ctx, e, t, root, commit)
	}
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, &EndedError{Err: context.Cause(ctx)}
	case err != nil:
		return nil, &BaseError{name, err}
	}
	return newBase(commit, orgs, t.Orgs), nil
}

func loadCommit(ctx context.Context, e Env, t *Tree, root, commit string) (orgs []*spec.Org, err error) {
	files, err := e.Commit(ctx, root, commit)
	if err != nil {
		return nil, err
	}
	defer func() { err = cmp.Or(files.Close(), err) }() // an error of git comes first: it can cause mistakes in the tree
	paths := slices.DeleteFunc(t.Roots(), func(p string) bool { return !spec.Exists(files, p) })
	if len(paths) == 0 {
		return nil, nil
	}
	tree, err := spec.Load(files, paths)
	if err != nil {
		return nil, err
	}
	if spec.Count(tree.Diagnostics, spec.Error) > 0 {
		return nil, errors.New("its tree has errors; run 'atlas-gitops validate' at that commit")
	}
	return tree.Orgs, nil
}

// org returns the organization of the base that an organization of the tree now was, or nil.
func (b *Base) org(r resource.OrgRef) *spec.Org {
	if b == nil {
		return nil
	}
	return b.was[r.Key()]
}

// find returns the desired state of that organization of the base, or nil.
func (b *Base) find(r resource.OrgRef) *resource.Desired {
	if o := b.org(r); o != nil {
		return &o.Desired
	}
	return nil
}

// Compare compares the selected organizations with the base, without Atlas. [Run.Apply] cannot apply the plan, which is only for
// display.
func Compare(b *Base, t *Tree, s Selection, limits plan.Limits) *Run {
	r := &Run{FileNames: t.FileNames, orgs: map[resource.OrgRef]*spec.Org{}, ComparedWith: "the commit " + safetext.Line(b.commit)}
	var found []plan.Org
	for _, o := range s.Orgs {
		org := planner.Offline(o.Desired, b.find(o.OrgRef))
		r.addSources(b.org(o.OrgRef), o, &org)
		found = append(found, org)
	}
	r.Plan = plan.New(found)
	r.Plan.Review = b.review(s, r.Plan.Orgs, r.orgs)
	r.Plan.Check(limits, nil)
	return r
}
