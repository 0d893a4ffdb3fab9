package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/github"
	"atlas-gitops/internal/github/githubtest"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/sandbox"
)

// TestActionIsHarmless: a tree and a fleet with hostile names do nothing in the log, the summary, the comment, the issues
// and the outputs but stand there as text, be it in a plan, in errors or in what became of it.
func TestActionIsHarmless(t *testing.T) {
	for i, row := range []struct{ reason, command, fault, contact, accept string }{
		{"a plan shows what is live and what is wanted", "plan", "", "security@acme.example", ""},
		{"an issue does, too", "drift", "", "security@acme.example", ""},
		{"so does a report", "apply", "", "security@acme.example", ""},
		{"and one of errors", "apply", "500-before", "security@acme.example", ""},
		{"a mistake quotes the tree", "plan", "", "`" + evil, ""},
		{"an error quotes an input", "apply", "", "security@acme.example", evil},
	} {
		t.Run(fmt.Sprint(i, row.command), func(t *testing.T) {
			t.Chdir(t.TempDir())
			synctest.Test(t, func(t *testing.T) {
				s := hostileStory(t, row.contact)
				if row.fault != "" {
					s.must(s.server.Inject(sandbox.Fault{Kind: row.fault, Method: "PATCH", Path: "/api/atlas/v2/orgs/*/settings", Times: -1}))
				}
				got := s.runAction("INPUT_COMMAND=" + row.command + "\nINPUT_COMMENT_ID=" + fmt.Sprintf("%q", "evil`@x <!-- -->") + "\nINPUT_ACCEPT=" + fmt.Sprintf("%q", row.accept) + "\n")
				if !strings.Contains(got["log"], "::stop-commands::evil") {
					t.Fatalf("%s: nothing hostile is shown: %s", row.reason, got["log"])
				}
				checkText(t, got["log"])
				for line := range strings.Lines(got["annotations"]) {
					checkCommand(t, strings.TrimSuffix(line, "\n"))
				}
				for _, name := range []string{"summary.md", "comments.md", "issues.md"} {
					checkMarkdown(t, got[name])
				}
				checkOutputs(t, s.fileText("output"))
			})
		})
	}
}

// hostileStory has a pull request about one organization in which everything that can be is hostile.
func hostileStory(t *testing.T, contact string) *actionStory {
	file := filepath.Join(t.TempDir(), "story.txtar")
	event := `{"pull_request": {"number": 7, "head": {"sha": "` + strings.Repeat("a", 40) + `", "repo": {"full_name": "acme/orgs"}}, "base": {"sha": ""}}}`
	name := "::stop-commands::Acme @everyone"
	tree := fmt.Sprintf("name: %q\nid: 5f1b0c0d0e0f0a0b0c0d0e01\ncredentials: ACME_PROD\nsettings: { securityContact: %q, operationsContact: null }\n"+
		"invitations:\n- { username: new@acme.example, roles: [ORG_MEMBER], teams: [%q] }\n", name, contact, "`"+evil)
	story := "Hostile.\n-- event.json --\n" + event + "\n-- tree/::error::@x </details> %0A.yaml --\n" + tree
	if err := os.WriteFile(file, []byte(story), 0o644); err != nil {
		t.Fatal(err)
	}
	s := newStory(t, file)
	fleet := sandbox.Demo()
	o := fleet.Orgs[0]
	o.Name = "Acme" + evil
	o.Settings["operationsContact"] = evil
	o.Teams[0].Name, o.Teams[1].Name = "`"+evil, "other"
	o.Users[3].Username = evil + "@acme.example"
	o.Users[4].Username = "```@evil.example"
	s.server = sandbox.New(fleet)
	s.variables["GITHUB_EVENT_NAME"] = "pull_request"
	s.prepare()
	return s
}

// outside is what stands outside of code.
var outside = regexp.MustCompile("^(" + strings.Join([]string{
	"", `\[(comment|issue) [0-9]+ by .*\]`, `<!-- atlas-gitops \{[^<>]*\} -->`, "### [A-Za-z, -]+( `[^`]*`)?", "For commit `[0-9a-f]{40}`, by \\[this run\\]\\(https://github.example/acme/orgs/actions/runs/100\\)\\.",
	`\*\*[A-Za-z0-9 :,.]+\*\*( This is what is needed now:)?`, "</details>", `<details><summary><code>[^<>]*</code>: [0-9a-z ,]+</summary>`, "Digest: `[0-9a-f]{64}`", "This does just this, as inputs of the workflow that applies:",
	"`apply --accept` with this digest does just this\\.", `What is live is not what the tree says\. Either change the tree, or apply it\.`,
}, "|") + ")$")

func checkMarkdown(t *testing.T, text string) {
	t.Helper()
	checkText(t, text)
	lines, err := githubtest.OutsideOfCode(text)
	if err != nil {
		t.Error(err)
	}
	for _, line := range lines {
		if !outside.MatchString(line) {
			t.Errorf("means something in Markdown: %q", line)
		}
	}
}

