package resource

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// directoryOf returns a directory for the references of members.
func directoryOf(catalogs map[string]catalog) directory {
	return directory{members, personRefs, catalogs}
}

func TestDirectory(t *testing.T) {
	d := directoryOf(map[string]catalog{
		"teams":    newCatalog(Object{ID: "1", Key: "Platform"}, Object{ID: "2", Key: "Twin"}, Object{ID: "3", Key: "Twin"}, Object{ID: "4", Key: "1"}),
		"projects": newCatalog(Object{ID: "9", Key: "Checkout"}),
	})
	for _, row := range []struct {
		reason, ref, want string
		wantErr           string
	}{
		{"a name", "Platform", "Platform", ""},
		{"an id", "1", "Platform", ""},
		{"an id whose name is not unique stays an id", "2", "2", ""},
		{"a name that two teams share", "Twin", "Twin", `several teams have the name "Twin"; write an id instead: 2, 3`},
		{"an unknown name", "Platfrom", "Platfrom", `there is no team "Platfrom"`},
	} {
		out, err := d.resolve([]Object{{Key: "ada", Fields: Fields{"teams": []any{row.ref}}}})
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
	_, err := directoryOf(nil).resolve([]Object{
		{Key: "ada", Fields: Fields{"teams": []any{"A"}, "projects": Fields{"P": []any{"GROUP_OWNER"}}}},
		{Key: "kay", Fields: Fields{"teams": []any{"B"}}},
	})
	want := "there is no team \"A\"\nthere is no project \"P\"\nthere is no team \"B\""
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	var first *ReferenceError
	if !errors.As(err, &first) || first.Key != "ada" || first.Field != "teams" {
		t.Errorf("the first error is %+v", first)
	}
}

// TestReferencesThatMeanTheSame: a project by its name and by its id is one project with the roles of both entries.
func TestReferencesThatMeanTheSame(t *testing.T) {
	d := directoryOf(map[string]catalog{"projects": newCatalog(Object{ID: "9", Key: "Checkout"})})
	out, err := d.resolve([]Object{{Fields: Fields{"projects": Fields{"9": []any{"GROUP_OWNER"}, "Checkout": []any{"GROUP_READ_ONLY"}}}}})
	want := Fields{"Checkout": []any{"GROUP_OWNER", "GROUP_READ_ONLY"}}
	if diff := cmp.Diff(want, out[0].Fields["projects"]); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

// TestManyUnknownReferences: the first wrong references have errors of their own, and one more error counts the others. All errors
// share one list of known names.
func TestManyUnknownReferences(t *testing.T) {
	const all = 40_000
	d := directoryOf(map[string]catalog{"teams": newCatalog(Object{ID: "2", Key: "Security"}, Object{ID: "1", Key: "Platform"})})
	teams := make([]any, all)
	for i := range teams {
		teams[i] = fmt.Sprintf("team %d", i)
	}
	_, err := d.resolve([]Object{{Key: "ada", Fields: Fields{"teams": teams[:all/2]}}, {Key: "kay", Fields: Fields{"teams": teams[all/2:]}}})
	joined := err.(interface{ Unwrap() []error }).Unwrap()
	if len(joined) != maxWrong+1 {
		t.Fatalf("%d errors", len(joined))
	}
	first, last := joined[0].(*ReferenceError), joined[maxWrong-1].(*ReferenceError)
	if !slices.Equal(first.Known, []string{"Platform", "Security"}) || &first.Known[0] != &last.Known[0] || first.Name != "team 0" || last.Name != "team 19" {
		t.Errorf("the first error is %+v, the last %+v", first, last)
	}
	more, _ := joined[maxWrong].(*MoreError)
	if want := "39980 more teams or projects of members do not exist, or their names are not unique"; more == nil || more.Kind != "members" || more.Error() != want {
		t.Errorf("the error after them is %v", joined[maxWrong])
	}
}

// TestManyOfOneName: a message lists only some of many ids.
func TestManyOfOneName(t *testing.T) {
	twins := make([]Object, 40_000)
	for i := range twins {
		twins[i] = Object{ID: fmt.Sprint(i), Key: "Twin"}
	}
	_, err := directoryOf(map[string]catalog{"teams": newCatalog(twins...)}).resolve([]Object{{Key: "ada", Fields: Fields{"teams": []any{"Twin"}}}})
	if got := err.Error(); !strings.HasPrefix(got, `several teams have the name "Twin"; write an id instead: 0, 1, 2`) || !strings.HasSuffix(got, "18, 19, and 39980 more") {
		t.Error(got)
	}
}

// BenchmarkUnknownReferences has as many wrong references as fit into one file.
func BenchmarkUnknownReferences(b *testing.B) {
	c, teams := newCatalog(), make([]any, 40_000)
	for i := range 1000 {
		c.add(fmt.Sprint(i), fmt.Sprintf("a team of that number, %d", i))
	}
	for i := range teams {
		teams[i] = fmt.Sprintf("team %d", i)
	}
	for b.Loop() {
		if _, err := directoryOf(map[string]catalog{"teams": c}).resolve([]Object{{Key: "ada", Fields: Fields{"teams": teams}}}); err == nil {
			b.Fatal("they are known")
		}
	}
}
