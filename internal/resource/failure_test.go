package resource

import (
	"errors"
	"testing"
)

// TestUnreadableErrorIsAFailure: the organization may exist, so a second creation could make a second one.
func TestUnreadableErrorIsAFailure(t *testing.T) {
	_, err := created(Fields{"organization": Fields{"id": "odd"}})
	var failure Failure
	if !errors.As(err, &failure) || !failure.Ambiguous() || failure.Temporary() || failure.Waited() || failure.Outage() {
		t.Errorf("got %v", err)
	}
}
