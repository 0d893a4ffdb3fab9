package resource

import (
	"errors"

	"atlas-gitops/schema"
)

// DeletionUnknownError says that it is unknown whether an organization that is to be deleted is still there. Its credential belongs to
// it alone [doc api-authentication], and Atlas gives the same refusal for any credential that is not valid [seen digest-challenge].
type DeletionUnknownError struct {
	Failed error // the deletion, if it was tried
	Err    error // the look
}

func (e *DeletionUnknownError) Error() string {
	if e.Failed != nil {
		return e.Failed.Error() + "; and then " + e.Err.Error()
	}
	return e.Err.Error()
}
func (e *DeletionUnknownError) Unwrap() error { return e.Err }

// Advice says what to do if it may be gone.
func (e *DeletionUnknownError) Advice() string {
	var refused interface{ OrgMayBeGone() bool }
	if errors.As(e.Err, &refused) && refused.OrgMayBeGone() {
		return "if the organization is deleted already, its credential is, too: then remove the organization from the tree"
	}
	return ""
}

// Location is where the tree asks for the deletion.
func (e *DeletionUnknownError) Location() Location {
	return Location{Kind: schema.Organization, Path: []string{"state"}}
}
