package plan

import (
	"time"

	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/safetext"
)

// Op is what a step does to an object.
type Op string

const (
	Create Op = "create"
	Update Op = "update"
	Delete Op = "delete"
)

// Symbol returns the operation as one character: +, ~ or -.
func (op Op) Symbol() string {
	switch op {
	case Create:
		return "+"
	case Update:
		return "~"
	}
	return "-"
}

// Step changes one object from Before to After. A creation has no Before, and a deletion has no After. An update has only the fields
// that differ. A nil value means that the field is unset.
type Step struct {
	Op             Op                `json:"op"`
	Kind           string            `json:"kind"`
	Key            string            `json:"key,omitzero"`
	ID             string            `json:"id,omitzero"` // the id of the object in Atlas, if it exists
	Before         resource.Fields   `json:"before,omitzero"`
	After          resource.Fields   `json:"after,omitzero"`
	Source         *Source           `json:"source,omitzero"`
	Sources        map[string]Source `json:"sources,omitzero"` // the place of each field that changes, by [FieldChange.Field]; nil if all are at Source
	ReinviteReason ReinviteReason    `json:"renews,omitzero"`  // why a person is invited again
	Drift          bool              `json:"drift,omitzero"`   // the base tree would need the same step

	Spelling  string    `json:"-"` // the key as Atlas writes it, to find the object faster; "" in a saved plan
	ExpiredAt time.Time `json:"-"` // when the last invitation expired; not in the JSON form, which has no times
}

// ReinviteReason is how the last invitation ended: a value of orgMembershipStatus [api listOrgUsers].
type ReinviteReason string

const (
	AfterExpiry    ReinviteReason = "INVITATION_EXPIRED"
	AfterRejection ReinviteReason = "INVITATION_REJECTED"
)

// CreatesOrg reports whether the step creates an organization.
func (s Step) CreatesOrg() bool { return s.Op == Create && s.Kind == resource.Organization.Name }

// DeletesOrg reports whether the step deletes an organization.
func (s Step) DeletesOrg() bool { return s.Op == Delete && s.Kind == resource.Organization.Name }

// HandsOut reports whether Atlas shows a new credential, once, in the answer to the step.
func (s Step) HandsOut() bool {
	k := resource.ByName(s.Kind)
	return s.Op == Create && k != nil && k.HandsOut != nil && k.HandsOut(s.Object())
}

// Invites reports whether the step sends an invitation. Atlas sends one to each new person of an organization
// [api createOrgUser] [api createOrgInvite].
func (s Step) Invites() bool {
	k := resource.ByName(s.Kind)
	return s.Op == Create && k != nil && k.IsPeople()
}

// Object returns the object of the step with the fields that the step is about: those of After, or those of Before for a deletion.
func (s Step) Object() resource.Object {
	o := resource.Object{Key: s.Key, ID: s.ID, Spelling: s.Spelling, Fields: s.After}
	if s.Op == Delete {
		o.Fields = s.Before
	}
	return o
}

// Source is the place in the YAML tree that makes a step, or the change of a field, necessary. Line counts from 1.
type Source struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// Address returns the name of the step's object within its organization: settings, or invitations/ada@acme.example.
func (s Step) Address() string {
	if s.Key == "" {
		return s.Kind
	}
	return s.Kind + "/" + s.Key
}

// IsDeferred reports whether the step must be the last one of its organization, because it may lock out the credential of the run.
func (s Step) IsDeferred() bool {
	k := resource.ByName(s.Kind)
	if k == nil {
		return false
	}
	for field, value := range s.After {
		if k.IsDeferred(field, value) {
			return true
		}
	}
	return false
}

// Line returns the step as a short text: + invitations/ada@acme.example.
func (s Step) Line() string { return s.Op.Symbol() + " " + safetext.Value(s.Address()) }
