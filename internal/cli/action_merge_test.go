package cli

import (
	"encoding/json"
	"os"
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

// TestMergeRefuses: plans that do not belong to the run are errors, and there is no plan.
func TestMergeRefuses(t *testing.T) {
	const story = `Two organizations, and one of them in another version of the tree.
-- tree/now/analytics.yaml --
name: Acme-Analytics
credentials: ACME_ANALYTICS
settings: { multiFactorAuthRequired: false }
-- tree/now/research.yaml --
name: Acme-Research
credentials: ACME_RESEARCH
settings: { multiFactorAuthRequired: true }
-- tree/before/analytics.yaml --
name: Acme-Analytics
credentials: ACME_ANALYTICS
settings: { multiFactorAuthRequired: false }
`
	const now, before, analytics = "INPUT_PATH=examples/orgs/now\n", "INPUT_PATH=examples/orgs/before\n", "INPUT_ONLY=Acme-Analytics\n"
	for _, row := range []struct{ reason, jobs, run, want string }{
		{"two jobs plan an organization", now + "\n" + now + analytics, now,
			"temp/atlas-gitops-…/plan.json: it plans Acme-Analytics (5f1b0c0d0e0f0a0b0c0d0e03), as temp/atlas-gitops-…/plan.json does; plan each organization in one job"},
		{"the tree does not have the organization", now + "INPUT_ONLY=Acme-Research\n", before,
			"temp/atlas-gitops-…/plan.json: it plans Acme-Research (5f1b0c0d0e0f0a0b0c0d0e05), which is not in the tree; join only plans of this commit"},
		{"this run does not select the organization", now, now + analytics,
			"temp/atlas-gitops-…/plan.json: it plans Acme-Research (5f1b0c0d0e0f0a0b0c0d0e05), which the input only leaves out; set the same input only"},
		{"the file of the organization has another name", before, now + analytics,
			"temp/atlas-gitops-…/plan.json: it was made from another version of the tree: there, ~ settings of Acme-Analytics (5f1b0c0d0e0f0a0b0c0d0e03) has another place; join only plans of this commit"},
		{"this run has no base", now + "INPUT_BASE=HEAD^\n", now,
			"temp/atlas-gitops-…/plan.json: it was compared with a base, and this run has none; set the input base, or fetch-depth: 2 in a pull request"},
		{"not a plan", "", now + "INPUT_PLANS=examples/orgs/now/research.yaml\n", "examples/orgs/now/research.yaml: it is not a saved plan; pass only files that the output plan-json names"},
		{"validate has no plans", "", now + "INPUT_COMMAND=validate\n", "the input plans goes with the commands plan and drift, not with validate"},
		{"apply makes its own plan", "", now + "INPUT_COMMAND=apply\n", "the input plans goes with the commands plan and drift, not with apply"},
	} {
		file := filepath.Join(t.TempDir(), "story.txtar")
		if err := os.WriteFile(file, []byte(story), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Chdir(t.TempDir())
		synctest.Test(t, func(t *testing.T) {
			s := newStory(t, file)
			s.prepare()
			s.runJobs(row.jobs)
			got := s.runChecked("INPUT_PLANS=temp\n" + row.run)
			if log, _ := strings.CutPrefix(got["log"], "error: the input plans: "); strings.TrimPrefix(log, "error: ") != row.want+"\n" || got["verdict"] != "failed (exit 1)\n" {
				t.Errorf("%s: %s%s\nwant %s", row.reason, got["verdict"], got["log"], row.want)
			}
		})
	}
}
