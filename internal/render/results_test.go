package render_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/render"
	"atlas-gitops/internal/resource"
)

// advised is an error with advice.
type advised string

func (a advised) Error() string  { return string(a) }
func (a advised) Advice() string { return "do this" }

// TestWriteResults: a failed step shows the error, what to do, how often it was tried, and the values that Atlas has now.
func TestWriteResults(t *testing.T) {
	step := plan.Step{Op: plan.Create, Kind: "invitations", Key: "ada@acme.example"}
	var b strings.Builder
	v := render.View{}
	err := v.WriteResults(&b, []apply.Result{{Org: plan.Org{Name: "Acme", ID: "1"}, Outcomes: []apply.Outcome{
		{Step: step, Verdict: apply.Applied, Tries: 3},
		{Step: step, Verdict: apply.Failed, Tries: 6, Err: advised("503"), AsBefore: true},
		{Step: step, Verdict: apply.Failed, Tries: 1, Err: advised("400")},
		{Step: step, Verdict: apply.Failed, Tries: 2, Err: &apply.UnconfirmedError{Err: advised("503")}},
		{Step: step, Verdict: apply.Failed, Tries: 2, Err: apply.ErrReverted},
		{Step: step, Verdict: apply.Failed, Tries: 2, Reason: "its credential is in a.env", Err: advised("400"), Found: &resource.Object{Fields: resource.Fields{"roles": []any{"ORG_MEMBER"}}}},
		{Step: step, Verdict: apply.Failed, Tries: 2, Err: advised("503")}, // the object could not be read afterwards
		{Step: step, Verdict: apply.Skipped, Reason: "interrupted"},
	}}})
	want := `Acme (1)
  applied    + invitations/ada@acme.example
  failed     + invitations/ada@acme.example
               503; do this
               tried 6 times; nothing changed
  failed     + invitations/ada@acme.example
               400; do this
  failed     + invitations/ada@acme.example
               Atlas accepted the change, but it could not be checked afterwards: 503; do this
  failed     + invitations/ada@acme.example
               the change did not last: Atlas shows the old value again
  failed     + invitations/ada@acme.example
               its credential is in a.env
               400; do this
               now:
                 roles: [ORG_MEMBER]
  failed     + invitations/ada@acme.example
               503; do this
  skipped    + invitations/ada@acme.example
               interrupted

Apply: 1 applied, 0 unchanged, 0 conflict, 6 failed, 1 skipped, 0 blocked.
`
	if diff := cmp.Diff(want, b.String()); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

// TestSkipped: steps of one organization that were skipped for the same reason are one line.
func TestSkipped(t *testing.T) {
	outcome := func(key string, v apply.Verdict, reason string) apply.Outcome {
		return apply.Outcome{Step: plan.Step{Op: plan.Create, Kind: "invitations", Key: key}, Verdict: v, Reason: reason}
	}
	results := []apply.Result{
		{Org: plan.Org{Name: "Acme", ID: "1"}, Outcomes: []apply.Outcome{
			outcome("a", apply.Skipped, "interrupted"), outcome("b", apply.Applied, "interrupted"), outcome("c", apply.Skipped, "no owner"),
			outcome("d", apply.Skipped, "interrupted"), outcome("e", apply.Skipped, "interrupted")}},
		{Org: plan.Org{Name: "Beta", ID: "2"}, Outcomes: []apply.Outcome{outcome("a", apply.Skipped, "interrupted")}},
	}
	const lines = `  3 skipped: interrupted
  skipped    + invitations/c
               no owner
`
	v := render.View{Next: render.Next{Again: "atlas-gitops apply"}}
	var text, markdown strings.Builder
	p := plan.New([]plan.Org{results[0].Org, results[1].Org})
	for i, r := range results {
		for _, o := range r.Outcomes {
			p.Orgs[i].Steps = append(p.Orgs[i].Steps, o.Step)
		}
	}
	if err := errors.Join(v.WriteResults(&text, results), v.WriteResultsMarkdown(&markdown, p, results)); err != nil {
		t.Fatal(err)
	}
	applied := "  applied    + invitations/b\n               interrupted\n"
	if want := strings.Replace(lines, "  skipped", applied+"  skipped", 1); !strings.HasPrefix(text.String(), "Acme (1)\n"+want+"\nBeta (2)\n  skipped    + invitations/a\n") ||
		!strings.HasSuffix(text.String(), "5 skipped, 0 blocked.\n\nTo continue:\n  atlas-gitops apply\n") {
		t.Errorf("got %s", &text)
	}
	if !strings.Contains(markdown.String(), "\n### Next\n\n```text\nTo continue:\n  atlas-gitops apply\n```\n\n### Not done\n\n```text\nAcme (1)\n"+lines+"Beta (2)\n") {
		t.Errorf("got %s", &markdown)
	}
	markdown.Reset()
	v.Size = 1
	if err := v.WriteResultsMarkdown(&markdown, p, results); err != nil || !strings.Contains(markdown.String(), "6 of 6 steps") {
		t.Errorf("each missing step must count once: %s, %v", &markdown, err)
	}
}

// FuzzReport: a report is plain text, for any text from Atlas, the tree or the network.
func FuzzReport(f *testing.F) {
	for _, text := range []string{"\x1b[2J", "::set-env name=X::1", "\r\n::error::x", "##[set-env name=X]1", "```\n@octocat", "\u202e", "<b>", ""} {
		f.Add(text, "ada@acme.example", text)
		f.Add("Acme", text, "503")
	}
	f.Fuzz(func(t *testing.T, name, key, said string) {
		name, key, said = strings.ToValidUTF8(name, "?"), strings.ToValidUTF8(key, "?"), strings.ToValidUTF8(said, "?")
		fields := resource.Fields{"roles": []any{said}, said: key}
		step := plan.Step{Op: plan.Update, Kind: "invitations", Key: key, Before: fields, After: fields, Source: &plan.Source{File: said, Line: 1}}
		p := plan.New([]plan.Org{{Name: name, ID: said, Steps: []plan.Step{step, step}, Error: said}})
		results := []apply.Result{{Org: p.Orgs[0], Outcomes: []apply.Outcome{
			{Step: step, Verdict: apply.Failed, Err: errors.New(said), Found: &resource.Object{Fields: fields}},
			{Step: step, Verdict: apply.Skipped, Reason: said},
		}}}
		v := render.View{}
		var text, report strings.Builder
		if err := errors.Join(v.WriteResults(&text, results), apply.WriteJSON(&report, p, results)); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(text.String() + report.String()) {
			line = strings.TrimSuffix(line, "\n")
			notPrinted := func(r rune) bool { return !unicode.IsPrint(r) }
			if strings.ContainsFunc(line, notPrinted) || strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") {
				t.Errorf("not plain text: %q", line)
			}
		}
		if !json.Valid([]byte(report.String())) || strings.ContainsAny(report.String(), "<>`") {
			t.Errorf("not valid JSON, or with characters that are not escaped: %s", &report)
		}
	})
}
