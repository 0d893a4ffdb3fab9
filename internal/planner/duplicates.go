package planner

import (
	"context"
	"fmt"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// Other is an organization that the tree describes and that nobody works on in this run.
type Other struct {
	resource.OrgRef
	IsNew   bool // it may be one that is still to be created
	Account func() *resource.Account
}

// DuplicateOrgError says that a target turned out to mean the same live organization as another one, or to be created under
// the same name.
type DuplicateOrgError struct {
	ID    string // "" for organizations that are to be created
	Other int    // the index of the other one: of a target or, behind all targets, of the rest of the tree
	Maybe bool   // it is not known, since the credential of the other one is not set
}

func (e *DuplicateOrgError) Error() string {
	switch {
	case e.ID == "":
		return "an organization of that name would be created twice"
	case e.Maybe:
		return fmt.Sprintf("the live organization %s may be described twice", e.ID)
	}
	return fmt.Sprintf("the live organization %s is described twice", e.ID)
}

// rejectDuplicates leaves nothing to do in organizations that are wanted to be two different things.
func rejectDuplicates(orgs []plan.Org, errs []error) {
	first := map[string]int{}
	for i, org := range orgs {
		identity := org.ID
		if org.Creates() {
			identity = "new " + org.Name // whatever their credentials, nobody could tell two apart
		}
		j, duplicate := first[identity]
		switch {
		case identity == "":
		case duplicate:
			errs[i], errs[j] = &DuplicateOrgError{ID: org.ID, Other: j}, &DuplicateOrgError{ID: org.ID, Other: i}
			orgs[i].Steps, orgs[j].Steps = nil, nil
		default:
			first[identity] = i
		}
	}
}

// clash returns a [DuplicateOrgError] if the rest of the tree has the live organization, too: by its id, or without one by the
// name that it has now. The rest is numbered from offset on.
func (l liveOrg) clash(ctx context.Context, others []Other, offset int) error {
	for i, o := range others {
		same, known := l.ID != "" && o.ID == l.ID, true
		if l.liveName != "" && o.ID == "" && o.Name == l.liveName && !o.IsNew {
			same, known = o.means(ctx, l.ID)
		}
		if same {
			return &DuplicateOrgError{ID: l.ID, Other: offset + i, Maybe: !known}
		}
	}
	return nil
}

// means tells whether the credential of an organization without an id leads to the one with that id. What is not known
// counts as if it did.
func (o Other) means(ctx context.Context, id string) (same, known bool) {
	account := o.Account()
	if account.Err != nil {
		return true, false
	}
	found, err := account.Find(ctx, o.Name)
	return err == nil && found.ID == id, true
}
