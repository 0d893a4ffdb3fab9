package render_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"atlas-gitops/internal/github/githubtest"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/render"
	"atlas-gitops/internal/resource"
)

// ours matches the lines that a plan in Markdown may have outside of code.
var ours = regexp.MustCompile("^(" + strings.Join([]string{
	"", `\*\*[A-Za-z0-9 :,.]+\*\*( Run ` + "`plan` without `--format markdown` to see all of it" + `\.)?`, `### [A-Za-z0-9, -]+( \([0-9]+ of [0-9]+\))?`, "</details>",
	`<details><summary>([0-9a-z ,]+, in each of|<code>[^<>]*</code>(: <code>[^<>]*</code>)? in) [0-9]+ organizations( \([0-9]+ of [0-9]+\))?</summary>`, `<details><summary><code>[^<>]*</code>: [0-9a-z ,]+( \([0-9]+ of [0-9]+\))?</summary>`, "Digest: `[0-9a-f]{64}`", "To apply exactly this plan:", "\\*\\*Guards block [0-9]+ organizations?:\\*\\* `[^`]+`(, `[^`]+`)*( and `[^`]+`|, and [0-9]+ more)?\\.( To accept that, review it, then commit these lines to `[^`]+`:)?", "To apply exactly this plan(, also what guards block)?, run `apply --accept` with this digest\\.",
}, "|") + ")$")

func checkMarkdown(t *testing.T, text string) {
	t.Helper()
	checkLines(t, text)
	lines, err := githubtest.OutsideOfCode(text)
	if err != nil {
		t.Error(err)
	}
	for _, line := range lines {
		if !ours.MatchString(line) {
			t.Errorf("has a meaning in Markdown: %q", line)
		}
	}
	if len(text) > 60_000 {
		t.Errorf("the page has %d bytes", len(text))
	}
}

// TestMarkdownHeadings: a removal stands below its own organization, even if the step before it was cut.
func TestMarkdownHeadings(t *testing.T) {
	step := func(key string, size int) plan.Step {
		return plan.Step{Op: plan.Delete, Kind: "invitations", Key: key, Before: resource.Fields{"roles": []any{strings.Repeat("R", size)}}}
	}
	text := written(t, plan.New([]plan.Org{
		{Name: "Acme", Steps: []plan.Step{step("a1", 10), step("a2", 10)}},
		{Name: "Beta", Steps: []plan.Step{step("b1", 60_000), step("b2", 10)}},
	}), render.View{}.WritePlanMarkdown)
	want := "```diff\n  Acme\n- invitations/a1\n-     roles: [RRRRRRRRRR]\n- invitations/a2\n-     roles: [RRRRRRRRRR]\n" +
		"  Beta\n- invitations/b2\n-     roles: [RRRRRRRRRR]\n```\n"
	if !strings.Contains(text, want) {
		t.Errorf("got\n%s", text)
	}
}

// TestMarkdownFits: for every size of the plan, the page keeps the limit and uses most of it.
func TestMarkdownFits(t *testing.T) {
	longest := 0
	for size := 58_900; size < 60_000; size += 29 {
		p := plan.New([]plan.Org{{Name: "Acme", Steps: []plan.Step{
			{Op: plan.Create, Kind: "invitations", Key: "a", After: resource.Fields{"roles": []any{strings.Repeat("R", size)}}},
			{Op: plan.Create, Kind: "invitations", Key: "b", After: resource.Fields{"roles": []any{"R"}}},
		}}})
		longest = max(longest, len(written(t, p, render.View{Command: "apply"}.WritePlanMarkdown)))
	}
	if longest > 60_000 || longest < 59_600 {
		t.Errorf("the longest has %d bytes", longest)
	}
}

// fleet is the size of a plan: organizations, each with removals, the same number of additions, and an error.
type fleet struct {
	orgs     int
	removals int // in each organization
	size     int // of a step in the first organization; the steps of the others are small
	errors   int // the length of each error
}

func (f fleet) plan() *plan.Plan {
	var orgs []plan.Org
	size := f.size
	for i := range f.orgs {
		org := plan.Org{Name: fmt.Sprintf("Acme-%04d", i), ID: id, Error: strings.Repeat("e", f.errors)}
		if f.errors > 0 {
			org.Problems = []plan.Problem{{Message: org.Error, Common: org.Name}}
		}
		fields := resource.Fields{"roles": []any{strings.Repeat("R", size)}}
		for j := range f.removals {
			org.Steps = append(org.Steps, plan.Step{Op: plan.Delete, Kind: "invitations", Key: fmt.Sprint("d", j), Before: fields},
				plan.Step{Op: plan.Create, Kind: "invitations", Key: fmt.Sprint("c", j), After: fields})
		}
		orgs, size = append(orgs, org), 10
	}
	p := plan.New(orgs)
	p.Check(plan.Limits{Removals: 3, TotalRemovals: 1_000_000}, nil)
	return p
}

