package render_test

import (
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/render"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/safetext"
)

// TestSummary: the summary of organizations without changes. Stories show the other summaries.
func TestSummary(t *testing.T) {
	idle := plan.Org{Name: "B", Notices: []plan.Notice{{About: plan.Unmanaged}}}
	for _, row := range []struct {
		reason string
		orgs   []plan.Org
		want   string
	}{
		{"one organization", []plan.Org{{Name: "A"}}, "No changes. 1 organization matches."},
		{"two organizations", []plan.Org{{Name: "A"}, {Name: "B"}}, "No changes. 2 organizations match."},
		{"an organization that could not be read does not match",
			[]plan.Org{{Name: "A"}, {Name: "B", Error: "401"}},
			"No changes. 1 organization matches.\nErrors: 1 organization is not planned, or only in part."},
		{"no organization could be read",
			[]plan.Org{{Name: "A", Error: "401"}}, "Errors: 1 organization is not planned, or only in part."},
		{"an organization that is not managed does not match", []plan.Org{{Name: "A"}, idle}, "No changes. 1 organization matches. 1 organization manages nothing."},
		{"of one organization, only the name is managed", []plan.Org{idle, {Name: "A", Notices: []plan.Notice{{About: plan.OnlyName}}}}, "No changes. 1 organization manages nothing. 1 organization manages only its name."},
		{"no organization is managed", []plan.Org{idle, idle}, "No changes. 2 organizations manage nothing."},
		{"an organization that is not managed and could not be read is counted once", []plan.Org{{Name: "A", Error: "401", Notices: idle.Notices}},
			"Errors: 1 organization is not planned, or only in part."},
	} {
		got, _, _ := strings.Cut(written(t, plan.New(row.orgs), render.View{}.WritePlanMarkdown), "\n###")
		if want := "**" + strings.ReplaceAll(row.want, "\n", "**\n\n**") + "**\n"; got != want {
			t.Errorf("%s: got %q, want %q", row.reason, got, want)
		}
	}
	p := plan.New([]plan.Org{{Name: "A"}})
	p.Review = []plan.ReviewItem{{About: plan.Adopted, Organization: "A", Kind: "members", Key: "ada@acme.example"}}
	if got := written(t, p, render.View{}.WritePlan); !strings.HasSuffix(got, "\nNo changes to apply. 1 organization matches.\n") {
		t.Errorf("the change means something, so this is not simply \"No changes\": %s", got)
	}
}

// TestDetails: an object that is added or removed as a whole is shown field by field, like one that changes.
func TestDetails(t *testing.T) {
	timeouts := resource.Fields{"customSessionTimeouts": resource.Fields{"absolute": json.Number("43200"), "idle": json.Number("900")}}
	none, unset := resource.Fields{"customSessionTimeouts": nil}, render.Value(nil)
	x, name := strings.Repeat("x", 999), func(text string) resource.Fields { return resource.Fields{"name": text} }
	for _, row := range []struct {
		reason        string
		before, after resource.Fields
		want          []string
	}{
		{"an object is added", none, timeouts, []string{"customSessionTimeouts.absolute: " + unset + " -> 43200", "customSessionTimeouts.idle: " + unset + " -> 900"}},
		{"an object is removed", timeouts, none, []string{"customSessionTimeouts.absolute: 43200 -> " + unset, "customSessionTimeouts.idle: 900 -> " + unset}},
		{"the values before are unknown", nil, none, []string{"customSessionTimeouts: " + unset}},
		{"long texts show the difference inside them", name(x + "a"), name(x + "b"), []string{"name: " + x + "[-a-]{+b+}"}},
		{"texts that are too long for that are shown whole", name(x + "xa"), name(x + "b"), []string{"name: " + x + "xa -> " + x + "b"}},
	} {
		got := render.View{}.Details(plan.Step{Op: plan.Update, Kind: "settings", Before: row.before, After: row.after})
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.reason, diff)
		}
	}
}

