package resource

import (
	"fmt"
	"testing"
)

// TestManyInvitees: the first names that are not e-mail addresses have errors of their own, and one more error counts the others.
func TestManyInvitees(t *testing.T) {
	const all = 40_000
	want, live := make([]Object, all), make([]Object, all/2)
	for i := range want {
		want[i] = Object{Key: fmt.Sprintf("user %d", i)}
	}
	for i := range live { // who is there already needs no invitation
		live[i] = Object{Key: want[i].Key, Fields: Fields{"status": statusActive}}
	}
	joined := Members.checkInvitees(live, want).(interface{ Unwrap() []error }).Unwrap()
	if len(joined) != maxWrong+1 {
		t.Fatalf("%d errors", len(joined))
	}
	if first, _ := joined[0].(*InviteError); first == nil || first.Key != "user 20000" {
		t.Errorf("the first error is %v", joined[0])
	}
	more, _ := joined[maxWrong].(*MoreError)
	if want := "19980 more in members cannot be invited: no e-mail address"; more == nil || more.Kind != members || more.Error() != want {
		t.Errorf("the error after them is %v", joined[maxWrong])
	}
}
