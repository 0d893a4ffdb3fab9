// Package resource defines the kinds of objects in an Atlas organization, and how to read and write each kind.
package resource

import (
	"fmt"
	"time"
)

// Fields are the properties of one object as plain JSON: nil, bool, [json.Number], string, []any and map[string]any.
// An absent key means nothing about the property; a nil value means that it is unset.
type Fields = map[string]any

// Object is one object of an organization.
type Object struct {
	Key    string // identifies it among the objects of its kind; "" if an organization has exactly one
	ID     string // the id in Atlas, used in paths and never compared
	Fields Fields

	Spelling string // the key of a live object, or the name of an organization, as Atlas writes it

	// Unknown marks a live object with unknown fields, because the organization does not exist yet, or because the earlier
	// version of a tree does not describe it.
	Unknown bool

	ExpiredAt time.Time // when the invitation of a person expired; zero for other objects, or if Atlas does not show it
}

// Credential is a credential that Atlas shows only once, in the answer that creates it.
type Credential struct {
	ID     string // a public key, or the client id of a service account
	Secret Secret
}

// Format writes only the id. The methods of Secret are not enough: for a pointer and some verbs, package fmt does not call the methods
// of fields.
func (c Credential) Format(w fmt.State, _ rune) { fmt.Fprintf(w, "{%s (secret)}", c.ID) }

// Secret is a text that package fmt and package json never print.
type Secret string

func (Secret) Format(w fmt.State, _ rune)   { fmt.Fprint(w, "(secret)") }
func (Secret) MarshalText() ([]byte, error) { return []byte("(secret)"), nil }

// State has all objects of one organization by the name of their kind. A kind that is absent is unknown or unmanaged. A kind with an
// empty list has no objects.
type State map[string][]Object

// Find returns the object of the kind with this key, or nil.
func (s State) Find(kind, key string) *Object { return find(s[kind], key) }

// Index has the objects of a state by kind and key. Use it to find many objects.
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

// Find returns the object of the kind with this key, or nil.
func (x Index) Find(kind, key string) *Object { return x[kind][key] }