// nasty contains texts that have a meaning for a terminal, GitHub's runner, Markdown or HTML.
var nasty = []string{
	"", "\x1b[2J\x1b[1;1H", "\u009b31m", "\u202eevil", "\u2028", "\x7f", "\r\n::set-env name=X::1", "\n::1", "::error::x", "##[set-env name=X]1",
	"##", "#", "[", "```\n# heading", "~~~", "`x`", "@octocat", "<!-- -->", "</code></summary></details>", "<img src=x onerror=y>", "&amp;", "![x](y)",
	"- invitations/x", "+ x", "@@ -1 +1 @@", " -> ", "unset", "null", "1e3", `"`, `\`, "a, b", "\xff", "\U000e0001", strings.Repeat("`", 9),
}

// FuzzViews puts nasty text everywhere into a plan. Each form of the plan must show it as plain text.
func FuzzViews(f *testing.F) {
	for _, text := range nasty {
		f.Add(text, "Acme", "ORG_MEMBER", uint8(1))
		f.Add("Acme", text, text, uint8(2))
	}
	f.Fuzz(func(t *testing.T, a, b, c string, n uint8) {
		a, b, c = strings.ToValidUTF8(a, "?"), strings.ToValidUTF8(b, "?"), strings.ToValidUTF8(c, "?")
		step := func(op plan.Op, before, after resource.Fields) plan.Step {
			return plan.Step{Op: op, Kind: "invitations", Key: a, ID: b, Before: before, After: after, Source: &plan.Source{File: c, Line: 1},
				Sources: map[string]plan.Source{a: {File: b, Line: 2}}}
		}
		fields := resource.Fields{a: b, "long": c + strings.Repeat("x", 40), "list": []any{a, b, c}, "map": resource.Fields{b: []any{c}}}
		other := resource.Fields{a: c, "long": b + strings.Repeat("x", 40), "list": []any{c}}
		again := step(plan.Create, nil, fields)
		again.ReinviteReason, again.ExpiredAt = plan.AfterExpiry, today().Add(-time.Duration(n)*12*time.Hour)
		notices := []plan.Notice{{About: plan.LeftAlone, Kind: b, Count: int(n), Keys: []string{a, b, c}}, {About: plan.Unmanaged}, {About: plan.OnlyName}, {About: plan.Rejected, Kind: a, Key: c}, {About: plan.Later, Kind: c}, {About: plan.Lookalike, Kind: a, Key: b, Other: c, Difference: b}}
		p := plan.New([]plan.Org{{Name: a, Notices: notices, ID: c, Credentials: b, Error: b + "\n" + c, Problems: []plan.Problem{{Message: b + "\n" + c}, {At: plan.Source{File: c, Line: 1}, About: a, Message: b}}, Baseline: plan.Baseline{Lists: map[string]int{"invitations": int(n)}},
			Steps: []plan.Step{step(plan.Create, nil, fields), again, step(plan.Update, fields, other), step(plan.Delete, fields, nil)}}})
		p.Review = nastyReview(a, b, c, int(n))
		p.Check(plan.Limits{Removals: 0, TotalRemovals: 10}, nil)
		v := render.View{Command: "atlas-gitops apply --accept " + p.Digest + " " + a}
		checkLines(t, written(t, p, render.View{Now: today()}.WritePlan))
		twice := plan.New([]plan.Org{p.Orgs[0], p.Orgs[0], {Name: b, Notices: notices[1:2]}})
		twice.Review = append(nastyReview(a, b, c, int(n)), nastyReview(b, b, c, int(n))...)
		checkLines(t, written(t, twice, render.View{Summary: true, Verbose: true, AcceptedWith: "--accept"}.WritePlan))
		checkMarkdown(t, written(t, p, v.WritePlanMarkdown))
		shared := plan.New([]plan.Org{p.Orgs[0], {Name: b, ID: a, Steps: p.Orgs[0].Steps}, {Name: c, Steps: p.Orgs[0].Steps}, {Name: a, Steps: p.Orgs[0].Steps[:1]}})
		checkMarkdown(t, written(t, shared, v.WritePlanMarkdown))
		checkLines(t, written(t, p, func(w io.Writer, p *plan.Plan) error { return v.WriteComparison(w, plan.Compare(plan.New(nil), p)) }))
		checkJSON(t, p, written(t, p, plan.WriteJSON))
		if text := written(t, p, render.View{Colors: true}.WritePlan); stripColors(text) != written(t, p, render.View{}.WritePlan) {
			t.Errorf("colours change more than colours: %q", text)
		}
	})
}

