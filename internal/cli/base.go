package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// base is an earlier version of the tree.
type base struct {
	commit string
	orgs   []*spec.Org
	byID   map[string]*spec.Org
	byName map[specKey]*spec.Org // by name and credential
	noID   map[specKey]*spec.Org // the same, of those without an id
}

func newBase(commit string, orgs []*spec.Org) *base {
	b := &base{commit, orgs, map[string]*spec.Org{}, map[specKey]*spec.Org{}, map[specKey]*spec.Org{}}
	for _, o := range orgs {
		name := specKey{name: o.Name, credentials: o.Credentials}
		b.byName[name] = o
		if o.ID == "" {
			b.noID[name] = o
		} else {
			b.byID[o.ID] = o
		}
	}
	return b
}

// baseError says why there is no earlier version of the tree to compare with.
type baseError struct {
	commit string
	err    error
}

func (e *baseError) Error() string { return fmt.Sprintf("the base %s: %s", e.commit, e.err) }
func (e *baseError) Unwrap() error { return e.err }

// loadBase reads the same tree as it is in a commit. What is not there yet has no organizations.
func (in *invocation) loadBase(ctx context.Context, name string) (*base, error) {
	root := in.repository(in.Dir)
	if root == "" {
		return nil, &baseError{name, errors.New("there is no git repository here")}
	}
	var orgs []*spec.Org
	commit, err := in.Resolve(ctx, root, name)
	if err == nil {
		orgs, err = in.loadCommit(ctx, root, commit)
	}
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, nothingDone(ctx)
	case err != nil:
		return nil, &baseError{name, err}
	}
	return newBase(commit, orgs), nil
}

func (in *invocation) loadCommit(ctx context.Context, root, commit string) (orgs []*spec.Org, err error) {
	paths, err := in.pathsFromRoot()
	if err != nil {
		return nil, err
	}
	files, err := in.Commit(ctx, root, commit)
	if err != nil {
		return nil, err
	}
	defer func() { err = cmp.Or(files.Close(), err) }() // an error of git explains mistakes of the tree
	paths = slices.DeleteFunc(paths, func(p string) bool {
		_, err := fs.Stat(files, p)
		return errors.Is(err, fs.ErrNotExist)
	})
	if len(paths) == 0 {
		return nil, nil
	}
	tree, err := spec.Load(files, paths)
	if err != nil {
		return nil, err
	}
	if n := spec.Count(tree.Diagnostics, spec.Error); n > 0 {
		return nil, fmt.Errorf("its tree has %s", times(n, "mistake"))
	}
	return tree.Orgs, nil
}

// find returns the organization as it was, or nil. Where either has no id, name and credential have to do.
func (b *base) find(o *spec.Org) *spec.Org {
	if b == nil {
		return nil
	}
	name := specKey{name: o.Name, credentials: o.Credentials}
	if o.ID == "" {
		return b.byName[name]
	}
	return cmp.Or(b.byID[o.ID], b.noID[name])
}

// compare returns what a change of the tree asks for, without Atlas. Nobody can carry that out.
func (in *invocation) compare(c *connection, b *base, orgs []*spec.Org) *fleet {
	f := &fleet{specs: map[specKey]*spec.Org{}, maxDeletes: in.maxDeletes.value, fromRoot: in.namesFromRoot(), against: "the commit " + plan.OneLine(b.commit)}
	var found []plan.Org
	for i, t := range c.targets(orgs, b) {
		org := t.Expect()
		for j, step := range org.Steps {
			org.Steps[j].Source = source(orgs[i], step)
		}
		f.specs[specOf(org)] = orgs[i]
		found = append(found, org)
	}
	all := newBase("", orgs)
	for _, was := range b.orgs {
		if len(in.only) == 0 && all.find(was) == nil {
			found = append(found, plan.Org{Name: was.Name, ID: was.ID, Notices: []plan.Notice{{About: plan.Gone, Kind: resource.Organization.Name}}})
		}
	}
	f.plan = plan.New(found)
	f.plan.Check(f.maxDeletes)
	return f
}

// nobodyIsSet tells whether no organization has a credential.
func nobodyIsSet(targets []apply.Target) bool {
	return !slices.ContainsFunc(targets, func(t apply.Target) bool { return !t.Account.Missing })
}
