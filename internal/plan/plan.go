// Package plan contains plans as values: the steps from a live state to a wanted state, the guards that check them, the digest, and
// the saved form. It sends no requests: package planner reads the states, and package apply carries out the steps.
package plan

import (
	"io"
	"slices"

	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/safetext"
)

// Format is the version of the JSON form of a plan.
const Format = 1

// Org is the plan of one organization.
type Org struct {
	Name        string      `json:"name"`
	ID          string      `json:"id,omitzero"`
	Steps       []Step      `json:"steps"`
	Credentials string      `json:"credentials,omitzero"` // the name of its credential; not a secret
	Baseline    Baseline    `json:"losses,omitzero"`
	Digest      string      `json:"digest,omitzero"`   // of what guards block, see digestOf; "" if they block nothing
	Accepted    *Acceptance `json:"accepted,omitzero"` // what accepts the organization in spite of the guards; nil for nothing
	Notices     []Notice    `json:"notices,omitzero"`
	Error       string      `json:"error,omitzero"` // why the organization, or a part of it, could not be read and is not planned

	Review   []ReviewItem `json:"-"` // what the change of the tree means here; the plan as a whole has all items
	Problems []Problem    `json:"-"` // the lines of Error as values, which texts show; none in a plan that was just read from a file
}

// Ref identifies the organization.
func (o Org) Ref() resource.OrgRef {
	return resource.OrgRef{Name: o.Name, ID: o.ID, Credentials: o.Credentials}
}

// Creates reports whether the first step creates the organization.
func (o Org) Creates() bool { return len(o.Steps) > 0 && o.Steps[0].CreatesOrg() }

// HandsOut reports whether the creation of the organization makes Atlas show a new credential, once.
func (o Org) HandsOut() bool { return o.Creates() && o.Steps[0].HandsOut() }

// Has reports whether the organization has a notice of this kind.
func (o Org) Has(about NoticeKind) bool {
	return slices.ContainsFunc(o.Notices, func(n Notice) bool { return n.About == about })
}

// Handout is a step after which Atlas shows a new credential, once.
type Handout struct {
	Org  Org
	Step Step
}

// Handouts returns the steps of the organization after which Atlas shows a new credential.
func (o Org) Handouts() (all []Handout) {
	for _, s := range o.Steps {
		if s.HandsOut() {
			all = append(all, Handout{o, s})
		}
	}
	return all
}

// Handouts returns all steps of the plan after which Atlas shows a new credential.
func (p *Plan) Handouts() (all []Handout) {
	for _, org := range p.Orgs {
		all = append(all, org.Handouts()...)
	}
	return all
}

// Plan is the plan of all organizations. A saved plan is its JSON form.
type Plan struct {
	Format     int          `json:"format"`
	Digest     string       `json:"digest"` // SHA-256 of what the plan would do, in 64 hexadecimal digits
	Orgs       []Org        `json:"orgs"`
	Review     []ReviewItem `json:"review,omitzero"` // what the change from the base tree means; nil without a base
	Violations []Violation  `json:"guards,omitzero"`
	Checksum   string       `json:"checksum"` // SHA-256 of the rest of the JSON form
}

// New returns a plan of the organizations, sorted by the natural order of their names and then by id. It runs no guards.
func New(orgs []Org) *Plan {
	for i, org := range orgs {
		if len(org.Steps) == 0 {
			orgs[i].Steps, orgs[i].Baseline = []Step{}, Baseline{}
		}
	}
	slices.SortFunc(orgs, func(a, b Org) int { return a.Ref().Compare(b.Ref()) })
	p := &Plan{Format: Format, Orgs: orgs}
	p.setDigest()
	return p
}

// PartOf returns the plan of those organizations of the plan that have these names and ids. It runs no guards.
func PartOf(p *Plan, refs []resource.OrgRef) *Plan {
	var orgs []Org
	index := p.index()
	for _, r := range refs {
		if org, ok := index.Find(resource.OrgRef{Name: r.Name, ID: r.ID}); ok {
			orgs = append(orgs, org)
		}
	}
	return New(orgs)
}

// Heading returns the name and the id of the organization for people.
func (o Org) Heading() string {
	if o.ID == "" {
		return safetext.Value(o.Name)
	}
	return safetext.Value(o.Name) + " (" + safetext.ID(o.ID) + ")"
}

// Count returns the number of steps with this operation.
func (p *Plan) Count(op Op) (n int) {
	for _, org := range p.Orgs {
		for _, step := range org.Steps {
			n += one(step.Op == op)
		}
	}
	return n
}

// Steps returns the number of steps.
func (p *Plan) Steps() (n int) {
	for _, org := range p.Orgs {
		n += len(org.Steps)
	}
	return n
}

// Changed returns the number of organizations with steps.
func (p *Plan) Changed() (n int) {
	for _, org := range p.Orgs {
		n += one(len(org.Steps) > 0)
	}
	return n
}

// WriteJSON writes the JSON form of a plan. Equal plans give equal bytes.
func WriteJSON(w io.Writer, p *Plan) error { return safetext.WriteJSON(w, p, "  ") }
