package render_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/render"
	"atlas-gitops/internal/resource"
)

// sharing returns an organization with these steps.
func sharing(name string, steps ...plan.Step) plan.Org {
	return plan.Org{Name: name, ID: fmt.Sprintf("%024x", len(name)*1000+len(steps)), Steps: steps}
}

// TestWriteSummary: steps that are equal in several organizations are written once, and every person who is removed is named.
func TestWriteSummary(t *testing.T) {
	setting := func(line int, field string) plan.Step {
		return plan.Step{Op: plan.Update, Kind: "settings", Before: resource.Fields{field: false}, After: resource.Fields{field: true},
			Source: &plan.Source{File: "orgs/_defaults.yaml", Line: line}}
	}
	person := func(op plan.Op, key, role string) plan.Step {
		fields := resource.Fields{"roles": []any{role}}
		if op == plan.Delete {
			return plan.Step{Op: op, Kind: "members", Key: key, ID: role, Before: fields}
		}
		return plan.Step{Op: op, Kind: "members", Key: key, After: fields}
	}
	overridden := func(file string) plan.Step {
		s := setting(7, "multiFactorAuthRequired")
		s.Sources = map[string]plan.Source{"multiFactorAuthRequired": {File: file, Line: 1}}
		return s
	}
	mfa, other, ada := setting(7, "multiFactorAuthRequired"), setting(9, "multiFactorAuthRequired"), person(plan.Create, "ada@acme.example", "ORG_MEMBER")
	bob, eve := person(plan.Delete, "bob@acme.example", "ORG_MEMBER"), person(plan.Delete, "eve@acme.example", "ORG_MEMBER")
	drifted := ada
	drifted.Drift = true
	for _, row := range []struct {
		reason string
		orgs   []plan.Org
		want   string
	}{
		{"equal steps", []plan.Org{sharing("A", mfa), sharing("B", mfa)},
			"2 organizations\n  ~ settings                                   orgs/_defaults.yaml:7\n      multiFactorAuthRequired: false -> true\n  A, B\n"},
		{"a step of one organization stays below it", []plan.Org{sharing("A", mfa, ada), sharing("B", mfa)},
			"2 organizations\n  ~ settings                                   orgs/_defaults.yaml:7\n      multiFactorAuthRequired: false -> true\n  A, B\n\n" +
				"A (0000000000000000000003ea)\n  + members/ada@acme.example\n      roles: [ORG_MEMBER]\n"},
		{"several steps of the same organizations are one block", []plan.Org{sharing("A", ada, bob), sharing("B", ada, bob)},
			"2 organizations\n  + members/ada@acme.example\n      roles: [ORG_MEMBER]\n  - members/bob@acme.example\n      roles: [ORG_MEMBER]\n  A, B\n"},
		{"different people are removed", []plan.Org{sharing("A", bob), sharing("B", eve)},
			"A (0000000000000000000003e9)\n  - members/bob@acme.example\n      roles: [ORG_MEMBER]\n\n" +
				"B (0000000000000000000003e9)\n  - members/eve@acme.example\n      roles: [ORG_MEMBER]\n"},
		{"another role is another step", []plan.Org{sharing("A", ada), sharing("B", person(plan.Create, "ada@acme.example", "ORG_OWNER"))},
			"A (0000000000000000000003e9)\n  + members/ada@acme.example\n      roles: [ORG_MEMBER]\n\n" +
				"B (0000000000000000000003e9)\n  + members/ada@acme.example\n      roles: [ORG_OWNER]\n"},
		{"different places are left out", []plan.Org{sharing("A", mfa), sharing("B", other)},
			"2 organizations\n  ~ settings\n      multiFactorAuthRequired: false -> true\n  A, B\n"},
		{"different places of a field are left out", []plan.Org{sharing("A", overridden("a")), sharing("B", overridden("b"))},
			"2 organizations\n  ~ settings\n      multiFactorAuthRequired: false -> true\n  A, B\n"},
		{"drift and a change of the tree are different steps", []plan.Org{sharing("A", ada), sharing("B", drifted)},
			"A (0000000000000000000003e9)\n  + members/ada@acme.example\n      roles: [ORG_MEMBER]\n\n" +
				"B (0000000000000000000003e9)\n  + members/ada@acme.example\n      roles: [ORG_MEMBER]\n      drift: the base already asks for this\n\n" +
				"Notes:\n  drift: the base already asks for 1 of 2 steps\n"},
		{"organizations with the same name have ids", []plan.Org{sharing("A", ada), {Name: "A", ID: id, Steps: []plan.Step{ada}}},
			"2 organizations\n  + members/ada@acme.example\n      roles: [ORG_MEMBER]\n  A (0000000000000000000003e9), A (" + id + ")\n"},
	} {
		p := plan.New(row.orgs)
		text := written(t, p, render.View{Summary: true}.WritePlan)
		got, _, _ := strings.Cut(text, "\nPlan: ")
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.reason, diff)
		}
	}
}

