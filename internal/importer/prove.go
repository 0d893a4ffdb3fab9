package importer

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"atlas-gitops/internal/adopt"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// prove compares the tree with the new files with what was read: a plan over it must have no steps, except for what the report says was
// left. An organization with other steps fails. The organizations that the tree had before must stay as they are.
func (i *newImport) prove(ctx context.Context) error {
	for {
		tree, err := i.withDocuments()
		switch {
		case err != nil:
			return err
		case i.proveEach(ctx, tree):
			continue
		case i.defaults != nil && !isSame(i.existing, tree.Orgs):
			return errors.New("a bug in atlas-gitops: the new defaults would change an organization of the tree, so nothing was written; run it again without --common")
		}
		return nil
	}
}

// proveEach proves the new organizations. It returns true if it left out a section, so that the tree must be read again.
func (i *newImport) proveEach(ctx context.Context, tree *reconcile.Tree) (again bool) {
	for _, o := range i.newOrgs {
		if o.text == nil {
			continue
		}
		planned, err := o.live.Plan(ctx, byID(tree, o.ID).Desired)
		steps := slices.DeleteFunc(planned.Steps, adopt.IsInherited)
		switch {
		case len(unknownIn(err)) > 0 && o.leaveOut(i.order, unknownIn(err)):
			again = true
		case err != nil:
			o.fail(fmt.Errorf("a plan over the new file fails: %w", err))
		case len(steps) > 0:
			o.fail(&adopt.FaultError{Steps: steps})
		}
	}
	return again
}

// unknownIn returns the first reference in each section to something that the credential cannot see, such as a project. It returns nil for
// any other error.
func unknownIn(err error) map[string]error {
	why := map[string]error{}
	for _, one := range reconcile.Split(err) {
		var unknown *resource.ReferenceError
		if !errors.As(one, &unknown) || len(unknown.IDs) > 0 {
			return nil
		}
		if why[unknown.Kind] == nil {
			why[unknown.Kind] = one
		}
	}
	return why
}

// isSame reports whether organizations are described in the same way, and at the same places, in another tree.
func isSame(orgs, other []*spec.Org) bool {
	index := resource.NewOrgIndex(other, func(o *spec.Org) resource.OrgRef { return o.OrgRef })
	for _, o := range orgs {
		if now, ok := index.Find(o.OrgRef); !ok || o.Start() != now.Start() || !reflect.DeepEqual(o.Desired, now.Desired) {
			return false
		}
	}
	return true
}
