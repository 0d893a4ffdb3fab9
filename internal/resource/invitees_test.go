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

// TestInvitees: an error names each person whom Atlas would have to invite by something that is not an e-mail address.
func TestInvitees(t *testing.T) {
	const asItIs = "write the e-mail address, or remove the entry: nobody in the organization has this name"
	live := func(key, spelling, status string) Object {
		return Object{Key: key, Spelling: spelling, Fields: Fields{"status": status}}
	}
	wanted := func(key string) Object { return Object{Key: key} }
	for _, row := range []struct {
		reason     string
		live, want []Object
		advice     string // "" for no error
	}{
		{"an e-mail address", nil, []Object{wanted("ada@acme.example")}, ""},
		{"nobody has the name", nil, []Object{wanted("ada")}, asItIs},
		{"an active person", []Object{live("ada", "ada", statusActive)}, []Object{wanted("ada")}, ""},
		{"a pending person", []Object{live("ada", "ada", statusPending)}, []Object{wanted("ada")}, ""},
		{"an expired invitation", []Object{live("ada", "ada", statusExpired)}, []Object{wanted("ada")}, asItIs},
		{"a rejected invitation", []Object{live("ada", "ada", statusRejected)}, []Object{wanted("ada")}, ""},
		{"a rejected invitation that is sent again", []Object{live("ada", "ada", statusRejected)}, []Object{{Key: "ada", Fields: Fields{reinvite: true}}}, asItIs},
		{"a similar name that the tree does not list", []Object{live("lovelace", "Lovelace", statusActive)}, []Object{wanted("lovelaec")},
			`did you mean "Lovelace"? otherwise, write the e-mail address, or remove the entry`},
		{"a similar name that the tree lists, too", []Object{live("lovelace", "Lovelace", statusActive)}, []Object{wanted("lovelaec"), wanted("lovelace")}, asItIs},
	} {
		if got := adviceOf(Members.checkInvitees(row.live, row.want)); got != row.advice {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.advice)
		}
	}
}

// TestJoinSome: only the errors beyond the limit are counted.
func TestJoinSome(t *testing.T) {
	for more, want := range []string{"", "1 more in members"} {
		wrong := make([]error, maxWrong+more)
		for i := range wrong {
			wrong[i] = &InviteError{Kind: members}
		}
		joined := joinSome(wrong, members, "%d more in %s").(interface{ Unwrap() []error }).Unwrap()
		last, _ := joined[len(joined)-1].(*MoreError)
		if len(joined) != maxWrong+more || (last != nil) != (want != "") || last != nil && last.Error() != want {
			t.Errorf("%d errors: got %d, and the last is %v", len(wrong), len(joined), joined[len(joined)-1])
		}
	}
}
