package resource

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"atlas-gitops/internal/natural"
	"atlas-gitops/internal/suggest"
)

// Account is a credential, and what Atlas shows it.
type Account struct {
	API     API
	Err     error // why the credential cannot be used; then API is nil
	Missing bool  // Err means that the credential is not set
	IsKey   bool  // the credential is an API key, not a service account

	// Login logs in ahead of the first request, which then needs no other round trip. It reports no error: the first request does. nil:
	// only requests log in.
	Login func(context.Context)

	once    sync.Once
	visible []Object
	names   []string // of the visible organizations, sorted
	err     error

	mu   sync.Mutex
	read map[string]bool // the ids of the organizations that the credential has read
}

// RecordRead records that the credential has read the organization with this id, which shows that it belongs to it.
func (a *Account) RecordRead(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.read == nil {
		a.read = map[string]bool{}
	}
	a.read[id] = true
}

func (a *Account) hasRead(id string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.read[id]
}

// Organizations returns all organizations that the credential can see. It sends the request only once.
func (a *Account) Organizations(ctx context.Context) ([]Object, error) {
	a.once.Do(func() {
		a.visible, a.err = Organizations(ctx, a.API)
		a.names = OrgNames(a.visible)
	})
	return a.visible, a.err
}

// OrgNames returns the names of organizations in natural order.
func OrgNames(orgs []Object) []string {
	all := make([]string, len(orgs))
	for i, o := range orgs {
		all[i] = fmt.Sprint(o.Fields["name"])
	}
	slices.SortFunc(all, natural.Compare)
	return all
}

// Find returns the only visible organization with exactly this name, or a [NotFoundError].
func (a *Account) Find(ctx context.Context, name string) (found Object, err error) {
	visible, err := a.Organizations(ctx)
	if err != nil {
		return found, err
	}
	var ids []string
	for _, o := range visible {
		if o.Fields["name"] == name {
			found, ids = o, append(ids, o.ID)
		}
	}
	if len(ids) == 1 {
		return found, nil
	}
	slices.Sort(ids)
	return Object{}, &NotFoundError{name, ids, a.names}
}

// CheckOwner returns a [WrongOrgError] if the credential does not belong to the organization. Call it before the first write. It asks
// Atlas only if the credential has not read the organization yet.
func (a *Account) CheckOwner(ctx context.Context, id string) error {
	switch {
	case a.Err != nil:
		return a.Err
	case a.hasRead(id):
		return nil
	}
	visible, err := a.Organizations(ctx)
	if err != nil || slices.ContainsFunc(visible, func(o Object) bool { return o.ID == id }) {
		return err
	}
	return &WrongOrgError{id, a.names}
}

// NotFoundError means that a credential can see no organization with this name, or several. The text leaves out the name, because the
// output already begins with it.
type NotFoundError struct {
	Name    string
	IDs     []string // of the organizations that share the name
	Visible []string // the names of all visible organizations
}

func (e *NotFoundError) Error() string {
	if len(e.IDs) > 0 {
		return "GET /orgs: several organizations have this name; write the id of one of them in the tree: " + suggest.JoinSome(e.IDs)
	}
	return "GET /orgs: no organization has this name"
}

// Advice says what to do next.
func (e *NotFoundError) Advice() string {
	switch {
	case len(e.IDs) > 0:
		return ""
	case len(e.Visible) == 0:
		return "the credential cannot see any organization; correct credentials, or add create to create the organization"
	}
	if near := suggest.Nearest(e.Name, e.Visible); near != "" && suggest.Differing(e.Name, near) != "" {
		return suggest.DidYouMean(e.Name, e.Visible)
	}
	return "the credential sees: " + suggest.JoinSome(e.Visible) + "; correct name or credentials"
}

// WrongOrgError means that a credential belongs to another organization.
type WrongOrgError struct {
	ID      string   // of the organization in the tree
	Visible []string // the names of the organizations that the credential belongs to
}

func (e *WrongOrgError) Error() string {
	return fmt.Sprintf("GET /orgs: the credential does not belong to the organization %s", e.ID)
}

// Advice says what to do next.
func (e *WrongOrgError) Advice() string {
	if len(e.Visible) == 0 {
		return "it cannot see any organization; correct credentials"
	}
	return "it belongs to: " + suggest.JoinSome(e.Visible) + "; correct id or credentials"
}
