package planner

import (
	"context"
	"fmt"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// Other is an organization of the tree that is not a target of this run.
type Other struct {
	resource.OrgRef
	IsNew   bool // it may still have to be created
	Account func() *resource.Account
}

// DuplicateOrgError means that two organizations of the tree are the same live organization, or would be created with the same
// name.
type DuplicateOrgError struct {
	ID    string // "" for new organizations
	Other int    // the index of the other one in the list of the targets, followed by the rest of the tree
	Maybe bool   // it is unknown whether they are the same, because the credential of the other one cannot be used
}

func (e *DuplicateOrgError) Error() string {
	switch {
	case e.ID == "":
		return "an organization with this name would be created twice"
	case e.Maybe:
		return fmt.Sprintf("the live organization %s may be described twice", e.ID)
	}
	return fmt.Sprintf("the live organization %s is described twice", e.ID)
}

// Advice says what to do next.
func (e *DuplicateOrgError) Advice() string {
	if e.Maybe {
		return "write the id in the other document, too, so that this run can tell whether both mean the same organization"
	}
	return "remove one of the two"
}

// RejectDuplicates removes the steps of organizations that the tree describes twice, and sets their errors.
func RejectDuplicates(orgs []plan.Org, errs []error) {
	first := map[string]int{}
	for i, org := range orgs {
		identity := org.ID
		if org.Creates() {
			identity = "new " + org.Name // without the credentials: in Atlas, two organizations with the same name look the same
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

// clash returns a [DuplicateOrgError] if the rest of the tree also describes the live organization: by its id, or without an id by
// its live name. The indexes of the rest begin at offset.
func (l liveOrg) clash(ctx context.Context, others []Other, offset int) error {
	for i, o := range others {
		same, known := l.ID != "" && o.ID == l.ID, true
		if l.live.Name != "" && o.ID == "" && o.Name == l.live.Name && !o.IsNew {
			same, known = o.means(ctx, l.ID)
		}
		if same {
			return &DuplicateOrgError{ID: l.ID, Other: offset + i, Maybe: !known}
		}
	}
	return nil
}

// means asks Atlas, with the credential of an organization without an id, whether its name belongs to this id. If the credential
// cannot be used, same is true and known is false.
func (o Other) means(ctx context.Context, id string) (same, known bool) {
	account := o.Account()
	if account.Err != nil {
		return true, false
	}
	found, err := account.Find(ctx, o.Name)
	return err == nil && found.ID == id, true
}
