package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"unicode"
	"unicode/utf8"

	"atlas-gitops/internal/github/githubtest"
	"atlas-gitops/internal/sandbox"
)

// TestActionIsHarmless: hostile names in the tree and in Atlas are only text in the log, the summary, the comment, the issues and the
// outputs. This holds for plans, errors and results.
func TestActionIsHarmless(t *testing.T) {
	for i, row := range []struct{ reason, command, fault, contact, accept string }{
		{"a plan shows values of Atlas and of the tree", "plan", "", "security@acme.example", ""},
		{"an issue shows a plan", "drift", "", "security@acme.example", ""},
		{"results", "apply", "", "security@acme.example", ""},
		{"results with errors", "apply", "500-before", "security@acme.example", ""},
		{"a mistake quotes the tree", "plan", "", "`" + evil, ""},
		{"an error quotes an input", "apply", "", "security@acme.example", evil},
		{"joined plans", "plan", "", "security@acme.example", ""},
		{"joined plans with an error", "plan", "GET 500-before", "security@acme.example", ""},
	} {
		t.Run(fmt.Sprint(i, row.command), func(t *testing.T) {
			t.Chdir(t.TempDir())
			synctest.Test(t, func(t *testing.T) {
				s := hostileStory(t, row.contact)
				fault, reads := strings.CutPrefix(row.fault, "GET ")
				if method := map[bool]string{true: "GET", false: "PATCH"}[reads]; fault != "" {
					s.must(s.server.Inject(sandbox.Fault{Kind: fault, Method: method, Path: "/api/atlas/v2/orgs/*/settings", Times: -1}))
				}
				if strings.Contains(row.reason, "joined plans") {
					s.runAction("INPUT_COMMAND=plan\nINPUT_COMMENT=never\n")
					s.variables["INPUT_PLANS"] = "temp"
				}
				got := s.runAction("INPUT_COMMAND=" + row.command + "\nINPUT_COMMENT_ID=" + fmt.Sprintf("%q", "evil`@x <!-- -->") + "\nINPUT_ACCEPT=" + fmt.Sprintf("%q", row.accept) + "\n")
				if !strings.Contains(got["log"], "::stop-commands::evil") {
					t.Fatalf("%s: the log does not show the hostile text: %s", row.reason, got["log"])
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

// hostileStory has a pull request about one organization, with as many hostile names and values as possible.
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

// outside matches the lines outside of code blocks.
var outside = regexp.MustCompile("^(" + strings.Join([]string{
	"", `\[(comment|issue) [0-9]+ by .*\]`, `\[labels .*\]`, `<!-- atlas-gitops \{[^<>]*\} -->`, "### [A-Za-z0-9, -]+( `[^`]*`)?", "For commit `[0-9a-f]{40}`, by \\[this run\\]\\(https://github.example/acme/orgs/actions/runs/100\\)\\.",
	`\*\*[A-Za-z0-9 :;,.]+\*\*( The plan is now:)?`, "</details>", `<details><summary>([0-9a-z ,]+, in each of|<code>[^<>]*</code>(: <code>[^<>]*</code>)? in) [0-9]+ organizations( \([0-9]+ of [0-9]+\))?</summary>`, `<details><summary><code>[^<>]*</code>: [0-9a-z ,]+</summary>`, "Digest: `[0-9a-f]{64}`", "To apply exactly this plan(, also what guards block)?, set these inputs of the workflow that applies:",
	"\\*\\*Guards block [0-9]+ organizations?:\\*\\* `[^`]+`\\.( To accept that, review it, then commit these lines to `[^`]+`:)?", "To apply exactly this plan(, also what guards block)?, run `apply --accept` with this digest\\.", `To keep what Atlas has, bring it into the tree, and open a pull request:`, `To restore what the tree says, apply the tree\.`,
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
			t.Errorf("this line is not plain text in Markdown: %q", line)
		}
	}
}

// checkOutputs: there are only the known outputs, and the lists have the organizations of the tree.
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
	if want := "result changes creates updates deletes digest plan-json plan-markdown failed-orgs blocked-orgs ready-orgs orgs groups "; names != want {
		t.Errorf("the outputs are %s", names)
	}
	checkText(t, text)
}

// checkText: every character is printable, and the runner would find no command in it.
func checkText(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }) || strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") {
			t.Errorf("not plain text: %q", line)
		}
	}
}

// checkCommand: the line is an annotation of the action, and contains no other command.
func checkCommand(t *testing.T, line string) {
	t.Helper()
	if !regexp.MustCompile(`^::(error|warning|notice) title=atlas-gitops[^,:]*(,file=[^,:]*)?(,line=[0-9]+(,col=[0-9]+,endColumn=[0-9]+)?)?::`).MatchString(line) {
		t.Errorf("not an annotation of the action: %q", line)
	}
	if strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }) || strings.Contains(line, "##[") || utf8.RuneCountInString(line) > 4096 {
		t.Errorf("the runner may find another command in it: %q", line)
	}
}

// evil contains commands of a workflow and of a terminal, Markdown, HTML, mentions and outputs.
const evil = "x\n::stop-commands::evil\n::error::\r##[set-env name=A]b\x1b[2J</details></code> @everyone ```\n# [a](b) <!-- \u202e %0A::set-output name=result::applied\nresult=applied\n-->"
