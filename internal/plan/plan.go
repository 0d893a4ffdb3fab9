// Package plan compares what an organization has with what it should have, and says in order what there is to do.
package plan

import (
	"cmp"
	"io"
	"slices"
	"time"

	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/safetext"
)

// Format is the number of the JSON form of a plan.
const Format = 1

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
	Op             Op              `json:"op"`
	Kind           string          `json:"kind"`
	Key            string          `json:"key,omitzero"`
	ID             string          `json:"id,omitzero"` // Atlas's handle of the object, when it exists
	Before         resource.Fields `json:"before,omitzero"`
	After          resource.Fields `json:"after,omitzero"`
	Source         *Source         `json:"source,omitzero"`
	ReinviteReason ReinviteReason  `json:"renews,omitzero"` // what a person is invited again after
	Drift          bool            `json:"drift,omitzero"`  // the tree asked for it before it was changed, too

	ExpiredAt time.Time `json:"-"` // when the invitation before expired; a plan for programs has no time
}

// ReinviteReason is what became of a person's invitation before, in Atlas's words.
type ReinviteReason string

const (
	AfterExpiry    ReinviteReason = "INVITATION_EXPIRED"
	AfterRejection ReinviteReason = "INVITATION_REJECTED"
)

// Creates tells whether the step creates an organization.
func (s Step) Creates() bool { return s.Op == Create && s.Kind == resource.Organization.Name }

// HandsOut tells whether Atlas hands out a credential when the step is done.
func (s Step) HandsOut() bool {
	k := resource.ByName(s.Kind)
	return s.Op == Create && k != nil && k.HandsOut != nil && k.HandsOut(s.Object())
}

// Object is the object of the step, with the fields that it is about: as they will be, or as they are if it is removed.
func (s Step) Object() resource.Object {
	if s.Op == Delete {
		return resource.Object{Key: s.Key, ID: s.ID, Fields: s.Before}
	}
	return resource.Object{Key: s.Key, ID: s.ID, Fields: s.After}
}

// Source is the place in the YAML tree that asks for a step. Line counts from 1.
type Source struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// WriteJSON writes the plan for programs, and to be saved. Equal plans give equal bytes.
func WriteJSON(w io.Writer, p *Plan) error { return safetext.WriteJSON(w, p, "  ") }

// Address names the step's object within its organization: settings, or invitations/ada@acme.example.
func (s Step) Address() string {
	if s.Key == "" {
		return s.Kind
	}
	return s.Kind + "/" + s.Key
}

// IsDeferred tells whether the step has to wait until all else in its organization is done, since it may shut out whoever
// takes it.
func (s Step) IsDeferred() bool {
	k := resource.ByName(s.Kind)
	if k == nil {
		return false
	}
	for field, value := range s.After {
		if k.IsLast(field, value) {
			return true
		}
	}
	return false
}

// Org is what there is to do in one organization.
type Org struct {
	Name        string   `json:"name"`
	ID          string   `json:"id,omitzero"`
	Steps       []Step   `json:"steps"`
	Credentials string   `json:"credentials,omitzero"` // the name of the credential that reaches it; no secret
	Baseline    Baseline `json:"losses,omitzero"`
	Notices     []Notice `json:"notices,omitzero"`
	Error       string   `json:"error,omitzero"` // why the organization, or a part of it, could not be read and is not planned
}

// Ref says which organization it is.
func (o Org) Ref() resource.OrgRef {
	return resource.OrgRef{Name: o.Name, ID: o.ID, Credentials: o.Credentials}
}

// Creates tells whether the organization does not exist yet. Then its first step creates it.
func (o Org) Creates() bool { return len(o.Steps) > 0 && o.Steps[0].Creates() }

// HandsOut tells whether Atlas is to hand out a credential for the new organization, which it shows only then.
func (o Org) HandsOut() bool { return o.Creates() && o.Steps[0].HandsOut() }

// Handout is a step by which Atlas hands out a credential, this once.
type Handout struct {
	Org  Org
	Step Step
}

// Handouts returns all steps of the plan by which Atlas hands out a credential.
func (p *Plan) Handouts() (all []Handout) {
	for _, org := range p.Orgs {
		for _, s := range org.Steps {
			if s.HandsOut() {
				all = append(all, Handout{org, s})
			}
		}
	}
	return all
}

// Plan is what there is to do in all organizations. Its JSON form is that of a saved plan, too.
type Plan struct {
	Format     int         `json:"format"`
	Digest     string      `json:"digest"` // SHA-256 of what would be done, in 64 hexadecimal digits
	Orgs       []Org       `json:"orgs"`
	Violations []Violation `json:"guards,omitzero"`
	Checksum   string      `json:"checksum"` // SHA-256 of all else in the JSON form
}

// New makes a plan of the organizations, sorted by name and id, that no guard has looked at yet.
func New(orgs []Org) *Plan {
	for i, org := range orgs {
		if len(org.Steps) == 0 {
			orgs[i].Steps, orgs[i].Baseline = []Step{}, Baseline{}
		}
	}
	slices.SortFunc(orgs, func(a, b Org) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	p := &Plan{Format: Format, Orgs: orgs}
	p.setDigest()
	return p
}

// Heading names the organization for a person.
func (o Org) Heading() string {
	if o.ID == "" {
		return safetext.Value(o.Name)
	}
	return safetext.Value(o.Name) + " (" + safetext.ID(o.ID) + ")"
}

// Line is the step in a few words: + invitations/ada@acme.example.
func (s Step) Line() string { return s.Op.Symbol() + " " + safetext.Value(s.Address()) }

// Count returns how many steps have the operation.
func (p *Plan) Count(op Op) (n int) {
	for _, org := range p.Orgs {
		for _, step := range org.Steps {
			n += one(step.Op == op)
		}
	}
	return n
}

// Steps returns how many steps there are.
func (p *Plan) Steps() (n int) {
	for _, org := range p.Orgs {
		n += len(org.Steps)
	}
	return n
}

// Changed returns how many organizations have steps.
func (p *Plan) Changed() (n int) {
	for _, org := range p.Orgs {
		if len(org.Steps) > 0 {
			n++
		}
	}
	return n
}