// TestWriteSummaryWraps: many names are wrapped at 80 columns, in natural order, and none is missing.
func TestWriteSummaryWraps(t *testing.T) {
	var orgs []plan.Org
	for i := range 60 {
		orgs = append(orgs, sharing(fmt.Sprintf("Acme-%d", i), plan.Step{Op: plan.Update, Kind: "settings", After: resource.Fields{"a": true}}))
	}
	text := written(t, plan.New(orgs), render.View{Summary: true}.WritePlan)
	if !strings.HasPrefix(text, "60 organizations\n") || !strings.Contains(text, " Acme-9, Acme-10,") || strings.Count(text, "Acme-") != 60 {
		t.Error(text)
	}
	for line := range strings.Lines(text) {
		if len(line) > 81 && !strings.HasPrefix(line, "Digest") {
			t.Errorf("%d columns: %s", len(line)-1, line)
		}
	}
}

// TestMarkdownGroups: Markdown shows steps once that three or more organizations share. A reviewer sees one by one what removes
// something, may lock out the credential, makes somebody an owner, or is blocked.
func TestMarkdownGroups(t *testing.T) {
	mfa := func(after any) plan.Step {
		return plan.Step{Op: plan.Update, Kind: "settings", Before: resource.Fields{"multiFactorAuthRequired": !after.(bool)}, After: resource.Fields{"multiFactorAuthRequired": after}}
	}
	person := func(op plan.Op, before, after any) plan.Step {
		s := plan.Step{Op: op, Kind: "members", Key: "ada@acme.example"}
		if before != nil {
			s.Before = resource.Fields{"roles": []any{before}}
		}
		if after != nil {
			s.After = resource.Fields{"roles": []any{after}}
		}
		return s
	}
	drift := mfa(true)
	drift.Drift = true
	lock := plan.Step{Op: plan.Update, Kind: "settings", Before: resource.Fields{"apiAccessListRequired": false}, After: resource.Fields{"apiAccessListRequired": true}}
	invited := person(plan.Create, nil, "ORG_MEMBER")
	for _, row := range []struct {
		reason string
		orgs   [][]plan.Step // of A, B, C …
		limit  int
		title  string // of the group; "" for none
		times  int    // how often the page shows the first step of A
	}{
		{"one change in three organizations", [][]plan.Step{{mfa(true)}, {mfa(true)}, {mfa(true)}}, 3, "<code>~ settings</code>: <code>multiFactorAuthRequired: false -&gt; true</code> in 3 organizations", 1},
		{"two changes in three organizations", [][]plan.Step{{mfa(true), invited}, {mfa(true), invited}, {mfa(true), invited}}, 3, "1 to create, 1 to update, in each of 3 organizations", 1},
		{"two organizations are too few", [][]plan.Step{{mfa(true)}, {mfa(true)}}, 3, "", 2},
		{"other values", [][]plan.Step{{mfa(true)}, {mfa(true)}, {mfa(false)}}, 3, "", 2},
		{"drift is another thing than a change", [][]plan.Step{{mfa(true)}, {mfa(true)}, {drift}}, 3, "", 3},
		{"removals stand one by one", [][]plan.Step{{person(plan.Delete, "ORG_MEMBER", nil)}, {person(plan.Delete, "ORG_MEMBER", nil)}, {person(plan.Delete, "ORG_MEMBER", nil)}}, 3, "", 3},
		{"so do grants of ORG_OWNER", [][]plan.Step{{person(plan.Update, "ORG_MEMBER", "ORG_OWNER")}, {person(plan.Update, "ORG_MEMBER", "ORG_OWNER")}, {person(plan.Update, "ORG_MEMBER", "ORG_OWNER")}}, 3, "", 3},
		{"so do invitations of owners", [][]plan.Step{{person(plan.Create, nil, "ORG_OWNER")}, {person(plan.Create, nil, "ORG_OWNER")}, {person(plan.Create, nil, "ORG_OWNER")}}, 3, "", 3},
		{"so does everything in a blocked organization", [][]plan.Step{{mfa(true), lock}, {mfa(true)}, {mfa(true)}, {mfa(true)}}, 3, "<code>~ settings</code>: <code>multiFactorAuthRequired: false -&gt; true</code> in 3 organizations", 2},
	} {
		var orgs []plan.Org
		for i, steps := range row.orgs {
			orgs = append(orgs, plan.Org{Name: string(rune('A' + i)), Steps: steps})
		}
		p := plan.New(orgs)
		p.Check(plan.Limits{Removals: row.limit, TotalRemovals: 100}, nil)
		text := written(t, p, render.View{}.WritePlanMarkdown)
		checkMarkdown(t, text)
		if hasGroup := strings.Contains(text, " organizations</summary>"); hasGroup != (row.title != "") || hasGroup && !strings.Contains(text, row.title+"</summary>") {
			t.Errorf("%s: want the group %q: %s", row.reason, row.title, text)
		}
		first := row.orgs[0][0]
		if got := strings.Count(text, strings.Join(render.View{}.Details(first), "\n")+"\n"); got != row.times {
			t.Errorf("%s: the step is shown %d times, want %d: %s", row.reason, got, row.times, text)
		}
	}
}

