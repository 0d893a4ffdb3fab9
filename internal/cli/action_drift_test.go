package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/github/githubtest"
	"atlas-gitops/internal/sandbox"
)

// fleetOf returns a tree of these organizations of the demonstration: a letter for each, in upper case if it differs from Atlas. After a
// !, the environment has no credential for it. The tree has no ids.
func fleetOf(letters string) (tree string) {
	names := map[string][2]string{"a": {"Acme-Analytics", "ACME_ANALYTICS"}, "b": {"Acme Billing", "ACME_BILLING"}, "r": {"Acme-Research", "ACME_RESEARCH"}, "s": {"Acme-Stage", "ACME_STAGING"}}
	missing := false
	for _, letter := range strings.Split(letters, "") {
		if letter == "!" {
			missing = true
			continue
		}
		org := names[strings.ToLower(letter)]
		tree += fmt.Sprintf("---\nname: %s\ncredentials: %s\nsettings: { apiAccessListRequired: %t }\n", org[0], org[1]+map[bool]string{true: "_NO"}[missing], letter == strings.ToUpper(letter))
		missing = false
	}
	return tree
}

// TestDriftIssuesOverTime: how the issues come and go while the drift does. Each run begins with the issues of the run before.
func TestDriftIssuesOverTime(t *testing.T) {
	const none, again = "No organization differs from the tree in this way any more.", "Atlas matches the tree again."
	file := filepath.Join(t.TempDir(), "story.txtar")
	if err := os.WriteFile(file, []byte("Runs.\n-- tree/acme.yaml --\nname: Acme-Stage\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	synctest.Test(t, func(t *testing.T) {
		s := newStory(t, file)
		s.prepare()
		for i, row := range []struct {
			reason, fleet, only string
			writes              int
			want                []string // state, organizations and last text of each issue
		}{
			{"two organizations: an issue each", "ABrs", "", 2, []string{"open Acme Billing", "open Acme-Analytics"}},
			{"a third: they share an issue, and their own are closed", "ABRs", "", 3, []string{
				"closed Several organizations differ in the same way: see #3.", "closed Several organizations differ in the same way: see #3.", "open 3 organizations: B A R"}},
			{"nothing changed: nothing is written", "ABRs", "", 0, nil},
			{"one joins", "ABRS", "", 1, []string{"", "", "open 4 organizations: B A R S"}},
			{"three leave: the issue stays", "Abrs", "", 1, []string{"", "", "open 1 organization: A"}},
			{"the last one cannot be read", "!Abrs", "", 0, nil},
			{"it cannot be read, and another joins", "!ABrs", "", 1, []string{"", "", "open 2 organizations: B; not read: A"}},
			{"only another one is selected", "aBrs", "Acme-Research", 0, nil},
			{"only one of them is selected, and differs no more", "Abrs", "Acme Billing", 0, nil},
			{"all are read", "ABrs", "", 1, []string{"", "", "open 2 organizations: B A"}},
			{"one leaves the tree", "Brs", "", 1, []string{"", "", "open 1 organization: B"}},
			{"nobody differs", "abrs", "", 1, []string{"", "", "closed " + none}},
			{"two differ again, in their own issues", "ABrs", "", 2, []string{"open Acme Billing", "open Acme-Analytics", ""}},
			{"one cannot be read: its issue stays", "!ABrs", "", 0, nil},
			{"one differs no more", "Abrs", "", 1, []string{"closed " + again, "", ""}},
			{"three again: the shared issue is opened again", "ABRs", "", 2, []string{"", "closed Several organizations differ in the same way: see #3.", "open 3 organizations: B A R"}},
		} {
			s.must(os.WriteFile("examples/orgs/acme.yaml", []byte(fleetOf(row.fleet)), 0o644))
			before := shortIssues(s.hub.Issues())
			got := s.runAction(fmt.Sprintf("INPUT_COMMAND=drift\nINPUT_ONLY=%q\nGITHUB_RUN_ID=%d\n", row.only, 200+i))
			after := shortIssues(s.hub.Issues())
			for n := range row.want {
				if row.want[n] == "" {
					row.want[n] = before[n]
				}
			}
			if row.want == nil {
				row.want = before
			}
			if diff := cmp.Diff(row.want, after); diff != "" {
				t.Errorf("%s (-want +got):\n%s\n%s", row.reason, diff, got["annotations"])
			}
			if n := strings.Count(got["requests"], "POST /repos") + strings.Count(got["requests"], "PATCH "); n != row.writes {
				t.Errorf("%s: %d writes, want %d: %s", row.reason, n, row.writes, got["requests"])
			}
		}
	})
}

// shortIssues returns for each issue its state, and its organizations or its text.
func shortIssues(issues []githubtest.Text) (all []string) {
	for _, i := range issues {
		_, text, _ := strings.Cut(i.Body, "\n")
		switch title := strings.TrimPrefix(i.Title, "Drift in "); {
		case i.State == "closed":
			all = append(all, "closed "+strings.TrimSpace(text))
		case strings.Contains(title, "organization"):
			number, _, _ := strings.Cut(title, ": settings: apiAccessListRequired")
			_, list, _ := strings.Cut(text, "### Organizations\n")
			list, _, _ = strings.Cut(list, "### Guards")
			all = append(all, i.State+" "+number+":"+initials(list))
		default:
			name, _, _ := strings.Cut(title, " (")
			all = append(all, i.State+" "+name)
		}
	}
	return all
}

// initials returns the letters of the organizations in a list.
func initials(list string) (letters string) {
	for line := range strings.Lines(list) {
		switch {
		case strings.HasPrefix(line, "### Not read"):
			letters += "; not read:"
		case strings.Contains(line, "Analytics"), strings.Contains(line, "0e03"):
			letters += " A"
		case strings.Contains(line, "Billing"):
			letters += " B"
		case strings.Contains(line, "Research"):
			letters += " R"
		case strings.Contains(line, "Stage"):
			letters += " S"
		}
	}
	return letters
}

// TestDriftIssuesAreHarmless: hostile names in Atlas are only text in a shared issue, its title and its marker.
func TestDriftIssuesAreHarmless(t *testing.T) {
	file := filepath.Join(t.TempDir(), "story.txtar")
	fleet, tree := sandbox.Demo(), ""
	for i, o := range fleet.Orgs[:4] {
		o.Name = fmt.Sprint("::stop-commands::Acme @everyone ", i)
		o.Settings["operationsContact"] = evil
		tree += fmt.Sprintf("---\nname: %q\nid: %s\ncredentials: %s\nsettings: { operationsContact: null }\n", o.Name, o.ID, fleet.Credentials[i].Name)
	}
	if err := os.WriteFile(file, []byte("Hostile.\n-- tree/::error::@x.yaml --\n"+tree), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	synctest.Test(t, func(t *testing.T) {
		s := newStory(t, file)
		s.server = sandbox.New(fleet)
		s.prepare()
		got := s.runAction("INPUT_COMMAND=drift\nINPUT_ASSIGNEES=" + fmt.Sprintf("%q", strings.ReplaceAll(evil, "\n", " ")) + "\n")
		issues := s.hub.Issues()
		if len(issues) != 1 || !strings.Contains(issues[0].Body, "in 4 organizations") {
			t.Fatalf("there are %d issues: %s%s", len(issues), got["issues.md"], got["log"])
		}
		checkMarkdown(t, strings.TrimSpace(got["issues.md"]))
		checkText(t, issues[0].Title)
		for line := range strings.Lines(got["annotations"]) {
			checkCommand(t, strings.TrimSuffix(line, "\n"))
		}
	})
}
