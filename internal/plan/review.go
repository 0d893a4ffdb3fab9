package plan

import (
	"strings"

	"atlas-gitops/internal/resource"
)

// ReviewKind is what a review item is about.
type ReviewKind string

const (
	Leaves        ReviewKind = "leaves"     // the tree no longer has the organization
	NewDomain     ReviewKind = "domain"     // nobody in the base tree has an address of this e-mail domain
	NewOwner      ReviewKind = "owner"      // the tree gives ORG_OWNER to somebody
	Weaker        ReviewKind = "weaker"     // a setting protects the organization less
	NotManaged    ReviewKind = "unmanaged"  // the tree no longer manages something; Atlas keeps it as it is
	NowManaged    ReviewKind = "managed"    // a list is now managed in full
	Accepted      ReviewKind = "acceptance" // an entry of an _accepted.yaml is new, or gone
	NewCredential ReviewKind = "credential" // the tree names another credential
	Adopted       ReviewKind = "adopted"    // the tree now asks for something that Atlas already has, so there is no step
)

// ReviewKinds returns all kinds in the order in which a plan shows them. Items of the first two are about the tree; the others are
// shown below their organization.
func ReviewKinds() []ReviewKind {
	return []ReviewKind{Leaves, NewDomain, NewOwner, Weaker, NotManaged, NowManaged, Accepted, NewCredential, Adopted}
}

// IsAboutTree reports whether items of the kind are about the tree as a whole, not about one organization in it.
func (k ReviewKind) IsAboutTree() bool { return k == Leaves || k == NewDomain }

// IsWarning reports whether a reviewer must not overlook items of the kind.
func (k ReviewKind) IsWarning() bool { return k != NewCredential && k != Adopted }

// ReviewItem is one thing that the change from the base tree to the tree means, whether or not Atlas differs from the tree. No digest
// covers it.
type ReviewItem struct {
	About        ReviewKind `json:"about"`
	Organization string     `json:"organization"`
	ID           string     `json:"id,omitzero"`   // of the organization
	Kind         string     `json:"kind,omitzero"` // of the object; "" for a whole organization
	Key          string     `json:"key,omitzero"`
	Field        string     `json:"field,omitzero"` // with dots: customSessionTimeouts.idleSessionTimeoutInSeconds

	// The values in the two trees and in Atlas; nil if it is unset or not managed. NewDomain has the domain in After.
	// Accepted has the digest and the reason of an entry that is gone in Before, or of a new one in After. Of an object of a
	// list, or of an owner, Live is its [resource.Presence]; nil if Atlas does not have it.
	Before any `json:"before,omitzero"`
	After  any `json:"after,omitzero"`
	Live   any `json:"live,omitzero"`

	Count         int  `json:"count,omitzero"`         // the live objects that stay, or the people of a domain
	Organizations int  `json:"organizations,omitzero"` // those that list people of a domain
	Unknown       bool `json:"unknown,omitzero"`       // Atlas was not asked, or did not answer: Live, or Count of what stays, is not known

	Source *Source `json:"source,omitzero"` // in the tree, or the nearest place; in the base tree for Leaves, and for what is gone from a file that others share
}

// InFull and InPart are how a list is managed: Before and After of an item about a list that becomes additive.
const (
	InFull = "full"
	InPart = "additive"
)

// Path returns the names in Field.
func (i ReviewItem) Path() []string {
	if i.Field == "" {
		return nil
	}
	return strings.Split(i.Field, ".")
}

// Address returns the name of what the item is about within its organization: settings.multiFactorAuthRequired,
// members/ada@acme.example/teams, or credentials.
func (i ReviewItem) Address() string {
	name := i.Name()
	switch {
	case i.Kind == resource.Organization.Name:
		return name
	case name == "":
		return i.Kind
	case i.Key == "":
		return i.Kind + "." + name
	}
	return i.Kind + "/" + name
}

// Name returns the address without the kind: multiFactorAuthRequired, ada@acme.example/teams; "" for a whole list.
func (i ReviewItem) Name() string {
	if i.Key == "" || i.Field == "" {
		return i.Key + i.Field
	}
	return i.Key + "/" + i.Field
}
