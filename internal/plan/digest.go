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

func (p *Plan) digest() string {
	type step struct {
		Op            Op
		Kind, Key     string
		Before, After resource.Fields
	}
	type org struct {
		Name, ID string
		Steps    []step
	}
	var changed []org
	for _, o := range p.Orgs {
		if len(o.Steps) == 0 {
			continue
		}
		steps := make([]step, 0, len(o.Steps))
		for _, s := range o.Steps {
			steps = append(steps, step{s.Op, s.Kind, s.Key, s.Before, s.After})
		}
		changed = append(changed, org{o.Name, o.ID, steps})
	}
	return sum(changed)
}

func sum(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic("a plan holds only JSON values: " + err.Error())
	}
	digest := sha256.Sum256(data)
	return hex.EncodeToString(digest[:])
}
