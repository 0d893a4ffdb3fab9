package adopt

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// edit brings other roles of the people in a file into it, and returns the new text, and the keys of the steps that stay. Each edit is
// made by itself if check is not nil.
func edit(t *testing.T, text string, roles func(i int) []any, check func([]byte) error) (string, []string) {
	t.Helper()
	tree, err := spec.Load(fstest.MapFS{"a.yaml": {Data: []byte(text)}}, []string{"a.yaml"})
	if err != nil || len(tree.Orgs) != 1 {
		t.Fatal(err, tree.Diagnostics)
	}
	o, members := tree.Orgs[0], resource.Members.Name
	var live []resource.Object
	for i, want := range o.Want[members] {
		live = append(live, resource.Object{Key: want.Key, ID: fmt.Sprint(i), Fields: resource.Fields{"roles": roles(i)}})
	}
	state := resource.State{members: live}
	done, err := Edit(t.Context(), []byte(text), o, planner.Live{State: state}, plan.Diff(resource.Kinds, state, o.Want), check)
	if err != nil {
		t.Fatal(err)
	}
	var stay []string
	for _, s := range done.Rest {
		stay = append(stay, s.Key)
	}
	return string(done.Text), stay
}

func noCheck([]byte) error { return nil }

// readers gives the first person the role that the others must not lose.
func readers(i int) []any {
	if i == 0 {
		return []any{"ORG_OWNER", "ORG_READ_ONLY"}
	}
	return []any{"ORG_READ_ONLY"}
}

// TestTogether checks that simple edits at once have the same result as edits one by one, also among edits that are not simple or not
// possible.
func TestTogether(t *testing.T) {
	const head = "name: Acme\nmembers:\n  - {username: a@x.example, roles: [ORG_OWNER]} # the first\n"
	for reason, people := range map[string]string{
		"simple": "  - username: b@x.example\n    roles: [ORG_MEMBER] # b\n\n  # about c\n  - {roles: [ORG_MEMBER, ORG_READ_ONLY], username: c@x.example}\n" +
			"  - {username: d@x.example, roles: [ORG_READ_ONLY]}\n",
		"a list on lines of its own": "  - username: b@x.example\n    roles:\n      - ORG_MEMBER\n      # read\n      - ORG_READ_ONLY\n  - {username: c@x.example, roles: [ORG_MEMBER]}\n" +
			"  - {username: d@x.example, roles: [ORG_MEMBER]}\n",
		"an alias": "  - {username: b@x.example, roles: &r [ORG_MEMBER]}\n  - {username: c@x.example, roles: *r}\n" +
			"  - {username: d@x.example, roles: [ORG_MEMBER]}\n  - {username: e@x.example, roles: [ORG_MEMBER]}\n",
		"comments in brackets": "  - {username: b@x.example, roles: [ORG_MEMBER, # why\n      ORG_BILLING_ADMIN]}\n  - {username: c@x.example, roles: [ORG_MEMBER]}\n" +
			"  - {username: d@x.example, roles: [ORG_MEMBER]}\n",
	} {
		text, stay := edit(t, head+people, readers, nil)
		single, staySingle := edit(t, head+people, readers, noCheck)
		if text != single || fmt.Sprint(stay) != fmt.Sprint(staySingle) {
			t.Errorf("%s: got %v and\n%s\nwant %v and\n%s", reason, stay, text, staySingle, single)
		}
		if text == head+people {
			t.Errorf("%s: nothing was edited", reason)
		}
	}
}

// TestTogetherIsLinear checks that the work for each person does not grow with their number.
func TestTogetherIsLinear(t *testing.T) {
	work := func(n int) float64 {
		var text strings.Builder
		text.WriteString("name: Acme\nmembers:\n  - {username: a@x.example, roles: [ORG_OWNER]}\n")
		for i := range n {
			fmt.Fprintf(&text, "  - {username: u%d@x.example, roles: [ORG_MEMBER]}\n", i)
		}
		return testing.AllocsPerRun(1, func() {
			if _, stay := edit(t, text.String(), readers, nil); len(stay) > 0 {
				t.Fatal(stay)
			}
		})
	}
	if few, many := work(50), work(500); many > 12*few {
		t.Errorf("50 people take %.0f allocations, and 500 take %.0f", few, many)
	}
}