// checkOutputs: there are just ours, and the lists are of what the tree says.
func checkOutputs(t *testing.T, text string) {
	t.Helper()
	names := ""
	for line := range strings.Lines(outputsOf(text)) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		names += name + " "
		if list := []string(nil); name == "orgs" && value != "[]" && (json.Unmarshal([]byte(value), &list) != nil || len(list) != 1 || list[0] != "::stop-commands::Acme @everyone") {
			t.Errorf("the organizations are %q", value)
		}
	}
	if want := "result changes creates updates deletes digest plan-json plan-markdown failed-orgs orgs "; names != want {
		t.Errorf("the outputs are %s", names)
	}
	checkText(t, text)
}

// TestTextHead: what stands between the title and the plan, or the report.
func TestTextHead(t *testing.T) {
	const nothing, stale = "**Nothing was done.**\n\n", "**This is not the plan that was accepted, so nothing was done.** This is what is needed now:\n\n"
	const errs, note = "### Errors\n\n```text\nerror: it failed\n```\n\n", "### To know\n\n```text\nDrift is not told apart.\n```\n\n"
	step := plan.Step{Op: plan.Update, Kind: "settings"}
	f := &fleet{plan: plan.New([]plan.Org{{Name: "Acme", ID: "1", Steps: []plan.Step{step}}}), fromRoot: asItIs}
	failed := []apply.Result{{Org: f.plan.Orgs[0], Outcomes: []apply.Outcome{{Step: step, Verdict: apply.Failed, Err: errors.New("400")}}}}
	it := errors.New("it failed")
	for _, row := range []struct {
		reason string
		report report
		want   string
	}{
		{"a plan", report{command: "plan", fleet: f}, ""},
		{"a plan that cannot be shown changes nothing anyway", report{command: "plan", fleet: f, err: it}, errs},
		{"no base", report{command: "plan", fleet: f, noBase: "Drift is not told apart."}, note},
		{"another plan was accepted", report{command: "apply", fleet: f, approved: &approval{digest: "x"}, application: application{ExitRefused, "another", nil}}, stale},
		{"guards", report{command: "apply", fleet: f, application: application{ExitRefused, "guards", nil}}, "**Guards refuse this plan, so nothing was done.**\n\n"},
		{"nothing was tried", report{command: "apply", fleet: f, err: it}, nothing + errs},
		{"all of it failed, which the report says", report{command: "apply", fleet: f, application: application{ExitError, "", failed}}, ""},
	} {
		env := Env{Now: func() time.Time { return time.Time{} }, Getenv: func(string) string { return "" }}
		a := &action{invocation: &invocation{Env: env, options: options{commentID: "default"}, onGitHub: true}, run: &github.Run{Commit: "c"}, report: &row.report}
		text := strings.TrimPrefix(a.text(maxSummary, "Look elsewhere."), "### atlas-gitops "+row.report.command+"\n\nFor commit `c`.\n\n")
		var plain strings.Builder
		if err := a.writePlan(&plain, maxSummary, "Look elsewhere."); err != nil || plain.Len() == 0 {
			t.Fatal(err)
		}
		if got := strings.TrimSuffix(text, plain.String()); got != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}

// TestTextFits: whatever comes before a plan, or a report, all of it is no longer than it may be, and says where the rest is.
func TestTextFits(t *testing.T) {
	org, result := plan.Org{Name: "Acme", ID: "1"}, apply.Result{Org: plan.Org{Name: "Acme", ID: "1"}}
	for i := range 60 {
		step := plan.Step{Op: plan.Create, Kind: "invitations", Key: fmt.Sprintf("somebody-%d@acme.example", i)}
		org.Steps = append(org.Steps, step)
		result.Outcomes = append(result.Outcomes, apply.Outcome{Step: step, Verdict: apply.Applied})
	}
	f := &fleet{plan: plan.New([]plan.Org{org}), fromRoot: asItIs}
	for name, r := range map[string]report{
		"refused":  {command: "apply", fleet: f, application: application{ExitRefused, "guards", nil}},
		"stale":    {command: "apply", fleet: f, approved: &approval{digest: "x"}, application: application{ExitRefused, "another", nil}},
		"no base":  {command: "plan", fleet: f, noBase: "Drift is not told apart."},
		"applied":  {command: "apply", fleet: f, application: application{ExitOK, "", []apply.Result{result}}},
		"an error": {command: "apply", fleet: f, err: errors.New(strings.Repeat("It is long. ", 50))},
	} {
		for size := 2000; size < 2040; size++ { // a step takes fewer bytes
			env := Env{Now: func() time.Time { return time.Time{} }, Getenv: func(string) string { return "" }}
			a := &action{invocation: &invocation{Env: env, options: options{commentID: "default"}, onGitHub: true}, run: &github.Run{Commit: "c"}, report: &r}
			if text := a.text(size, "Look elsewhere."); len(text) > size || len(text) < size-200 || !strings.Contains(text, " of 60 steps, and 0 messages.** Look elsewhere.") {
				t.Fatalf("%s: %d of %d bytes: %s", name, len(text), size, text)
			}
		}
	}
}
