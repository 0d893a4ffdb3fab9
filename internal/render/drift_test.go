package render_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"atlas-gitops/internal/github/githubtest"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/render"
	"atlas-gitops/internal/resource"
)

// driftOf returns the issue about drift in these organizations.
func driftOf(t *testing.T, v render.View, d render.Drift, orgs ...plan.Org) string {
	t.Helper()
	d.Plan = plan.New(orgs)
	d.Plan.Check(plan.Limits{Removals: 3, TotalRemovals: 10}, nil)
	return written(t, d.Plan, func(w io.Writer, _ *plan.Plan) error { return v.WriteDriftMarkdown(w, d) })
}

// TestDriftDifferences: an issue says what the tree has and what Atlas has, not what an apply would do.
func TestDriftDifferences(t *testing.T) {
	at := &plan.Source{File: "orgs/acme.yaml", Line: 7}
	member, owner := resource.Fields{"roles": []any{"ORG_MEMBER"}}, resource.Fields{"roles": []any{"ORG_OWNER"}}
	long := strings.Repeat("x", 40)
	for _, row := range []struct {
		reason string
		step   plan.Step
		want   string
	}{
		{"a setting", plan.Step{Op: plan.Update, Kind: "settings", Before: resource.Fields{"a": false, "b": nil}, After: resource.Fields{"a": true, "b": "x"}, Source: at,
			Sources: map[string]plan.Source{"a": *at, "b": {File: "orgs/_defaults.yaml", Line: 2}}},
			"settings                                       orgs/acme.yaml:7\n    a: tree true, Atlas false\n    b: tree x, Atlas unset (orgs/_defaults.yaml:2)\n"},
		{"long values", plan.Step{Op: plan.Update, Kind: "settings", Before: resource.Fields{"a": long}, After: resource.Fields{"a": long + "y"}},
			"settings\n    a:\n        tree  " + long + "y\n        Atlas " + long + "\n"},
		{"values that look the same", plan.Step{Op: plan.Update, Kind: "settings", Before: resource.Fields{"a": "аda"}, After: resource.Fields{"a": "ada"}},
			"settings\n    a: tree ada, Atlas аda (U+0430 instead of U+0061)\n"},
		{"the live value is unknown", plan.Step{Op: plan.Update, Kind: "settings", After: resource.Fields{"a": true}}, "settings\n    a: tree true\n"},
		{"somebody has other roles", plan.Step{Op: plan.Update, Kind: "members", Key: "ada@x.example", Before: owner, After: member},
			"members/ada@x.example\n    roles: tree [ORG_MEMBER], Atlas [ORG_OWNER]\n"},
		{"somebody is only in Atlas", plan.Step{Op: plan.Delete, Kind: "members", Key: "ada@x.example", Before: owner},
			"members/ada@x.example\n    in Atlas, not in the tree\n    roles: [ORG_OWNER]\n"},
		{"somebody is only in the tree", plan.Step{Op: plan.Create, Kind: "members", Key: "ada@x.example", After: member},
			"members/ada@x.example\n    in the tree, not in Atlas\n    roles: [ORG_MEMBER]\n"},
		{"an invitation expired", plan.Step{Op: plan.Create, Kind: "members", Key: "ada@x.example", After: member, ReinviteReason: plan.AfterExpiry},
			"members/ada@x.example\n    in the tree, not in Atlas (the last invitation expired)\n    roles: [ORG_MEMBER]\n"},
		{"an invitation was rejected", plan.Step{Op: plan.Create, Kind: "members", Key: "ada@x.example", After: member, ReinviteReason: plan.AfterRejection},
			"members/ada@x.example\n    in the tree, not in Atlas (the last invitation was rejected)\n    roles: [ORG_MEMBER]\n"},
		{"an organization that should be gone", plan.Step{Op: plan.Delete, Kind: "organization", Before: resource.Fields{"name": "A"}},
			"organization\n    in Atlas, and state: absent in the tree\n    name: A\n"},
		{"hostile names", plan.Step{Op: plan.Delete, Kind: "members", Key: "```\n::error::@x <!-- -->", Before: resource.Fields{"a`b": "```\n# @everyone"}},
			"\"members/\\x60\\x60\\x60\\n::error::@x <!-- -->\"\n    in Atlas, not in the tree\n    \"a\\x60b\": \"\\x60\\x60\\x60\\n# @everyone\"\n"},
	} {
		got := driftOf(t, render.View{}, render.Drift{}, plan.Org{Name: "A", Steps: []plan.Step{row.step}})
		_, block, _ := strings.Cut(got, "### Differences\n\n```text\n")
		if block, _, _ = strings.Cut(block, "```\n"); block != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, block, row.want)
		}
		if _, err := githubtest.OutsideOfCode(got); err != nil {
			t.Errorf("%s: %v", row.reason, err)
		}
	}
}

// TestDriftIsCut: an issue is never longer than its limit, and says what is missing. How to resolve the drift is always there.
func TestDriftIsCut(t *testing.T) {
	org := plan.Org{Name: "A"}
	for i := range 500 {
		org.Steps = append(org.Steps, plan.Step{Op: plan.Delete, Kind: "members", Key: fmt.Sprintf("somebody-%03d@acme.example", i), Before: resource.Fields{"roles": []any{"ORG_OWNER"}}})
	}
	var orgs []plan.Org
	for i := range 100 {
		org.ID = fmt.Sprint(i)
		orgs = append(orgs, org)
	}
	const size = 5000
	got := driftOf(t, render.View{Size: size, FullOutput: "Look there."}, render.Drift{IsShared: true}, orgs...)
	shown := strings.Count(got, "\nmembers/")
	if len(got) > size || shown == 0 || !strings.Contains(got, fmt.Sprintf("**Too long to be shown here: %d of 500 steps, and ", 500-shown)) || !strings.Contains(got, "To restore what the tree says, apply the tree.") {
		t.Errorf("%d bytes: %s", len(got), got)
	}
}

// TestDriftTitle: a title names what differs, without values.
func TestDriftTitle(t *testing.T) {
	got := render.DriftTitle(plan.Org{Steps: []plan.Step{
		{Op: plan.Update, Kind: "settings", Before: resource.Fields{"a": 1, "b": 1}, After: resource.Fields{"a": 2, "b": 2}},
		{Op: plan.Delete, Kind: "members", Key: "ada@acme.example"},
		{Op: plan.Update, Kind: "members", Key: "kay@acme.example", After: resource.Fields{"roles": nil}},
	}})
	if want := "settings: a, b; members/ada@acme.example; members/kay@acme.example"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
