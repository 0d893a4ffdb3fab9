package cli

import (
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/sandbox"
)

// TestAction runs the stories in testdata/action and compares the results of the action. A story has:
//
//	jobs              the variables of runs before the first one, with an empty line between two runs
//	run, then         the variables of the first run and of a second one; the results are those of the last one
//	github            the content of GitHub before the run, see inGitHub
//	atlas, atlas-then requests to the control paths of the sandbox, before the first run and before the second
//	event.json        the event; BASE stands for the commit of base
//	tree/…, base/…    the tree (without it: the tree of the examples), and the earlier tree
//	no-base           git has no earlier commit
//	directory         the working directory (without it: the root of the repository)
//	day               the date of the run
//	interrupted       the run is cancelled when it begins
//
// The sections of a story decide what is compared. -update rewrites all of them except the last kind:
//
//	verdict           in every story: the output result, and the exit status
//	outputs, requests in every story: the outputs, and the requests to GitHub; without a section there must be none
//	log, annotations, summary.md, audit, comments.md, issues.md
//	                  the whole text
//	log.has, annotations.has, …
//	                  only these lines, in this order
//
// In every story the comment of a run must equal its summary. The stories of package plan test the text of plans; only the stories
// of showPlans repeat it.
func TestAction(t *testing.T) {
	files, err := filepath.Glob("testdata/action/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		whole, err := filepath.Abs(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			dir := t.TempDir()
			t.Chdir(dir)
			synctest.Test(t, func(t *testing.T) { runStory(t, whole) })
		})
	}
}

func runStory(t *testing.T, file string) {
	s := newStory(t, file)
	s.checkSections()
	s.prepare()
	s.control(s.given["atlas"])
	s.runJobs(s.given["jobs"])
	got := s.runChecked(s.given["run"])
	if next, more := s.given["then"]; more {
		s.control(s.given["atlas-then"])
		got = s.runChecked(next)
	}
	for _, name := range resultNames {
		if diff := cmp.Diff(s.given[name], got[name]); s.expects(name) && diff != "" && !*update {
			t.Errorf("%s (-want +got; -update accepts it):\n%s", name, diff)
		}
		if missing := missingLine(s.given[name+".has"], got[name]); missing != "" {
			t.Errorf("%s lacks the line %q, or has it before the others:\n%s", name, missing, got[name])
		}
	}
	if *update {
		s.rewrite(got)
	}
}

// runJobs runs the action for each paragraph of variables. The next run has none of them.
func (s *actionStory) runJobs(paragraphs string) {
	before := maps.Clone(s.variables)
	for variables := range strings.SplitSeq(paragraphs, "\n\n") {
		if variables != "" {
			s.runChecked(variables)
			s.variables = maps.Clone(before)
		}
	}
}

// runChecked runs the action. A comment that it adds or edits must equal the summary, unless it corrects one of an earlier run.
func (s *actionStory) runChecked(variables string) map[string]string {
	before := s.hub.Comments(7)
	got := s.runAction(variables)
	for i, c := range s.hub.Comments(7) {
		_, text, _ := strings.Cut(c.Body, "\n")
		isCorrection := strings.HasPrefix(text, "**A later run took over this change.**")
		if (i >= len(before) || c.Body != before[i].Body) && text != got["summary.md"] && !isCorrection {
			s.Errorf("the comment differs from the summary (-summary +comment):\n%s", cmp.Diff(got["summary.md"], text))
		}
	}
	return got
}

// resultNames are the names of the results of a run, in the order of the sections.
var resultNames = []string{"verdict", "log", "annotations", "summary.md", "outputs", "audit", "comments.md", "issues.md", "requests"}

// expects reports whether the whole result is compared.
func (s *actionStory) expects(name string) bool {
	_, has := s.given[name]
	return has || name == "verdict" || name == "outputs" || name == "requests"
}

// missingLine returns the first line that the text does not have after the lines before it, or "".
func missingLine(lines, text string) string {
	rest := strings.Split(text, "\n")
	for line := range strings.Lines(lines) {
		i := slices.Index(rest, strings.TrimSuffix(line, "\n"))
		if i < 0 {
			return line
		}
		rest = rest[i+1:]
	}
	return ""
}

// showPlans are the stories that show a whole plan in the log, the summary, a comment or an issue. They are few: each changed word
// of a plan changes them.
var showPlans = []string{"plan", "apply-partly", "apply-blocked", "approving", "drift-opened"}

// checkSections fails for a section that is not compared, and for a whole plan in a story that is not in showPlans.
func (s *actionStory) checkSections() {
	all := s.given["log"] + s.given["summary.md"] + s.given["comments.md"] + s.given["issues.md"]
	name := strings.TrimSuffix(filepath.Base(s.file), ".txtar")
	if showsPlan := strings.Contains(all, "\nDigest: "); showsPlan != slices.Contains(showPlans, name) {
		s.Errorf("the story shows a whole plan: %t; only %q do, other stories show lines in log.has, summary.md.has, …", showsPlan, showPlans)
	}
	known := []string{"jobs", "run", "then", "github", "atlas", "atlas-then", "event.json", "no-base", "directory", "day", "interrupted"}
	for name, text := range s.given {
		isTree := strings.HasPrefix(name, "tree/") || strings.HasPrefix(name, "base/")
		if !isTree && !slices.Contains(known, name) && !slices.Contains(resultNames, strings.TrimSuffix(name, ".has")) {
			s.Errorf("there is no section %s", name)
		}
		if strings.HasSuffix(name, ".has") && text == "" {
			s.Errorf("%s is empty, so it compares nothing", name)
		}
	}
}

