package render

import (
	"fmt"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/safetext"
)

// ReviewText returns what an item means, without its organization.
func ReviewText(i plan.ReviewItem) string {
	address := safetext.Value(i.Address())
	switch i.About {
	case plan.Leaves:
		return "no longer in the tree; Atlas keeps it as it is"
	case plan.NewDomain:
		return "new e-mail domain " + domain(i)
	case plan.NewOwner:
		return "grants ORG_OWNER to " + newOwner(i)
	case plan.Weaker:
		return weaker(i, address)
	case plan.NotManaged:
		return notManaged(i, address)
	case plan.NowManaged:
		return "now managed in full: " + address + "; apply removes all others"
	case plan.Accepted:
		return acceptance(i)
	case plan.NewCredential:
		return "credential: " + change(i.Before, i.After)
	}
	return "already in Atlas: " + address
}

// leave returns how many organizations leave the tree.
func leave(n int) string {
	if n == 1 {
		return "1 organization is no longer in the tree; Atlas keeps it as it is"
	}
	return fmt.Sprintf("%d organizations are no longer in the tree; Atlas keeps them as they are", n)
}

// domain returns an e-mail domain, and how many people have it.
func domain(i plan.ReviewItem) string {
	return fmt.Sprintf("%s: %s in %s", Value(i.After), people(i.Count), Count(i.Organizations, "organization"))
}

func people(n int) string {
	if n == 1 {
		return "1 person"
	}
	return fmt.Sprintf("%d people", n)
}

// newOwner returns who is made an owner, and whether that person is one already.
func newOwner(i plan.ReviewItem) string {
	switch {
	case i.Key == "" && i.After != nil:
		return safetext.Value(i.Field) + " " + Value(i.After)
	case i.Key == "":
		return safetext.Value(i.Field)
	case i.Live == string(resource.Active):
		return safetext.Value(i.Key) + " (already has it)"
	case i.Live != nil:
		return safetext.Value(i.Key) + " (already invited)"
	}
	return safetext.Value(i.Key)
}

// weaker returns how a value gets weaker: than the base tree asks for, or else than Atlas has.
func weaker(i plan.ReviewItem, address string) string {
	if i.Before == nil {
		return "weaker than in Atlas: " + address + ": " + change(i.Live, i.After)
	}
	return "weaker: " + address + ": " + change(i.Before, i.After)
}

// notManaged returns what is no longer managed, and what stays in Atlas.
func notManaged(i plan.ReviewItem, address string) string {
	isList := i.Key == "" && i.Field == ""
	switch {
	case isList && i.After == plan.InPart:
		return "no longer managed in full: " + address + "; " + staying(i, "all are listed", "that is not listed stays", "that are not listed stay")
	case isList:
		return "no longer managed: " + address + "; " + staying(i, "Atlas has none", "stays", "stay")
	case i.Field != "" && i.Unknown:
		return "no longer managed: " + address + "; its live value is unknown"
	case i.Field != "":
		return "no longer managed: " + address + "; stays " + Value(i.Live)
	case i.Unknown:
		return "no longer managed: " + address
	case i.Live == nil:
		return "no longer managed: " + address + "; Atlas does not have it"
	}
	return "no longer managed: " + address + "; stays"
}

// acceptance returns which entry of an _accepted.yaml is new, or gone.
func acceptance(i plan.ReviewItem) string {
	what, entry := "accepts what guards block: ", i.After
	if entry == nil {
		what, entry = "no longer accepts what guards block: ", i.Before
	}
	fields, _ := entry.(resource.Fields)
	digest, _ := fields["digest"].(string)
	return what + Value(fields["reason"]) + " (" + safetext.ID(digest[:min(len(digest), 12)]) + "…)"
}

// staying returns how many objects of a list stay.
func staying(i plan.ReviewItem, none, one, several string) string {
	switch {
	case i.Unknown:
		return "it is unknown how many stay"
	case i.Count == 0:
		return none
	case i.Count == 1:
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", i.Count, several)
}
