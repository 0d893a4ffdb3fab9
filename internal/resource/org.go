package resource

// OrgRef says which organization is meant: by its id, or without one by its name and the credential that sees it.
type OrgRef struct {
	Name        string
	ID          string // "" where the name says which one
	Credentials string // the name of the credential; "" for the unnamed one
}

// Key returns what tells the organization from all others of one tree or plan: of one with an id that, and nothing else.
func (r OrgRef) Key() OrgRef {
	if r.ID != "" {
		return OrgRef{ID: r.ID}
	}
	return r
}

// IsCalled tells whether a word names the organization: its name or its id.
func (r OrgRef) IsCalled(word string) bool {
	return word != "" && (r.Name == NormalizeName(word) || r.ID == word)
}

// OrgIndex finds an organization of one tree or plan in another, even if only one of them has its id.
type OrgIndex[T any] struct {
	byID           map[string]T
	noID, withAnID map[OrgRef]T // by name and credential
}

// NewOrgIndex returns an index of organizations. Ref says which organization one is. Of several that are the same, the first
// counts.
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

// Find returns the organization that is meant, if there is one: that with the same id; otherwise, where one of the two has
// none, that of the same name and credential.
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

// Desired is one organization as somebody wants it.
type Desired struct {
	OrgRef
	Want     State
	Additive map[string]bool // the kinds of which only what is listed is managed
	Delete   bool            // the organization is to be deleted
	Create   Fields          // how to create it, if it does not exist; nil: not at all
}

// IsNew tells whether the organization may still have to be created.
func (d Desired) IsNew() bool { return d.Create != nil && d.ID == "" }
