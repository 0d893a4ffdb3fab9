package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
)

// TestLongComment: if a plan is too long for a comment, the comment says how much is missing, and that the summary has all of it.
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
		if issue := s.hub.Issues()[0].Body; len(issue) > 60_000 || len(issue) < 60_000-1000 || !strings.Contains(issue, "The summary of the run shows all of it.") {
			t.Errorf("the issue has %d bytes: %.500s", len(issue), issue)
		}
	})
}

// checkLong: the summary shows all invitations. The comment shows as many as fit, and the number of missing steps.
func checkLong(t *testing.T, s *actionStory, whole string, people, steps int) {
	t.Helper()
	comments := s.hub.Comments(7)
	if len(comments) != 1 {
		t.Fatalf("%d comments", len(comments))
	}
	body := comments[0].Body
	missing := fmt.Sprintf("**Too long to be shown here: %d of %d steps, and 0 messages.** All of it is in the summary of the run.", people-strings.Count(body, "\n+ invitations/"), steps)
	if len(body) > 60_000 || len(body) < 60_000-1000 || !strings.Contains(body, missing) || strings.Count(body, "```")%2 != 0 {
		t.Errorf("the comment has %d bytes, and lacks %q: %.500s", len(body), missing, body)
	}
	if strings.Count(whole, "\n+ invitations/") != people || len(whole) > 1<<20 || strings.Contains(whole, "Too long") {
		t.Errorf("the summary has %d bytes: %.500s", len(whole), whole)
	}
}
