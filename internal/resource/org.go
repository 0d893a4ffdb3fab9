package resource

import (
	"cmp"

	"atlas-gitops/internal/natural"
)

// OrgRef identifies an organization: by its id, or without an id by its name and its credential.
type OrgRef struct {
	Name        string
	ID          string // "" if the name identifies it
	Credentials string // the name of the credential; "" for the default one
}

// Key returns a value that is unique in a tree or plan. If there is an id, it has only that.
func (r OrgRef) Key() OrgRef {
	if r.ID != "" {
		return OrgRef{ID: r.ID}
	}
	return r
}

// Compare compares the natural order of names, and then ids.
func (r OrgRef) Compare(other OrgRef) int {
	return cmp.Or(natural.Compare(r.Name, other.Name), cmp.Compare(r.ID, other.ID))
}

// IsCalled reports whether a word is the name or the id of the organization.
func (r OrgRef) IsCalled(word string) bool {
	return word != "" && (r.Name == NormalizeName(word) || r.ID == word)
}

// OrgIndex finds organizations of one tree or plan in another one, even if only one of the two has the id.
type OrgIndex[T any] struct {
	byID           map[string]T
	noID, withAnID map[OrgRef]T // by name and credential
}

// NewOrgIndex returns an index of organizations. ref identifies each one. If several are the same, the first counts.
func NewOrgIndex[T any](all []T, ref func(T) OrgRef) OrgIndex[T] {
	x := OrgIndex[T]{map[string]T{}, map[OrgRef]T{}, map[OrgRef]T{}}
	for _, one := range all {
		r := ref(one)
		name := OrgRef{Name: r.Name, Credentials: r.Credentials}
		if r.ID != "" {
			put(x.byID, r.ID, one)
			put(x.withAnID, name, one)
		} else {
			put(x.noID, name, one)
		}
	}
	return x
}

func put[K comparable, T any](m map[K]T, key K, value T) {
	if _, known := m[key]; !known {
		m[key] = value
	}
}

// Find returns the organization with the same id. If there is none, it returns the one with the same name and credential, provided
// that at least one of the two has no id.
func (x OrgIndex[T]) Find(r OrgRef) (found T, ok bool) {
	name := OrgRef{Name: r.Name, Credentials: r.Credentials}
	if r.ID != "" {
		if found, ok = x.byID[r.ID]; ok {
			return found, true
		}
		found, ok = x.noID[name]
		return found, ok
	}
	if found, ok = x.noID[name]; ok {
		return found, true
	}
	found, ok = x.withAnID[name]
	return found, ok
}

// Desired is the desired state of an organization.
type Desired struct {
	OrgRef
	Want     State
	Additive map[string]bool // the kinds whose unlisted objects stay
	Delete   bool            // the organization must be deleted
	Create   Fields          // how to create the organization if it does not exist; nil: do not create it
}

// IsNew reports whether the organization may have to be created.
func (d Desired) IsNew() bool { return d.Create != nil && d.ID == "" }
