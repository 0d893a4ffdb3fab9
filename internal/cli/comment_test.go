package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"atlas-gitops/internal/plan"
)

// TestLongComment: of a plan that is too long for a comment the comment says how much is missing and where it is, and that
// is the summary, which has all of it.
func TestLongComment(t *testing.T) {
	const people = 400
	tree := "name: Acme-Production\ncredentials: ACME_PROD\ninvitations:\n"
	for i := range people {
		tree += fmt.Sprintf("- { username: somebody-with-a-rather-long-name-%03d@acme.example, roles: [ORG_MEMBER, ORG_READ_ONLY, ORG_BILLING_ADMIN], teams: [Platform, Security] }\n", i)
	}
	file := filepath.Join(t.TempDir(), "story.txtar")
	event := `{"pull_request": {"number": 7, "head": {"sha": "", "repo": {"full_name": "acme/orgs"}}, "base": {"sha": ""}}}`
	if err := os.WriteFile(file, []byte("Long.\n-- event.json --\n"+event+"\n-- tree/acme.yaml --\n"+tree), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	synctest.Test(t, func(t *testing.T) {
		s := newStory(t, file)
		s.prepare()
		got := s.runAction("GITHUB_EVENT_NAME=pull_request\n")
		checkLong(t, s, got["summary.md"], people, people+3)
		if lines := strings.Count(got["annotations"], "::notice"); lines != 10 || !strings.Contains(got["annotations"], fmt.Sprintf("::and %d more; the summary of this run has them all\n", people-9)) {
			t.Errorf("%d notices: %s", lines, got["annotations"])
		}
		s.runAction("INPUT_COMMAND=drift\n")
		if issue := s.hub.Issues()[0].Body; len(issue) > maxComment || len(issue) < maxComment-1000 || !strings.Contains(issue, "The summary of the run shows all of it.") {
			t.Errorf("the issue has %d bytes: %.500s", len(issue), issue)
		}
	})
}

// checkLong: the summary shows all invitations, and the comment as many as there is room for, and how many steps it lacks.
func checkLong(t *testing.T, s *actionStory, whole string, people, steps int) {
	t.Helper()
	comments := s.hub.Comments(7)
	if len(comments) != 1 {
		t.Fatalf("%d comments", len(comments))
	}
	body := comments[0].Body
	missing := fmt.Sprintf("**Too long to be shown here: %d of %d steps, and 0 messages.** All of it is in the summary of the run.", people-strings.Count(body, "\n+ invitations/"), steps)
	if len(body) > maxComment || len(body) < maxComment-1000 || !strings.Contains(body, missing) || strings.Count(body, "```")%2 != 0 {
		t.Errorf("the comment has %d bytes, and lacks %q: %.500s", len(body), missing, body)
	}
	if strings.Count(whole, "\n+ invitations/") != people || len(whole) > 1<<20 || strings.Contains(whole, "Too long") {
		t.Errorf("the summary has %d bytes: %.500s", len(whole), whole)
	}
}

// TestPlanIsKept: what later steps of the job find is the plan with the names that GitHub knows, and the summary.
func TestPlanIsKept(t *testing.T) {
	file, err := filepath.Abs("testdata/action/directory.txtar")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	synctest.Test(t, func(t *testing.T) {
		s := newStory(t, file)
		s.prepare()
		got := s.runAction(s.given["run"])
		kept := func(name string) string {
			files, err := filepath.Glob("temp/atlas-gitops-*/" + name)
			if err != nil || len(files) != 1 {
				t.Fatalf("%s: %q, %v", name, files, err)
			}
			return s.fileText(files[0])
		}
		p, err := plan.ReadJSON([]byte(kept("plan.json")))
		if err != nil || p.Steps() != 2 {
			t.Fatal(p, err)
		}
		if at := p.Orgs[0].Steps[0].Source.String(); at != "examples/orgs/staging.yaml:1" {
			t.Errorf("the first step is of %s", at)
		}
		if kept("plan.md") != got["summary.md"] {
			t.Errorf("plan.md is %s", kept("plan.md"))
		}
		if got := s.runAction("RUNNER_TEMP=summary\n"); !strings.Contains(got["outputs"], "plan-json: \nplan-markdown: \n") || !strings.HasSuffix(got["verdict"], "(exit 1)\n") {
			t.Errorf("there is no place for it: %s%s", got["log"], got["outputs"])
		}
		if got := s.runAction("RUNNER_TEMP=-\n"); !strings.Contains(got["outputs"], "plan-json: \nplan-markdown: \n") || !strings.HasSuffix(got["verdict"], "(exit 0)\n") {
			t.Errorf("nobody named a place for it: %s%s", got["log"], got["outputs"])
		}
	})
}
