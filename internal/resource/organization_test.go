package resource

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOrganizationsWithoutTheDeleted: Atlas lists those that were deleted as well.
func TestOrganizationsWithoutTheDeleted(t *testing.T) {
	api := answers{"/orgs": numbered(`[{"id":"#1","name":"A","isDeleted":true,"skipDefaultAlertsSettings":false},
		{"id":"#2","name":"A","isDeleted":false,"skipDefaultAlertsSettings":true},{"id":"#3","name":"B","isDeleted":false,"skipDefaultAlertsSettings":false}]`)}
	got, err := Organizations(t.Context(), api)
	want := []Object{
		{ID: id("2"), Fields: Fields{"name": "A", "skipDefaultAlertsSettings": true}},
		{ID: id("3"), Fields: Fields{"name": "B", "skipDefaultAlertsSettings": false}},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

// TestUnreadableErrorIsAFailure: the organization may exist, so a second creation could make a second one.
func TestUnreadableErrorIsAFailure(t *testing.T) {
	_, err := created(Fields{"organization": Fields{"id": "odd"}})
	var failure Failure
	if !errors.As(err, &failure) || !failure.Ambiguous() || failure.Temporary() || failure.Waited() || failure.Outage() {
		t.Errorf("got %v", err)
	}
}
