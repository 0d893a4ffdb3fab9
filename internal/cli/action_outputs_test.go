package cli

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/plan"
)

// TestPlanFiles: later steps of the job find the plan, with paths from the root of the repository, and the summary.
func TestPlanFiles(t *testing.T) {
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
		if at := *p.Orgs[0].Steps[0].Source; at != (plan.Source{File: "examples/orgs/staging.yaml", Line: 1}) {
			t.Errorf("the first step is at %v", at)
		}
		if kept("plan.md") != got["summary.md"] {
			t.Errorf("plan.md is %s", kept("plan.md"))
		}
		if got := s.runAction("RUNNER_TEMP=summary\n"); !strings.Contains(got["outputs"], "plan-json: \nplan-markdown: \n") || !strings.HasSuffix(got["verdict"], "(exit 1)\n") {
			t.Errorf("RUNNER_TEMP is a file: %s%s", got["log"], got["outputs"])
		}
		if got := s.runAction("RUNNER_TEMP=-\n"); !strings.Contains(got["outputs"], "plan-json: \nplan-markdown: \n") || !strings.HasSuffix(got["verdict"], "(exit 0)\n") {
			t.Errorf("RUNNER_TEMP is not set: %s%s", got["log"], got["outputs"])
		}
	})
}

// TestOutputsAreWritten: the outputs of action.yml are exactly the outputs that the program writes.
func TestOutputsAreWritten(t *testing.T) {
	a := readAction(t)
	story, err := os.ReadFile("testdata/action/plan.txtar")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(story), "-- outputs --\n")
	text, _, _ := strings.Cut(after, "\n--")
	var written []string
	for line := range strings.Lines(text) {
		name, _, _ := strings.Cut(line, ":")
		written = append(written, name)
		if output := a.Outputs[name]; output.Value != "${{ steps.run.outputs."+name+" }}" || output.Description == "" {
			t.Errorf("the output %s is %q", name, output.Value)
		}
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(written)), slices.Sorted(maps.Keys(a.Outputs))); diff != "" {
		t.Errorf("(-program +action.yml)\n%s", diff)
	}
}
