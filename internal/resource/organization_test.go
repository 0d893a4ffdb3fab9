package resource

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/plain"
)

// TestOrganizationsWithoutTheDeleted: deleted organizations, which Atlas still lists, are left out.
func TestOrganizationsWithoutTheDeleted(t *testing.T) {
	api := answers{"/orgs": numbered(`[{"id":"#1","name":"A","isDeleted":true,"skipDefaultAlertsSettings":false},
		{"id":"#2","name":"A","isDeleted":false,"skipDefaultAlertsSettings":true},{"id":"#3","name":"B","isDeleted":false,"skipDefaultAlertsSettings":false}]`)}
	got, err := Organizations(t.Context(), api)
	want := []Object{
		{ID: id("2"), Spelling: "A", Fields: Fields{"name": "A", "skipDefaultAlertsSettings": true}},
		{ID: id("3"), Spelling: "B", Fields: Fields{"name": "B", "skipDefaultAlertsSettings": false}},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

// TestUnreadableErrorIsAFailure: the error is Ambiguous, because another request could create a second organization.
func TestUnreadableErrorIsAFailure(t *testing.T) {
	_, err := created(Fields{"organization": Fields{"id": "odd"}})
	var failure Failure
	if !errors.As(err, &failure) || !failure.Ambiguous() || failure.Temporary() || failure.Waited() || failure.Outage() {
		t.Errorf("got %v", err)
	}
}

// TestRequestsHaveTheLiveName: to change something else is no reason to write the name in another form.
func TestRequestsHaveTheLiveName(t *testing.T) {
	api := answers{"/orgs": numbered(`[{"id":"#1","name":"Cafe\u0301","isDeleted":false,"skipDefaultAlertsSettings":false}]`)}
	got, err := Organizations(t.Context(), api)
	if err != nil || got[0].Fields["name"] != "Caf\u00e9" {
		t.Fatalf("got %v, %v", got, err)
	}
	var sent Fields
	s := ApplySession(recorded{api, &sent})
	if _, err := Organization.Update(t.Context(), s, "o", got[0], Object{Fields: Fields{"skipDefaultAlertsSettings": true}}); err != nil {
		t.Fatal(err)
	}
	if want := (Fields{"name": "Cafe\u0301", "skipDefaultAlertsSettings": true}); !plain.Equal(sent, want) {
		t.Errorf("sent %v, want %v", sent, want)
	}
}

// recorded keeps the body of a request.
type recorded struct {
	API
	sent *Fields
}

func (r recorded) Do(_ context.Context, _, _ string, in, _ any) error {
	*r.sent = in.(Fields)
	return nil
}
