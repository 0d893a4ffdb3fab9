package reconcile

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/suggest"
)

// Visible is an organization that a credential can see.
type Visible struct {
	resource.OrgRef // with the name of the credential
	Self            resource.Object
	Account         *resource.Account
}

// CredentialProblem says why credentials cannot be used: several, if the reason is the same.
type CredentialProblem struct {
	Names []string // "" for the credential without a name
	Err   error    // that of the first one
}

func (e *CredentialProblem) Error() string {
	switch {
	case len(e.Names) > 1:
		return fmt.Sprintf("%d credentials (%s): %s", len(e.Names), suggest.JoinSome(shownNames(e.Names)), e.Err)
	case e.Names[0] == "":
		return e.Err.Error()
	}
	return "credentials: " + e.Names[0] + ": " + e.Err.Error()
}
func (e *CredentialProblem) Unwrap() error { return e.Err }

func shownNames(names []string) []string {
	shown := slices.Clone(names)
	for i, name := range shown {
		shown[i] = cmp.Or(name, "the one without a name")
	}
	return shown
}

// credentialProblems returns the problems of the credentials with these names, and one problem for all that have the same.
func credentialProblems(names []string, errs []error) error {
	var all []error
	first := map[string]*CredentialProblem{}
	for i, err := range errs {
		if err == nil {
			continue
		}
		text, _ := common(resource.Explain(err), resource.OrgRef{Credentials: names[i]})
		if same := first[text]; same != nil {
			same.Names = append(same.Names, names[i])
			continue
		}
		first[text] = &CredentialProblem{names[i : i+1 : i+1], err}
		all = append(all, first[text])
	}
	return errors.Join(all...)
}

// FindVisible returns the organizations that the credentials of the environment can see, in the natural order of their names. If several
// credentials see an organization, the first name counts. The error joins a [CredentialProblem] for each credential that cannot be used.
func FindVisible(ctx context.Context, c *Connection, parallel int) (all []Visible, err error) {
	names := c.keyring.names()
	if len(names) == 0 {
		if err := c.account(resource.OrgRef{}).Err; err != nil {
			return nil, fmt.Errorf("%w, or name a file with --credentials-file", err)
		}
		return nil, nil
	}
	accounts, found, errs := make([]*resource.Account, len(names)), make([][]resource.Object, len(names)), make([]error, len(names))
	for i, name := range names {
		accounts[i] = c.account(resource.OrgRef{Credentials: name})
	}
	defer planner.LogIn(ctx, parallel, accounts)()
	planner.InParallel(parallel, len(names), func(i int) {
		if errs[i] = accounts[i].Err; errs[i] == nil {
			found[i], errs[i] = accounts[i].Organizations(ctx)
		}
	})
	if ctx.Err() != nil {
		return nil, c.Ended(ctx)
	}
	seen := map[string]bool{}
	for i, name := range names {
		for _, self := range found[i] {
			if !seen[self.ID] {
				seen[self.ID] = true
				all = append(all, Visible{resource.OrgRef{Name: fmt.Sprint(self.Fields["name"]), ID: self.ID, Credentials: name}, self, accounts[i]})
			}
		}
	}
	slices.SortFunc(all, func(a, b Visible) int { return a.Compare(b.OrgRef) })
	return all, credentialProblems(names, errs)
}

// ReadSections reads sections of organizations, several at once. Results and errors have the indexes of the organizations.
func ReadSections(ctx context.Context, c *Connection, orgs []Visible, sections []string, parallel int) ([]planner.Live, []error) {
	lives, errs := make([]planner.Live, len(orgs)), make([]error, len(orgs))
	c.observer.Begin(Reading, Work{Orgs: len(orgs)})
	planner.InParallel(parallel, len(orgs), func(i int) {
		lives[i], errs[i] = planner.ReadSections(ctx, orgs[i].Account, orgs[i].Self, sections)
		c.observer.OrgRead()
	})
	c.observer.End()
	return lives, errs
}

// LiveID returns the id of the live organization that an organization of the tree means. known is false if its credential cannot be used.
func LiveID(ctx context.Context, c *Connection, r resource.OrgRef) (id string, known bool) {
	account := c.account(r)
	switch {
	case r.ID != "":
		return r.ID, true
	case account.Err != nil:
		return "", false
	}
	found, err := account.Find(ctx, r.Name)
	none := (*resource.NotFoundError)(nil)
	return found.ID, err == nil || errors.As(err, &none)
}
