package apply

import (
	"context"
	"fmt"

	"atlas-gitops/internal/plan"
)

// Other is an organization that the tree describes and that nobody works on in this run.
type Other struct {
	Name    string
	ID      string // "" where its name says which one is meant
	Creates bool   // it may be one that is still to be created
	Account func() *Account
}

// TwinError says that a target turned out to mean the same live organization as another one, or to be created under the
// same name.
type TwinError struct {
	ID    string // "" for organizations that are to be created
	Other int    // the index of the other one: of a target or, behind all targets, of the rest of the tree
	Maybe bool   // it is not known, since the credential of the other one is not set
}

func (e *TwinError) Error() string {
	switch {
	case e.ID == "":
		return "an organization of that name would be created twice"
	case e.Maybe:
		return fmt.Sprintf("the live organization %s may be described twice", e.ID)
	}
	return fmt.Sprintf("the live organization %s is described twice", e.ID)
}

// rejectTwins leaves nothing to do in organizations that are wanted to be two different things.
func rejectTwins(orgs []plan.Org, errs []error) {
	first := map[string]int{}
	for i, org := range orgs {
		identity := org.ID
		if org.Creates() {
			identity = "new " + org.Name
		}
		j, twin := first[identity]
		switch {
		case identity == "":
		case twin:
			errs[i], errs[j] = &TwinError{ID: org.ID, Other: j}, &TwinError{ID: org.ID, Other: i}
			orgs[i].Steps, orgs[j].Steps = nil, nil
		default:
			first[identity] = i
		}
	}
}

// clash returns a [TwinError] if the rest of the tree has the live organization, too: by its id, or without one by the name
// that it has now. The rest is numbered from offset on.
func (s surveyed) clash(ctx context.Context, rest []Other, offset int) error {
	for i, o := range rest {
		same, known := s.ID != "" && o.ID == s.ID, true
		if s.live != "" && o.ID == "" && o.Name == s.live && !o.Creates {
			same, known = o.means(ctx, s.ID)
		}
		if same {
			return &TwinError{ID: s.ID, Other: offset + i, Maybe: !known}
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
	return err == nil && found == id, true
}
