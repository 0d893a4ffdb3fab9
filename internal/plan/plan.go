// Package plan compares what an organization has with what it should have, and says in order what there is to do.
package plan

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"atlas-gitops/internal/resource"
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
	Op     Op              `json:"op"`
	Kind   string          `json:"kind"`
	Key    string          `json:"key,omitzero"`
	ID     string          `json:"id,omitzero"` // Atlas's handle of the object, when it exists
	Before resource.Fields `json:"before,omitzero"`
	After  resource.Fields `json:"after,omitzero"`
	Source *Source         `json:"source,omitzero"`
}

// Source is the place in the YAML tree that asks for a step. Line counts from 1.
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

// Org is what there is to do in one organization.
type Org struct {
	Name  string `json:"name"`
	ID    string `json:"id,omitzero"`
	Steps []Step `json:"steps"`
	Error string `json:"error,omitzero"` // why the organization, or a part of it, could not be read and is not planned
}

// Plan is what there is to do in all organizations.
type Plan struct {
	Format int    `json:"format"`
	Digest string `json:"digest"`
	Orgs   []Org  `json:"orgs"`
}

// New makes a plan of the organizations, sorted by name and id.
func New(orgs []Org) *Plan {
	for i, org := range orgs {
		if org.Steps == nil {
			orgs[i].Steps = []Step{}
		}
	}
	slices.SortFunc(orgs, func(a, b Org) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return &Plan{Format: Format, Digest: digest(orgs), Orgs: orgs}
}

// Count returns how many steps have the operation.
func (p *Plan) Count(op Op) (n int) {
	for _, org := range p.Orgs {
		for _, step := range org.Steps {
			if step.Op == op {
				n++
			}
		}
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

// digest is the SHA-256, in hexadecimal, of what would be done: organizations, operations, keys, before and after.
// Where it is written, and what needs nothing, do not count.
func digest(orgs []Org) string {
	type step struct {
		Op            Op
		Kind, Key     string
		Before, After resource.Fields
	}
	type org struct {
		Name, ID string
		Steps    []step
	}
	var done []org
	for _, o := range orgs {
		if len(o.Steps) == 0 {
			continue
		}
		steps := make([]step, 0, len(o.Steps))
		for _, s := range o.Steps {
			steps = append(steps, step{s.Op, s.Kind, s.Key, s.Before, s.After})
		}
		done = append(done, org{o.Name, o.ID, steps})
	}
	data, err := json.Marshal(done)
	if err != nil {
		panic("a plan holds only JSON values: " + err.Error())
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
