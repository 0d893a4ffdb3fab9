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

// Symbol is the operation in one character: +, ~ or -.
func (op Op) Symbol() string {
	switch op {
	case Create:
		return "+"
	case Update:
		return "~"
	}
	return "-"
}

// Step turns Before into After, for one object. A creation has no Before and a deletion no After.
// An update mentions only the fields that differ; a nil value means that the field is unset.
type Step struct {
	Op             Op                `json:"op"`
	Kind           string            `json:"kind"`
	Key            string            `json:"key,omitzero"`
	ID             string            `json:"id,omitzero"` // Atlas's handle of the object, when it exists
	Before         resource.Fields   `json:"before,omitzero"`
	After          resource.Fields   `json:"after,omitzero"`
	Source         *Source           `json:"source,omitzero"`
	Sources        map[string]Source `json:"sources,omitzero"` // of each field that changes, by [FieldChange.Field]; nil if all are at Source
	ReinviteReason ReinviteReason    `json:"renews,omitzero"`  // why a person is invited again
	Drift          bool              `json:"drift,omitzero"`   // an earlier version of the tree already asks for it

	ExpiredAt time.Time `json:"-"` // when the invitation before expired; a plan for programs has no time
}

// ReinviteReason is how the invitation before ended, as Atlas names it (API description, orgMembershipStatus).
type ReinviteReason string

const (
	AfterExpiry    ReinviteReason = "INVITATION_EXPIRED"
	AfterRejection ReinviteReason = "INVITATION_REJECTED"
)

// CreatesOrg tells whether the step creates an organization.
func (s Step) CreatesOrg() bool { return s.Op == Create && s.Kind == resource.Organization.Name }

// DeletesOrg tells whether the step deletes an organization.
func (s Step) DeletesOrg() bool { return s.Op == Delete && s.Kind == resource.Organization.Name }

// HandsOut tells whether Atlas hands out a credential when the step is done.
func (s Step) HandsOut() bool {
	k := resource.ByName(s.Kind)
	return s.Op == Create && k != nil && k.HandsOut != nil && k.HandsOut(s.Object())
}

// Invites tells whether the step sends an invitation, as Atlas does to whoever is new in an organization [api createOrgUser] [api
// createOrgInvite].
func (s Step) Invites() bool {
	k := resource.ByName(s.Kind)
	return s.Op == Create && k != nil && k.IsPeople()
}

// Object is the object of the step, with the fields that it is about: as they will be, or as they are if it is removed.
func (s Step) Object() resource.Object {
	if s.Op == Delete {
		return resource.Object{Key: s.Key, ID: s.ID, Fields: s.Before}
	}
	return resource.Object{Key: s.Key, ID: s.ID, Fields: s.After}
}

// Source is a place in the YAML tree: the one that asks for a step, or for the change of a field. Line counts from 1.
type Source struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// Address names the step's object within its organization: settings, or invitations/ada@acme.example.
func (s Step) Address() string {
	if s.Key == "" {
		return s.Kind
	}
	return s.Kind + "/" + s.Key
}

// IsDeferred tells whether the step has to come last in its organization, because it may shut out the credential of the run.
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

// Line is the step in a few words: + invitations/ada@acme.example.
func (s Step) Line() string { return s.Op.Symbol() + " " + safetext.Value(s.Address()) }
