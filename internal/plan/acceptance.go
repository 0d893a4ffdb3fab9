package plan

import (
	"slices"
	"strings"

	"atlas-gitops/internal/resource"
)

// Acceptance accepts one organization that guards block.
type Acceptance struct {
	Digest string  `json:"digest"`          // of the organization, see [Org.Digest]: in full, or its first digits
	Reason string  `json:"reason,omitzero"` // why, as the tree says
	Source *Source `json:"source,omitzero"` // the entry in the tree; nil for --accept
}

// accept sets the digest of an organization, and what accepts it. An acceptance of the tree that is for other steps gets a notice:
// the steps may have changed since the review, or may be done.
func accept(o *Org, found []Violation, acceptances func(Org) []Acceptance) {
	o.Digest, o.Accepted = digestOf(*o, found), nil
	o.Notices = slices.DeleteFunc(o.Notices, func(n Notice) bool { return n.About == UnusedAcceptance })
	if acceptances == nil {
		return
	}
	for _, a := range acceptances(*o) {
		switch isMine := len(o.Steps) > 0 && strings.HasPrefix(o.Digest, a.Digest); {
		case isMine && o.Accepted == nil:
			o.Accepted = &a
		case !isMine && a.Source != nil && o.Error == "":
			o.Notices = append(o.Notices, Notice{About: UnusedAcceptance, Kind: resource.Organization.Name, Key: a.Digest, Source: a.Source})
		}
	}
}

// IsBlocked reports whether guards block the organization with this index, and nobody has accepted that.
func (p *Plan) IsBlocked(org int) bool {
	return p.Orgs[org].Accepted == nil && slices.ContainsFunc(p.Violations, func(v Violation) bool { return v.Org == org })
}

// IsMoreGuarded reports whether guards block an organization of now for something that they did not find in an earlier plan of the same
// steps. TotalRemovals does not count: it depends on which organizations a plan has.
func IsMoreGuarded(now, earlier *Plan) bool {
	before := earlier.index()
	for _, v := range now.Violations {
		org := now.Orgs[v.Org]
		was, _ := before.Find(org.identity())
		if v.Guard != TotalRemovals && org.Accepted == nil && was.Digest != org.Digest {
			return true
		}
	}
	return false
}

// Blocked returns the indexes of the organizations that guards block, and that nobody has accepted.
func (p *Plan) Blocked() (orgs []int) {
	for i := range p.Orgs {
		if p.IsBlocked(i) {
			orgs = append(orgs, i)
		}
	}
	return orgs
}

// BlockedDigest returns the digest of the only organization that guards block. It returns DIGEST, to be filled in, if there are several,
// and "" if there is none.
func (p *Plan) BlockedDigest() string {
	switch blocked := p.Blocked(); len(blocked) {
	case 0:
		return ""
	case 1:
		return p.Orgs[blocked[0]].Digest
	}
	return "DIGEST"
}

// ViolationsOf returns what guards found in the organization with this index.
func (p *Plan) ViolationsOf(org int) (found []Violation) {
	for _, v := range p.Violations {
		if v.Org == org {
			found = append(found, v)
		}
	}
	return found
}