// nastyReview returns items of every kind with these texts.
func nastyReview(a, b, c string, n int) (items []plan.ReviewItem) {
	for _, about := range plan.ReviewKinds() {
		whole := plan.ReviewItem{About: about, Organization: a, ID: c, Kind: b, Count: n, Organizations: n, After: c, Source: &plan.Source{File: c, Line: 1}}
		field, object := whole, whole
		field.Field, field.Before, field.Live = a+"."+c, b, resource.Fields{b: []any{c}}
		object.Key, object.After, object.Unknown = a, nil, n%2 == 0
		items = append(items, whole, field, object)
	}
	return items
}

func stripColors(s string) string {
	return regexp.MustCompile("\x1b\\[[0-9]+m").ReplaceAllString(s, "")
}

// checkLines checks that a terminal can print every character, and that no line is a command for GitHub's runner.
func checkLines(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		notPrinted := func(r rune) bool { return !unicode.IsPrint(r) }
		if strings.ContainsFunc(line, notPrinted) || strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") {
			t.Errorf("not plain text: %q", line)
		}
	}
}

func checkJSON(t *testing.T, p *plan.Plan, text string) {
	t.Helper()
	checkLines(t, text)
	if i := strings.IndexAny(text, "<>&`"); i >= 0 {
		t.Errorf("not escaped: %q", text[i:])
	}
	var got plan.Plan
	if err := json.Unmarshal([]byte(text), &got); err != nil || got.Orgs[0].Name != p.Orgs[0].Name || !cmp.Equal(got.Orgs[0].Steps, p.Orgs[0].Steps, cmpopts.IgnoreFields(plan.Step{}, "ExpiredAt")) {
		t.Errorf("the JSON form cannot be read back: %v %s", err, text)
	}
}

// TestNamesOfUnmanaged: organizations of which nothing is managed have their ids, if they share a name.
func TestNamesOfUnmanaged(t *testing.T) {
	unmanaged := []plan.Notice{{About: plan.Unmanaged}}
	p := plan.New([]plan.Org{{Name: "A, B", ID: id, Notices: unmanaged}, {Name: "A, B"}, {Name: "C", Notices: unmanaged}})
	const want = "No changes. 1 organization matches. \"A, B\" (" + id + "),\n  C manage nothing.\n"
	if got := written(t, p, render.View{}.WritePlan); !strings.Contains(got, want) {
		t.Errorf("got %s", got)
	}
}

// TestWideNames: names and places of wide characters stay in their columns.
func TestWideNames(t *testing.T) {
	var orgs []plan.Org
	for i := range 12 {
		step := plan.Step{Op: plan.Create, Kind: "members", Key: strings.Repeat("東", i), After: resource.Fields{"name": "x"}, Source: &plan.Source{File: strings.Repeat("東", 16) + ".yaml", Line: 1}}
		orgs = append(orgs, plan.Org{Name: fmt.Sprint("東京都-", i), Steps: []plan.Step{step}}, plan.Org{Name: fmt.Sprint("京都府-", i), Notices: []plan.Notice{{About: plan.Unmanaged}}})
	}
	lines := strings.Split(written(t, plan.New(orgs), render.View{}.WritePlan), "\n")
	for _, line := range lines {
		start, _, isStep := strings.Cut(line, strings.Repeat("東", 16)+".yaml")
		if columns := safetext.Width(start); isStep && columns != 80-16*2-len(".yaml:1") {
			t.Errorf("the place begins in column %d: %s", columns, line)
		}
		if columns := safetext.Width(line); columns > 80 && !strings.HasPrefix(line, "Digest") {
			t.Errorf("%d columns: %s", columns, line)
		}
	}
}

// TestIdleWithErrors: an organization that could not be read counts as an error. The text does not also say that the tree manages nothing.
func TestIdleWithErrors(t *testing.T) {
	p := plan.New([]plan.Org{{Name: "A"}, {Name: "B", Error: "x", Notices: []plan.Notice{{About: plan.Unmanaged}}}})
	const want = "No changes. 1 organization matches.\nErrors: 1 organization is not planned, or only in part.\n"
	if got := written(t, p, render.View{}.WritePlan); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
