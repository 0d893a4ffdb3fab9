// Package resource says what an Atlas organization consists of, kind by kind, and how Atlas reads and writes each kind.
package resource

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"atlas-gitops/schema"
)

// Fields are the properties of one object as plain JSON: nil, bool, [json.Number], string, []any and map[string]any.
// A key that is absent says nothing about the property; a nil value says that it is unset.
type Fields = map[string]any

// Object is one thing that an organization has.
type Object struct {
	Key    string // tells it from others of its kind; "" when an organization has just one
	ID     string // Atlas's handle, used in paths and never compared
	Fields Fields

	Spelling string // the key of a live object as Atlas writes it

	// Unknown marks what an organization will have that does not exist yet: nobody knows what it will hold.
	Unknown bool

	ExpiredAt  time.Time   // when the invitation of a person expired; zero for all else, and where Atlas does not say
	Credential *Credential // that Atlas handed out for an organization that was just created; nil for none
}

// Credential is access to an organization that Atlas shows once, when it creates the organization.
type Credential struct {
	ID     string // a public key, or the id of a service account
	Secret Secret
}

// Secret is text that neither package fmt nor JSON shows.
type Secret string

func (Secret) Format(w fmt.State, _ rune)   { fmt.Fprint(w, "(secret)") }
func (Secret) MarshalText() ([]byte, error) { return []byte("(secret)"), nil }

// State holds all objects of one organization by the name of their kind.
// A kind that is absent is unknown or unmanaged; a kind with no objects is known or wanted to have none.
type State map[string][]Object

// Find returns the object of the kind with that key, or nil.
func (s State) Find(kind, key string) *Object {
	i := slices.IndexFunc(s[kind], func(o Object) bool { return o.Key == key })
	if i < 0 {
		return nil
	}
	return &s[kind][i]
}

// Index has the objects of a state by kind and key, where many are looked up.
type Index map[string]map[string]*Object

// Index returns the index of a state.
func (s State) Index() Index {
	all := Index{}
	for kind, objects := range s {
		all[kind] = make(map[string]*Object, len(objects))
		for i, o := range objects {
			if all[kind][o.Key] == nil {
				all[kind][o.Key] = &objects[i]
			}
		}
	}
	return all
}

// Find returns the object of the kind with that key, or nil.
func (x Index) Find(kind, key string) *Object { return x[kind][key] }

// Kind is one sort of thing that an organization has, and how Atlas reads and writes it.
// A verb that Atlas does not have is nil.
type Kind struct {
	Name string // the same word in YAML, schema, plan and file name
	Key  string // the property that identifies an object; "" when an organization has just one

	// Presence tells how far a live object is there; nil: all are Active.
	Presence func(live Object) Presence

	// Resolve returns want with its references to other things (teams, projects) as names, whether they were
	// written as names or as ids. References to nothing are a [ReferenceError] each, joined.
	Resolve func(ctx context.Context, api API, org string, want []Object) ([]Object, error)

	Read   func(ctx context.Context, api API, org string) ([]Object, error)
	Delete func(ctx context.Context, api API, org string, have Object) error

	// Create makes an object, and Update changes what want holds, which is only what differs. They return the object as
	// Atlas's answer shows it, or nil for one that has to be read again to be sure of it.
	Create func(ctx context.Context, api API, org string, want Object) (*Object, error)
	Update func(ctx context.Context, api API, org string, have, want Object) (*Object, error)
}

// field returns what the schema says of a field.
func (k *Kind) field(name string) schema.Field { return schema.SectionOf(k.Name).Fields[name] }

// IsMap tells whether a field's keys are free. It is managed in full, as lists are: an entry that is not written is removed.
// Other objects are records: a part that is not written is left alone.
func (k *Kind) IsMap(field string) bool { return k.field(field).IsMap }

// IsLast tells whether a field's new value has to wait until everything else in the organization is done.
func (k *Kind) IsLast(field string, value any) bool { return k.field(field).IsLast(value) }

// IsPeople tells whether the objects are people: their key is an e-mail address. Whoever one such kind lists is not removed
// by another.
func (k *Kind) IsPeople() bool { return k.Key != "" && k.field(k.Key).IsEmail }

// ReadRole returns the least role that Atlas shows these objects to. Whoever writes them needs ORG_OWNER.
func (k *Kind) ReadRole() string { return strings.Join(schema.SectionOf(k.Name).ReadRoles, " or ") }

// Can tells whether Atlas, and we, have the verb for the kind: create, update or delete.
func (k *Kind) Can(verb string) bool {
	switch verb {
	case "create":
		return k.Create != nil
	case "update":
		return k.Update != nil
	case "delete":
		return k.Delete != nil
	}
	return false
}

// API is all that a kind may do to the world. Paths start behind the version prefix (/orgs/…) and are escaped.
type API interface {
	// Do sends in as JSON unless it is nil and decodes the answer into out unless it is nil, numbers as [json.Number].
	Do(ctx context.Context, method, path string, in, out any) error
	// All yields the entries of a paged list once the whole list was read, or nothing but an error.
	All(ctx context.Context, path string) iter.Seq2[Fields, error]
}

// Kinds lists every kind in the order in which they depend on each other: writes go forward, deletes go back.
var Kinds = []*Kind{
	Organization,
	Settings,
	Invitations,
	Members,
}

// ByName returns the kind with that name, or nil.
func ByName(name string) *Kind {
	i := slices.IndexFunc(Kinds, func(k *Kind) bool { return k.Name == name })
	if i < 0 {
		return nil
	}
	return Kinds[i]
}
