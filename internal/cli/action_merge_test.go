package cli

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

// TestMergedPlans: the plans of several jobs, joined, give the same log, annotations, summary, outputs, comment and issues as one run for
// all organizations. Each job plans one organization, or two.
func TestMergedPlans(t *testing.T) {
	for _, row := range []struct{ reason, story, command string }{
		{"steps of all kinds, and what the change means", "plan", "plan"},
		{"an organization left the tree, and guards block one", "approving", "plan"},
		{"an organization in another place of the tree", "directory", "plan"},
		{"an acceptance counts in both", "blocked-accepted", "plan"},
		{"an acceptance of something else", "blocked-unused", "plan"},
		{"one organization is blocked", "blocked", "plan"},
		{"no single plan has too many removals, but all together have", "blocked-total", "plan"},
		{"an error of all organizations", "credentials-missing-several", "plan"},
		{"an error of one organization", "credentials-missing", "plan"},
		{"Atlas fails", "unavailable", "plan"},
		{"two organizations of the tree are the same", "described-twice", "plan"},
		{"only drift", "only-drift", "plan"},
		{"no base to compare with", "base-with-mistakes", "plan"},
		{"issues of drift", "drift-opened", "drift"},
		{"several organizations share an issue", "drift-shared", "drift"},
		{"guards in an issue", "drift-guards", "drift"},
	} {
		file, err := filepath.Abs("testdata/action/" + row.story + ".txtar")
		if err != nil {
			t.Fatal(err)
		}
		t.Run(row.story, func(t *testing.T) {
			var got [3]map[string]string
			for i := range got {
				t.Chdir(t.TempDir())
				synctest.Test(t, func(t *testing.T) {
					s := newStory(t, file)
					s.prepare()
					s.control(s.given["atlas"])
					run := s.given["run"] + "INPUT_COMMAND=" + row.command + "\n"
					if i > 0 {
						s.runJobs(jobsOf(s, s.given["run"], i))
						run += "INPUT_PLANS=temp\n"
					}
					got[i] = s.runChecked(run)
				})
			}
			for i := range got {
				if diff := cmp.Diff(got[0], got[i]); diff != "" {
					t.Errorf("%s: %d organizations in each job (-one run +joined plans)\n%s", row.reason, i, diff)
				}
			}
		})
	}
}

// jobsOf returns the variables of the jobs that plan the organizations which the run selects, size in each.
func jobsOf(s *actionStory, run string, size int) string {
	var names []string
	s.runJobs(run + "INPUT_COMMAND=validate\n")
	_, after, _ := strings.Cut(outputsOf(s.fileText("output")), "\norgs: ")
	list, _, _ := strings.Cut(after, "\n")
	s.must(json.Unmarshal([]byte(list), &names))
	if len(names) == 0 {
		s.Fatal("the tree has no organizations")
	}
	var jobs []string
	for some := range slices.Chunk(names, size) {
		only := strconv.Quote(strings.Join(some, "\n"))
		jobs = append(jobs, run+"INPUT_COMMAND=plan\nINPUT_COMMENT=never\nINPUT_ONLY="+only+"\n")
	}
	return strings.Join(jobs, "\n")
}
