package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"atlas-gitops/internal/resource"
)

// setDigest sets the digest and the checksum: both SHA-256, in 64 hexadecimal digits.
//
// The digest covers what the plan would do: organizations, operations, keys, and the values before and after. It leaves out
// places in the tree, names of credentials, and organizations without steps. The checksum covers the whole JSON form.
func (p *Plan) setDigest() {
	p.Digest, p.Checksum = p.digest(), ""
	p.Checksum = sum(p)
}

// orgSteps is what digests cover of an organization.
type orgSteps struct {
	Name, ID string
	Steps    []digestedStep
}

type digestedStep struct {
	Op            Op
	Kind, Key     string
	Before, After resource.Fields
}

func stepsOf(o Org) orgSteps {
	steps := make([]digestedStep, 0, len(o.Steps))
	for _, s := range o.Steps {
		steps = append(steps, digestedStep{s.Op, s.Kind, s.Key, s.Before, s.After})
	}
	return orgSteps{o.Name, o.ID, steps}
}

func (p *Plan) digest() string {
	var changed []orgSteps
	for _, o := range p.Orgs {
		if len(o.Steps) > 0 {
			changed = append(changed, stepsOf(o))
		}
	}
	return sum(changed)
}

// digestOf returns the SHA-256 of the steps of one organization and of what its guards counted, in 64 hexadecimal digits. So another
// step, or another guard, makes an acceptance void. It does not cover the guard TotalRemovals, which also counts other organizations:
// an acceptance must stay valid while those are applied.
func digestOf(o Org, found []Violation) string {
	type guard struct {
		Guard Guard
		Kind  string
		Count int
	}
	guards := make([]guard, 0, len(found))
	for _, v := range found {
		guards = append(guards, guard{v.Guard, v.Kind, v.Count})
	}
	return sum(struct {
		Organization orgSteps
		Guards       []guard
	}{stepsOf(o), guards})
}

func sum(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic("a plan holds only JSON values: " + err.Error())
	}
	digest := sha256.Sum256(data)
	return hex.EncodeToString(digest[:])
}
