// Package resource says what an Atlas organization consists of, kind by kind, and how Atlas reads and writes each kind.
package resource

import (
	"fmt"
	"time"
)

// Fields are the properties of one object as plain JSON: nil, bool, [json.Number], string, []any and map[string]any.
// A key that is absent says nothing about the property; a nil value says that it is unset.
type Fields = map[string]any

// Object is one thing that an organization has.
type Object struct {
	Key    string // tells it from others of its kind; "" when an organization has just one
	ID     string // Atlas's handle, used in paths and never compared
	Fields Fields

	Spelling string // the key of a live object, or the name of an organization, as Atlas writes it

	// Unknown marks a live object whose fields are unknown, because the organization does not exist yet, or because the earlier
	// version of a tree does not describe it.
	Unknown bool

	ExpiredAt time.Time // when the invitation of a person expired; zero for all else, and where Atlas does not say
}

// Credential is access that Atlas shows once, when it creates it.
type Credential struct {
	ID     string // a public key, or the id of a service account
	Secret Secret
}

// Format shows the id alone. Package fmt asks no type further inside when a verb does not fit a pointer.
func (c Credential) Format(w fmt.State, _ rune) { fmt.Fprintf(w, "{%s (secret)}", c.ID) }

// Secret is text that neither package fmt nor JSON shows.
type Secret string

func (Secret) Format(w fmt.State, _ rune)   { fmt.Fprint(w, "(secret)") }
func (Secret) MarshalText() ([]byte, error) { return []byte("(secret)"), nil }

// State holds all objects of one organization by the name of their kind.
// A kind that is absent is unknown or unmanaged; a kind with no objects is known or wanted to have none.
type State map[string][]Object

// Find returns the object of the kind with that key, or nil.
func (s State) Find(kind, key string) *Object { return find(s[kind], key) }

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