// rewrite puts the results of a run into the sections of the story.
func (s *actionStory) rewrite(got map[string]string) {
	s.text.Files = slices.DeleteFunc(s.text.Files, func(f txtar.File) bool { return slices.Contains(resultNames, strings.TrimSuffix(f.Name, ".has")) })
	for _, name := range resultNames {
		if _, has := s.given[name]; has || s.expects(name) && got[name] != "" {
			s.text.Files = append(s.text.Files, txtar.File{Name: name, Data: []byte(got[name])})
		}
		if lines, has := s.given[name+".has"]; has {
			s.text.Files = append(s.text.Files, txtar.File{Name: name + ".has", Data: []byte(lines)})
		}
	}
	s.must(os.WriteFile(s.file, txtar.Format(s.text), 0o644))
}

// TestActionAlone: outside of a workflow there is neither GitHub nor a file of the runner, and the log has everything. If a file of
// the runner cannot be read or written, the run fails.
func TestActionAlone(t *testing.T) {
	for _, row := range []struct {
		reason    string
		variables map[string]string
		status    int
		want      string // the last line, except the command that resumes commands
	}{
		{"only a tree", nil, ExitOK, "1 organization is valid."},
		{"an invalid input", map[string]string{"INPUT_COMMAND": "pln"}, ExitError, `::error title=atlas-gitops::the input command is "pln": did you mean "plan"?`},
		{"the file of the event is missing", map[string]string{"GITHUB_EVENT_PATH": "no\x1b##[x]\nwhere"}, ExitError, `::error title=atlas-gitops::GITHUB_EVENT_PATH: open no ## [x] where: file does not exist`},
		{"the outputs cannot be written", map[string]string{"GITHUB_OUTPUT": "full"}, ExitError, "::error title=atlas-gitops::GITHUB_OUTPUT: the disk is full"},
		{"the summary cannot be written", map[string]string{"GITHUB_STEP_SUMMARY": "full"}, ExitError, "::error title=atlas-gitops::GITHUB_STEP_SUMMARY: the disk is full"},
		{"the summary cannot be closed", map[string]string{"GITHUB_STEP_SUMMARY": "slow"}, ExitError, "::error title=atlas-gitops::GITHUB_STEP_SUMMARY: the disk is full"},
		{"the outputs cannot be written, and the run cannot start", map[string]string{"GITHUB_OUTPUT": "full", "GITHUB_RUN_ID": "x"}, ExitError, "::error title=atlas-gitops::GITHUB_OUTPUT: the disk is full"},
	} {
		w := newWorld(t, sandbox.Demo(), false)
		w.write("orgs/acme.yaml", "name: Acme\nid: 5f1b0c0d0e0f0a0b0c0d0e01\ncredentials: ACME\n")
		w.variables = row.variables
		w.edit = func(env *Env) {
			env.Resolve = func(context.Context, string, string) (string, error) { return "", errors.New("there is no git") }
			env.Append = func(name string) (reconcile.SyncWriter, error) {
				err := errors.New("the disk is full")
				if name == "slow" {
					return slowFile{io.Discard, err}, nil
				}
				return nil, err
			}
		}
		args := []string{"action", "--command", "validate"}
		if row.variables["INPUT_COMMAND"] != "" {
			args = args[:1]
		}
		status, stdout, stderr := w.run(args...)
		log, annotations := splitLog(stdout + stderr)
		lines := strings.Split(strings.TrimSuffix(log+annotations, "\n"), "\n")
		if got := lines[len(lines)-1]; status != row.status || got != row.want {
			t.Errorf("%s: %d, %q\n%q", row.reason, status, lines, row.want)
		}
	}
}

// slowFile is a file whose Close fails.
type slowFile struct {
	io.Writer
	err error
}

func (slowFile) Sync() error { return nil }

func (f slowFile) Close() error { return f.err }

// TestActionIsForALog: the action asks no question, and writes no colours and no progress line.
func TestActionIsForALog(t *testing.T) {
	for _, command := range []string{"validate", "plan", "drift", "apply"} {
		w := newWorld(t, sandbox.Demo(), false)
		w.write("orgs/acme.yaml", "name: Acme-Staging\nid: 5f1b0c0d0e0f0a0b0c0d0e02\ncredentials: ACME_STAGING\n")
		w.variables["GITHUB_REF_TYPE"], w.variables["GITHUB_REF_NAME"] = "branch", "main" // and no repository
		w.edit = func(env *Env) {
			env.ShowsOut, env.ShowsErr = true, true
			env.Terminal = func() io.ReadWriteCloser {
				t.Error("the action asks")
				return typing{strings.NewReader(""), io.Discard}
			}
		}
		var out, stderr strings.Builder
		if status := Main(t.Context(), w.env(&out, &stderr), []string{"action", "--command", command}); status != ExitOK {
			t.Errorf("%s: %d\n%s", command, status, &out)
		}
		if strings.Contains(out.String(), "GITHUB_TOKEN") {
			t.Errorf("%s looks for a repository: %s", command, &out)
		}
		if strings.Contains(out.String(), "\x1b") || stderr.String() != "" {
			t.Errorf("%s shows %q, %q", command, &out, &stderr)
		}
	}
}
