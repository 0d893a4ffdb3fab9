// Package plan is a plan as a value: the steps between a live and a wanted state, the guards that look at them, the digest, and
// the saved form. It sends no request: package planner reads the states, and package apply carries the steps out.
package plan

import (
	"cmp"
	"io"
	"slices"

	"atlas-gitops/internal/natural"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/safetext"
)

// Format is the number of the JSON form of a plan.
const Format = 1

// Org is what there is to do in one organization.
type Org struct {
	Name        string   `json:"name"`
	ID          string   `json:"id,omitzero"`
	Steps       []Step   `json:"steps"`
	Credentials string   `json:"credentials,omitzero"` // the name of the credential that reaches it; no secret
	Baseline    Baseline `json:"losses,omitzero"`
	Notices     []Notice `json:"notices,omitzero"`
	Error       string   `json:"error,omitzero"` // why the organization, or a part of it, could not be read and is not planned

	Problems []Problem `json:"-"` // the lines of Error one by one; none in a plan that was read
}

// Ref says which organization it is.
func (o Org) Ref() resource.OrgRef {
	return resource.OrgRef{Name: o.Name, ID: o.ID, Credentials: o.Credentials}
}

// Creates tells whether the organization does not exist yet. Then its first step creates it.
func (o Org) Creates() bool { return len(o.Steps) > 0 && o.Steps[0].CreatesOrg() }

// HandsOut tells whether Atlas is to hand out a credential for the new organization, which it shows only then.
func (o Org) HandsOut() bool { return o.Creates() && o.Steps[0].HandsOut() }

// Has tells whether there is a notice of the kind.
func (o Org) Has(about NoticeKind) bool {
	return slices.ContainsFunc(o.Notices, func(n Notice) bool { return n.About == about })
}

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

// New makes a plan of the organizations, in the natural order of their names and then by id. No guard has looked at it yet.
func New(orgs []Org) *Plan {
	for i, org := range orgs {
		if len(org.Steps) == 0 {
			orgs[i].Steps, orgs[i].Baseline = []Step{}, Baseline{}
		}
	}
	slices.SortFunc(orgs, func(a, b Org) int {
		return cmp.Or(natural.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
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
		n += one(len(org.Steps) > 0)
	}
	return n
}

// WriteJSON writes the plan for programs, and to be saved. Equal plans give equal bytes.
func WriteJSON(w io.Writer, p *Plan) error { return safetext.WriteJSON(w, p, "  ") }
