package resource

import (
	"context"
	"slices"
	"strings"

	"atlas-gitops/schema"
)

// Kind is one sort of thing that an organization has, and how Atlas reads and writes it. Which fields it has, and how they
// are kept, is in its schema.
type Kind struct {
	Name string // the same word in YAML, schema, plan and file name
	Key  string // the property that identifies an object; "" when an organization has just one
	Refs []Ref  // the fields that refer to other things

	// Presence tells how far a live object is there; nil: all are Active.
	Presence func(live Object) Presence

	// HandsOut tells whether Atlas hands out a credential when it creates the object; nil: never.
	HandsOut func(want Object) bool

	// Read returns all objects that the organization has. What takes requests of its own for each object is read only for those
	// in want, by their keys.
	Read func(ctx context.Context, s *Session, org string, want []Object) ([]Object, error)

	// Look returns the object of a step with all its fields, or nil if there is none. Of has the key, the id if it is known, and
	// the fields that the step is about.
	Look func(ctx context.Context, s *Session, org string, of Object) (*Object, error)

	// The verbs; nil for one that Atlas, or we, do not have. Names in want become ids here, through the session.
	//
	// Create makes an object with one request, and returns the credential that Atlas hands out, also beside an error. It leaves to
	// Update what takes other requests, and returns the object without that. So a run that ended between the requests is completed
	// in the same way.
	//
	// Update changes what want holds, which is only what differs. Both return the object as Atlas's answer shows it, or nil for one
	// that has to be read again to be sure of it.
	Create func(ctx context.Context, s *Session, org string, want Object) (Created, error)
	Update func(ctx context.Context, s *Session, org string, have, want Object) (*Object, error)
	Delete func(ctx context.Context, s *Session, org string, have Object) error
}

// Created is what a creation returns.
type Created struct {
	Object     *Object     // as Atlas's answer shows it; nil for one that has to be read again
	Credential *Credential // that Atlas handed out, this once; nil for none
}

// field returns what the schema says of a field.
func (k *Kind) field(name string) schema.Field { return schema.SectionOf(k.Name).Fields[name] }

// IsMap tells whether a field's keys are free. It is managed in full, as lists are: an entry that is not written is removed.
// Other objects are records: a part that is not written is left alone.
func (k *Kind) IsMap(field string) bool { return k.field(field).IsMap }

// IsDeferred tells whether a field's new value has to wait until everything else in the organization is done.
func (k *Kind) IsDeferred(field string, value any) bool { return k.field(field).IsDeferred(value) }

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

// Kinds lists every kind in the order in which they depend on each other: what others refer to comes before them. Writes go
// forward, deletes go back.
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

// onlyOne returns the only object of a kind as a list.
func onlyOne(o *Object, err error) ([]Object, error) {
	if err != nil {
		return nil, err
	}
	return []Object{*o}, nil
}

// find returns the object with the key, or nil.
func find(objects []Object, key string) *Object {
	i := slices.IndexFunc(objects, func(o Object) bool { return o.Key == key })
	if i < 0 {
		return nil
	}
	return &objects[i]
}