// TestMarkdownIsCut: a page that is too long is cut between steps, and says how much is missing. The digest is always shown.
func TestMarkdownIsCut(t *testing.T) {
	for _, row := range []struct {
		reason string
		fleet  fleet
	}{
		{"a small plan is shown completely", fleet{2, 2, 10, 10}},
		{"many organizations", fleet{300, 6, 100, 40}},
		{"a single step that is too long does not hide the others", fleet{3, 1, 59_000, 40}},
		{"only errors", fleet{2000, 0, 0, 200}},
		{"many errors do not hide removals silently", fleet{2000, 2, 10, 200}},
	} {
		t.Run(row.reason, func(t *testing.T) {
			p := row.fleet.plan()
			text := written(t, p, render.View{Command: strings.Repeat("x", 5000)}.WritePlanMarkdown)
			checkMarkdown(t, text)
			if hasSteps := row.fleet.removals > 0; hasSteps != strings.Contains(text, p.Digest) {
				t.Error("want a digest if, and only if, the plan has a step")
			}
			if strings.Contains(text, "```sh") {
				t.Error("the page shows a command that is too long")
			}
			checkCut(t, row.fleet, p, text)
		})
	}
}

// checkCut checks that the text says how many steps and messages are missing, and how many removals are shown, unless all are.
func checkCut(t *testing.T, f fleet, p *plan.Plan, text string) {
	t.Helper()
	removals, messages := strings.Count(text, "\n- invitations"), strings.Count(text, "\nerror: ")+strings.Count(text, "--max-deletes")
	steps, allRemovals, allMessages := removals+strings.Count(text, "\n+ invitations"), f.orgs*f.removals, f.orgs+len(p.Violations)
	missing := fmt.Sprintf("\n\n**Too long to be shown here: %d of %s, and %s.**", 2*allRemovals-steps, render.Count(p.Steps(), "step"), render.Count(allMessages-messages, "message"))
	isWhole := steps == 2*allRemovals && messages == allMessages
	if strings.Contains(text, missing) == isWhole {
		t.Errorf("%d steps and %d messages are shown of %d and %d:\n%s", steps, messages, 2*allRemovals, allMessages, text[max(0, len(text)-400):])
	}
	if steps == 0 && f.orgs < 2000 {
		t.Error("no step is shown")
	}
	heading := fmt.Sprintf("\n### Removals, lock-outs and new owners (%d of %d)\n", removals, allRemovals)
	if 0 < removals && removals < allRemovals && !strings.Contains(text, heading) {
		t.Errorf("%d of the removals are shown, but the heading does not say so", removals)
	}
}

// TestMarkdownAcceptance: the page ends with the command that applies exactly this plan. If that command cannot be shown, a sentence
// replaces it. A plan that was not compared with Atlas has neither.
func TestMarkdownAcceptance(t *testing.T) {
	p := plan.New([]plan.Org{{Name: "Acme", Steps: []plan.Step{{Op: plan.Update, Kind: "settings"}}}})
	const none = "\nTo apply exactly this plan, run `apply --accept` with this digest.\n"
	for _, row := range []struct {
		reason string
		view   render.View
		want   string
	}{
		{"in a shell", render.View{Command: "apply --accept 3f"}, "\nTo apply exactly this plan:\n\n```sh\napply --accept 3f\n```\n"},
		{"in a workflow", render.View{Command: "accept: 3f\nonly: Acme", AcceptHint: ", set these inputs"}, "\nTo apply exactly this plan, set these inputs:\n\n```text\naccept: 3f\nonly: Acme\n```\n"},
		{"no command is known", render.View{}, none},
		{"a command that is too long", render.View{Command: strings.Repeat("a", 4001)}, none},
		{"a command of the largest length", render.View{Command: strings.Repeat("a", 4000)}, "\nTo apply exactly this plan:\n\n```sh\n" + strings.Repeat("a", 4000) + "\n```\n"},
		{"a command that would end the code fence", render.View{Command: "apply ```"}, none},
		{"a command with an invisible character", render.View{Command: "apply \u202e"}, none},
	} {
		text := written(t, p, row.view.WritePlanMarkdown)
		if _, got, _ := strings.Cut(text, "\nDigest: `"+p.Digest+"`\n"); got != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
	if text := written(t, p, render.View{Command: "apply", ComparedWith: "the past"}.WritePlanMarkdown); strings.Contains(text, p.Digest) || !strings.HasPrefix(text, "**Compared with the past, not with Atlas.**\n") {
		t.Errorf("a plan that was not compared with Atlas cannot be applied: %s", text)
	}
}
