package resource

import (
	"context"
	"slices"
	"strings"

	"atlas-gitops/schema"
)

// Kind is one kind of object in an organization, and how to read and write it in Atlas. Its fields, and how they are managed, are in
// its schema.
type Kind struct {
	Name string // the same word in YAML, schema, plan and file name
	Key  string // the property that identifies an object; "" if an organization has exactly one object
	Refs []Ref  // the fields that refer to other objects

	// Presence returns the presence of a live object; nil: all are Active.
	Presence func(live Object) Presence

	// HandsOut reports whether the answer to the creation of the object contains a new credential; nil: never.
	HandsOut func(want Object) bool

	// Read returns all objects of the organization. Fields that need a separate request for each object are read only for the
	// objects in want.
	Read func(ctx context.Context, s *Session, org string, want []Object) ([]Object, error)

	// Look returns the object of a step with all its fields, or nil if it does not exist. of has the key, the id and the spelling if
	// they are known, and the fields that the step is about. In these fields, references are names; in others they may be ids.
	Look func(ctx context.Context, s *Session, org string, of Object) (*Object, error)

	// The operations; nil for one that Atlas, or this program, does not have. They replace names in want by ids, through the session.
	//
	// Create makes an object with one request. It returns the credential in the answer, even together with an error. It leaves to
	// Update everything that needs other requests, and returns the object without that. So a run that ended between the requests is
	// completed in the same way.
	//
	// Update changes the fields of want, which has only fields that differ. Create and Update return the object as Atlas's answer
	// shows it, or nil if the object must be read again to be sure.
	Create func(ctx context.Context, s *Session, org string, want Object) (Created, error)
	Update func(ctx context.Context, s *Session, org string, have, want Object) (*Object, error)
	Delete func(ctx context.Context, s *Session, org string, have Object) error
}

// Created is what a creation returns.
type Created struct {
	Object     *Object     // as Atlas's answer shows it; nil if it must be read again
	Credential *Credential // the new credential, which Atlas shows only this once; nil if there is none
}

// field returns the schema annotations of a field.
func (k *Kind) field(name string) schema.Field { return schema.SectionOf(k.Name).Fields[name] }

// IsMap reports whether a field is a map with free keys. A map is managed in full, as lists are: an entry that is not in the tree is
// removed. Other objects are records: a part that is not in the tree is left alone.
func (k *Kind) IsMap(field string) bool { return k.field(field).IsMap }

// IsDeferred reports whether a new value of a field must be applied after everything else in the organization.
func (k *Kind) IsDeferred(field string, value any) bool { return k.field(field).IsDeferred(value) }

// IsPeople reports whether the objects are people: their key is an e-mail address. A person whom one such kind lists is not removed by
// another one.
func (k *Kind) IsPeople() bool { return k.Key != "" && k.field(k.Key).IsEmail }

// ReadRole returns the least role that can read these objects. Writing needs ORG_OWNER.
func (k *Kind) ReadRole() string { return strings.Join(schema.SectionOf(k.Name).ReadRoles, " or ") }

// Can reports whether the kind has the operation: create, update or delete.
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

// Kinds lists every kind in the order of dependencies: a kind comes after the kinds that it refers to. Writes use this order,
// deletions use the reverse order.
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

// onlyOne returns a list with this object.
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