// TestMarkdownGroup: a group has its steps, with a place if that is the same for all, and below them the names of all organizations. An
// accepted organization belongs to it.
func TestMarkdownGroup(t *testing.T) {
	step := func(file string) plan.Step {
		return plan.Step{Op: plan.Update, Kind: "settings", After: resource.Fields{"securityContact": strings.Repeat("x", 99)}, Source: &plan.Source{File: file, Line: 1}}
	}
	lock := plan.Step{Op: plan.Update, Kind: "settings", Key: "lock", After: resource.Fields{"apiAccessListRequired": true}}
	const start, end = "</summary>\n\n```diff\n", "\n!     securityContact: "
	for _, row := range []struct {
		reason, lastFile string
		more             []plan.Step
		view             render.View
		orgs             int // in the group
		want             string
	}{
		{"one place", "a", nil, render.View{}, 60, start + "! settings                                     a:1" + end},
		{"places that differ are left out", "b", nil, render.View{}, 60, start + "! settings" + end},
		{"a blocked organization keeps its steps", "a", []plan.Step{lock}, render.View{}, 59, "<code>Acme-59 (000000000000000000001b5a)</code>: 1 to update" + start},
		{"an accepted organization does not", "a", []plan.Step{lock}, render.View{AcceptedWith: "--accept"}, 60, start},
	} {
		var orgs []plan.Org
		for i := range 59 {
			orgs = append(orgs, sharing(fmt.Sprintf("Acme-%d", i), step("a")))
		}
		p := plan.New(append(orgs, sharing("Acme-59", append(row.more, step(row.lastFile))...)))
		p.Check(plan.Limits{Removals: 3, TotalRemovals: 100}, nil)
		text := written(t, p, row.view.WritePlanMarkdown)
		checkMarkdown(t, text)
		_, group, _ := strings.Cut(text, fmt.Sprintf("x…</code> in %d organizations</summary>", row.orgs)) // the title is clipped
		_, group, _ = strings.Cut(group, "```text\n")
		names, _, _ := strings.Cut(group, "\n```\n")
		if !strings.Contains(text, row.want) || strings.Count(names, "Acme-") != row.orgs || strings.Count(text, strings.Repeat("x", 99)) != 61-row.orgs {
			t.Errorf("%s: got\n%s", row.reason, text)
		}
		for name := range strings.Lines(names) {
			if len(name) > 81 {
				t.Errorf("%s: %d columns: %s", row.reason, len(name)-1, name)
			}
		}
	}
}

// TestMarkdownGroupIsCut: a step of a group that does not fit counts once for each of its organizations. So do all, if the names do not fit.
func TestMarkdownGroupIsCut(t *testing.T) {
	var steps []plan.Step
	for i, size := range []int{10, 3000, 10} {
		steps = append(steps, plan.Step{Op: plan.Create, Kind: "invitations", Key: fmt.Sprintf("step%d", i), After: resource.Fields{"roles": []any{strings.Repeat("R", size)}}})
	}
	for _, row := range []struct {
		reason       string
		size         int
		shown        string // numbers of the steps
		title, total string
	}{
		{"all fit", 6000, "012", "3 to create, in each of 5 organizations</summary>", ""},
		{"one does not", 1500, "02", "3 to create, in each of 5 organizations (2 of 3)</summary>", "5 of 15 steps, and 0 messages"},
		{"the names do not", 600, "", "", "15 of 15 steps, and 0 messages"},
	} {
		var orgs []plan.Org
		for i := range 5 {
			orgs = append(orgs, sharing(fmt.Sprintf("Acme-%d-%s", i, strings.Repeat("x", 50)), steps...))
		}
		text := written(t, plan.New(orgs), render.View{Size: row.size}.WritePlanMarkdown)
		checkMarkdown(t, text)
		shown := ""
		for i := range steps {
			shown += strings.Repeat(fmt.Sprint(i), strings.Count(text, fmt.Sprintf("invitations/step%d\n", i)))
		}
		if shown != row.shown || !strings.Contains(text, row.title) || !strings.Contains(text, row.total) || (row.total == "") == strings.Contains(text, "Too long") || len(text) > row.size {
			t.Errorf("%s: got\n%s", row.reason, text)
		}
	}
}
