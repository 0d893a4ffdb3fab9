package spec

import (
	"strings"
	"testing"
	"testing/fstest"
)

// TestManyFindings checks that a limited number of findings of one rule is listed, and that the rest is counted.
func TestManyFindings(t *testing.T) {
	head := "name: A\nmembers:\n- username: a@b.cd\n  roles: [ORG_OWNER]\n  "
	for _, row := range []struct {
		reason, text   string
		found, ofWhich int // errors
		last           string
	}{
		{"as many as the limit", head + "teams: [" + strings.Repeat("x, ", maxFindings+1) + "]\n", maxFindings, maxFindings, `"x" is listed twice`},
		{"more than the limit", head + "teams: [" + strings.Repeat("x, ", maxFindings+6) + "]\n", maxFindings + 1, maxFindings + 1, "5 more findings of this rule, from this line on"},
		{"the limit counts each rule separately", head + "teams: [" + strings.Repeat("x, ", maxFindings+2) + "1]\n", maxFindings + 2, maxFindings + 2, "an item of teams is 1; it takes text"},
		{"the summary of warnings is a warning", head + "projects: {" + numbered("p%d: [GROUP_X, GROUP_Y],", 13_000) + "}\n", maxFindings + 1, 0, "50 more findings of this rule, from this line on"},
		{"a mistake in the value of many aliases counts once", head + "projects: &p {p: [GROUP_X]}\n" + numbered("- {username: u%d@b.cd, roles: [ORG_OWNER], projects: *p}\n", 100_000), 1, 0, `role "GROUP_X" is not known`},
	} {
		tree := fstest.MapFS{"orgs/a.yaml": {Data: []byte(row.text)}}
		orgs, found := load(t, tree, "orgs")
		if len(found) != row.found || Count(found, Error) != row.ofWhich || (len(orgs) == 0) != (row.ofWhich > 0) {
			t.Errorf("%s: %d findings, %d errors, %d organizations", row.reason, len(found), Count(found, Error), len(orgs))
			continue
		}
		if last := found[len(found)-1]; last.Message != row.last {
			t.Errorf("%s: the last finding is %q, want %q", row.reason, last.Message, row.last)
		}
		checkPlaces(t, tree, found)
	}
}
