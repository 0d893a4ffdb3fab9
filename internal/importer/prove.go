package importer

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"atlas-gitops/internal/adopt"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// prove compares the tree with the new files with what was read: a plan over it must have no steps, except for what the report says was
// left. An organization with other steps fails. The organizations that the tree had before must stay as they are.
func (i *newImport) prove(ctx context.Context) error {
	tree, err := i.withDocuments()
	if err != nil {
		return err
	}
	for _, o := range i.newOrgs {
		if o.text == nil {
			continue
		}
		planned, err := o.live.Plan(ctx, byID(tree, o.ID).Desired)
		steps := slices.DeleteFunc(planned.Steps, adopt.IsInherited)
		switch {
		case err != nil:
			o.fail(fmt.Errorf("a plan over the new file fails: %w", err))
		case len(steps) > 0:
			o.fail(&adopt.FaultError{Steps: steps})
		}
	}
	if i.defaults != nil && !isSame(i.existing, tree.Orgs) {
		return errors.New("a bug in atlas-gitops: the new defaults would change an organization of the tree, so nothing was written; run it again without --common")
	}
	return nil
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
