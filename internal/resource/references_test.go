package resource

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDirectory(t *testing.T) {
	d := directory{
		"teams":    {{ID: "1", Key: "Platform"}, {ID: "2", Key: "Twin"}, {ID: "3", Key: "Twin"}, {ID: "4", Key: "1"}},
		"projects": {{ID: "9", Key: "Checkout"}},
	}
	for _, row := range []struct {
		reason, ref, want string
		wantErr           string
	}{
		{"by name", "Platform", "Platform", ""},
		{"by id", "1", "Platform", ""},
		{"by the id of one whose name is not its alone: it stays an id", "2", "2", ""},
		{"a name that two have", "Twin", "Twin", `several teams are called "Twin"; use an id: [2 3]`},
		{"nothing", "Platfrom", "Platfrom", `there is no team "Platfrom"`},
	} {
		out, err := d.resolve("invitations", []Object{{Key: "ada", Fields: Fields{"teams": []any{row.ref}}}})
		got := ""
		if err != nil {
			got = err.Error()
		}
		if diff := cmp.Diff([]any{row.want}, out[0].Fields["teams"]); diff != "" || got != row.wantErr {
			t.Errorf("%s: got %v, %q; want %s, %q", row.reason, out[0].Fields["teams"], got, row.want, row.wantErr)
		}
	}
}

func TestResolveReportsEveryReference(t *testing.T) {
	_, err := directory{}.resolve("invitations", []Object{
		{Key: "ada", Fields: Fields{"teams": []any{"A"}, "projects": Fields{"P": []any{"GROUP_OWNER"}}}},
		{Key: "kay", Fields: Fields{"teams": []any{"B"}}},
	})
	want := "there is no team \"A\"\nthere is no project \"P\"\nthere is no team \"B\""
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	var first *ReferenceError
	if !errors.As(err, &first) || first.Key != "ada" || first.Field != "teams" {
		t.Errorf("the first is %+v", first)
	}
}

// TestReferencesThatMeanTheSame: a project by name and by id is one project with the roles of both.
func TestReferencesThatMeanTheSame(t *testing.T) {
	d := directory{"projects": {{ID: "9", Key: "Checkout"}}}
	out, err := d.resolve("invitations", []Object{{Fields: Fields{"projects": Fields{"9": []any{"GROUP_OWNER"}, "Checkout": []any{"GROUP_READ_ONLY"}}}}})
	want := Fields{"Checkout": []any{"GROUP_OWNER", "GROUP_READ_ONLY"}}
	if diff := cmp.Diff(want, out[0].Fields["projects"]); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

// TestWithIDs: an id that Atlas gave goes back to it, whatever the lists have; a name that they have not is a mistake.
func TestWithIDs(t *testing.T) {
	api := answers{"/orgs/o/teams": numbered(`[{"id":"#1","name":"Platform"}]`)}
	const gone = "5f1b0c0d0e0f0a0b0c0d0f09"
	got, err := withIDs(t.Context(), api, "o", members, Object{Key: "ada@acme.example", Fields: Fields{"teams": []any{"Platform", gone}}})
	if diff := cmp.Diff([]any{id("1"), gone}, got.Fields["teams"]); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	_, err = withIDs(t.Context(), api, "o", members, Object{Key: "ada@acme.example", Fields: Fields{"teams": []any{"Platfrom"}}})
	var reference *ReferenceError
	if !errors.As(err, &reference) || reference.Name != "Platfrom" {
		t.Errorf("got %v", err)
	}
}
