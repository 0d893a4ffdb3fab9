package resource

import (
	"errors"

	"atlas-gitops/schema"
)

// DeletionUnknownError means that it is unknown whether an organization was deleted. Its credential belongs only to this organization
// [doc api-authentication], so it may be deleted, too. Atlas answers every invalid credential in the same way [seen digest-challenge].
type DeletionUnknownError struct {
	Failed error // the error of the deletion, if it was tried
	Err    error // the error of the read
}

func (e *DeletionUnknownError) Error() string {
	if e.Failed != nil {
		return e.Failed.Error() + "; and then " + e.Err.Error()
	}
	return e.Err.Error()
}
func (e *DeletionUnknownError) Unwrap() error { return e.Err }

// Advice says what to do if the organization may be deleted.
func (e *DeletionUnknownError) Advice() string {
	var refused interface{ OrgMayBeGone() bool }
	if errors.As(e.Err, &refused) && refused.OrgMayBeGone() {
		return "if the organization was already deleted, its credential was deleted with it: then remove the organization from the tree"
	}
	return ""
}

// Location is the place of state in the tree.
func (e *DeletionUnknownError) Location() Location {
	return Location{Kind: schema.Organization, Path: []string{"state"}}
}
