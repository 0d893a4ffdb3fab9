package yamldoc

import (
	"fmt"
	"strings"
	"testing"
)

const severalForms = `name: x # top
# a comment
members:
  - username: a@x.example # first
    roles: [A]
  # about b
  - {username: b@x.example, roles: [A, B], teams: []}
  - roles: [A]

    username: c@x.example
  -   username:   d@x.example
      roles: # the roles
        - A
  - username: e@x.example
    roles: [A, # one
      B]
  - username: f@x.example
    roles: &f [A]
  - username: g@x.example
    roles: *f
  - username: h@x.example
    roles: [A]
    teams: null`

// TestSetAll checks that values set together give the same bytes as values set one by one, and which are refused.
func TestSetAll(t *testing.T) {
	long := `["` + strings.Repeat("long", 20) + `", "` + strings.Repeat("long", 20) + `"]`
	for _, row := range []struct {
		reason, settings string
		refused          bool
	}{
		{"in the order of the file", "members.0.roles [\"B\"]; members.1.roles [\"B\"]; members.2.roles []", false},
		{"in another order", "members.7.roles [\"B\"]; members.0.roles [\"B\", \"C\"]; members.1.roles [\"C\"]", false},
		{"several on one line", "members.1.teams [\"T\"]; members.1.roles [\"B\"]; members.1.username \"x@x.example\"", false},
		{"equal values", "members.0.roles [\"A\"]; members.7.roles [\"B\"]", false},
		{"scalars", "name \"y\"; members.7.teams [\"T\"]; members.3.username \"z z@x.example\"", false},
		{"a list on lines of its own", "members.0.roles [\"B\"]; members.3.roles [\"B\"]", true},
		{"comments between brackets", "members.0.roles [\"B\"]; members.4.roles [\"B\"]", true},
		{"an anchor", "members.0.roles [\"B\"]; members.5.roles [\"B\"]", true},
		{"an alias", "members.0.roles [\"B\"]; members.6.roles [\"B\"]", true},
		{"a missing key", "members.0.roles [\"B\"]; members.7.projects {}", true},
		{"an object", "members.0.roles [\"B\"]; members.7.teams {\"a\": 1}", true},
		{"a list that needs several lines", "members.0.roles [\"B\"]; members.7.roles " + long, true},
		{"the same value twice", "members.0.roles [\"B\"]; members.0.roles [\"C\"]", true},
		{"a value in another one", "members.1.roles [\"B\"]; members.1.roles.0 \"C\"", true},
	} {
		documents, err := Open([]byte(severalForms), organizationOrder())
		if err != nil {
			t.Fatal(err)
		}
		single, together := documents[0], []Setting{}
		for one := range strings.SplitSeq(row.settings, "; ") {
			path, value, _ := strings.Cut(one, " ")
			s := Setting{pathOf(path), jsonValue(t, value)}
			together = append(together, s)
			if !row.refused {
				if single, err = single.Set(s.Path, s.Value); err != nil {
					t.Fatalf("%s: %v", row.reason, err)
				}
			}
		}
		got, err := SetAll(documents[0], together)
		if row.refused != (err != nil) || row.refused != (got == nil) {
			t.Errorf("%s: %v", row.reason, err)
		} else if !row.refused && string(got.Text()) != string(single.Text()) {
			t.Errorf("%s: got\n%s\nwant\n%s", row.reason, got.Text(), single.Text())
		}
	}
}

// TestSetAllIsLinear checks that the work for each value does not grow with their number.
func TestSetAllIsLinear(t *testing.T) {
	work := func(n int) float64 {
		var text strings.Builder
		var all []Setting
		text.WriteString("members:\n")
		for i := range n {
			fmt.Fprintf(&text, "  - {username: u%d@x.example, roles: [A]}\n", i)
			all = append(all, Setting{Path{"members", i, "roles"}, []any{"B"}})
		}
		documents, err := Open([]byte(text.String()), organizationOrder())
		if err != nil {
			t.Fatal(err)
		}
		return testing.AllocsPerRun(1, func() {
			if _, err := SetAll(documents[0], all); err != nil {
				t.Fatal(err)
			}
		})
	}
	if few, many := work(50), work(500); many > 12*few {
		t.Errorf("50 values take %.0f allocations, and 500 take %.0f", few, many)
	}
}
