package cli

import (
	"context"
	"errors"
	"io"
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

// TestAction tells the stories in testdata/action: what a run of the action leaves. A story has:
//
//	run, then         the variables of the first run, and of a second one; the last one is shown
//	github            what there is in GitHub before, see prepare
//	atlas             requests to the control paths of the sandbox: before the first run, or behind "then" before the second
//	event.json        the event, in which BASE is the commit of base
//	tree/…, base/…    the tree, if it is not that of the examples, and an earlier one, if there was one
//	no-base           git knows no earlier commit
//	directory         where the run is, if it is not at the root of the repository
//	day               of the run, if it matters
//	interrupted       somebody cancels the run as it begins
//
// The sections that a story has decide what is compared. -update rewrites all but the last sort:
//
//	verdict           in every story: the output result, and the exit status
//	outputs, requests in every story: the outputs, and the requests to GitHub. No section means none
//	log, annotations, summary.md, comments.md, issues.md
//	                  the whole text
//	log.has, annotations.has, …
//	                  only these lines, in this order
//
// In every story the comment that a run writes must equal its summary. The stories of package plan are the tests of what a plan
// looks like; only showPlans repeat it.
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
			synctest.Test(t, func(t *testing.T) { tellAction(t, whole) })
		})
	}
}

func tellAction(t *testing.T, file string) {
	s := newStory(t, file)
	s.checkSections()
	s.prepare()
	s.control(s.given["atlas"])
	got := s.runChecked(s.given["run"])
	if next, more := s.given["then"]; more {
		s.control(s.given["atlas-then"])
		got = s.runChecked(next)
	}
	for _, name := range leftBehind {
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

// runChecked runs the action. A comment that it adds or edits must equal the summary.
func (s *actionStory) runChecked(variables string) map[string]string {
	before := s.hub.Comments(7)
	got := s.runAction(variables)
	for i, c := range s.hub.Comments(7) {
		if _, text, _ := strings.Cut(c.Body, "\n"); (i >= len(before) || c.Body != before[i].Body) && text != got["summary.md"] {
			s.Errorf("the comment differs from the summary (-summary +comment):\n%s", cmp.Diff(got["summary.md"], text))
		}
	}
	return got
}

// leftBehind are the results of a run, in the order in which stories show them.
var leftBehind = []string{"verdict", "log", "annotations", "summary.md", "outputs", "comments.md", "issues.md", "requests"}

// expects tells whether the whole result is compared.
func (s *actionStory) expects(name string) bool {
	_, has := s.given[name]
	return has || name == "verdict" || name == "outputs" || name == "requests"
}

// missingLine returns the first of the lines that does not follow the lines before it in the text; "" if all do.
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

// showPlans are the stories that show a whole plan in the log, the summary, a comment or an issue. They are few, because each
// changed word of a plan changes them.
var showPlans = []string{"plan", "apply-partly", "apply-blocked", "drift-opened"}

// checkSections fails for a section that is not compared, and for a whole plan in a story that is about something else.
func (s *actionStory) checkSections() {
	all := s.given["log"] + s.given["summary.md"] + s.given["comments.md"] + s.given["issues.md"]
	name := strings.TrimSuffix(filepath.Base(s.file), ".txtar")
	if showsPlan := strings.Contains(all, "\nDigest: "); showsPlan != slices.Contains(showPlans, name) {
		s.Errorf("the story shows a whole plan: %t; only %q do, other stories show lines in log.has, summary.md.has, …", showsPlan, showPlans)
	}
	known := []string{"run", "then", "github", "atlas", "atlas-then", "event.json", "no-base", "directory", "day", "interrupted"}
	for name, text := range s.given {
		isTree := strings.HasPrefix(name, "tree/") || strings.HasPrefix(name, "base/")
		if !isTree && !slices.Contains(known, name) && !slices.Contains(leftBehind, strings.TrimSuffix(name, ".has")) {
			s.Errorf("there is no section %s", name)
		}
		if strings.HasSuffix(name, ".has") && text == "" {
			s.Errorf("%s is empty, so it compares nothing", name)
		}
	}
}

// rewrite puts the results of a run into the sections of the story.
func (s *actionStory) rewrite(got map[string]string) {
	s.text.Files = slices.DeleteFunc(s.text.Files, func(f txtar.File) bool { return slices.Contains(leftBehind, strings.TrimSuffix(f.Name, ".has")) })
	for _, name := range leftBehind {
		if _, has := s.given[name]; has || s.expects(name) && got[name] != "" {
			s.text.Files = append(s.text.Files, txtar.File{Name: name, Data: []byte(got[name])})
		}
		if lines, has := s.given[name+".has"]; has {
			s.text.Files = append(s.text.Files, txtar.File{Name: name + ".has", Data: []byte(lines)})
		}
	}
	s.must(os.WriteFile(s.file, txtar.Format(s.text), 0o644))
}

// TestActionAlone: outside of a workflow there is neither GitHub nor a file of the runner, and the log says it all; and what
// cannot be handed over is an error.
func TestActionAlone(t *testing.T) {
	for _, row := range []struct {
		reason    string
		variables map[string]string
		status    int
		want      string // the last line but that which ends the silence
	}{
		{"nothing but a tree", nil, ExitOK, "1 organization is valid."},
		{"an input that makes no sense", map[string]string{"INPUT_COMMAND": "pln"}, ExitError, `::error title=atlas-gitops::the input command is "pln": did you mean "plan"?`},
		{"an event that is not there", map[string]string{"GITHUB_EVENT_PATH": "no\x1b##[x]\nwhere"}, ExitError, `::error title=atlas-gitops::GITHUB_EVENT_PATH: open no ## [x] where: file does not exist`},
		{"the outputs have no place", map[string]string{"GITHUB_OUTPUT": "full"}, ExitError, "::error title=atlas-gitops::GITHUB_OUTPUT: the disk is full"},
		{"nor does the summary", map[string]string{"GITHUB_STEP_SUMMARY": "full"}, ExitError, "::error title=atlas-gitops::GITHUB_STEP_SUMMARY: the disk is full"},
		{"the disk was full only at the end", map[string]string{"GITHUB_STEP_SUMMARY": "slow"}, ExitError, "::error title=atlas-gitops::GITHUB_STEP_SUMMARY: the disk is full"},
		{"it was full even before", map[string]string{"GITHUB_OUTPUT": "full", "GITHUB_RUN_ID": "x"}, ExitError, "::error title=atlas-gitops::GITHUB_OUTPUT: the disk is full"},
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

// slowFile is a file that was not written when it was to be closed.
type slowFile struct {
	io.Writer
	err error
}

func (slowFile) Sync() error { return nil }

func (f slowFile) Close() error { return f.err }

// TestActionIsForALog: nobody is asked, and nothing is for eyes.
func TestActionIsForALog(t *testing.T) {
	for _, command := range []string{"validate", "plan", "drift", "apply"} {
		w := newWorld(t, sandbox.Demo(), false)
		w.write("orgs/acme.yaml", "name: Acme-Staging\nid: 5f1b0c0d0e0f0a0b0c0d0e02\ncredentials: ACME_STAGING\n")
		w.variables["GITHUB_REF_TYPE"], w.variables["GITHUB_REF_NAME"] = "branch", "main" // and no repository
		w.edit = func(env *Env) {
			env.ShowsOut, env.ShowsErr = true, true
			env.Terminal = func() (io.ReadWriteCloser, error) { return nil, errors.New("nobody is asked") }
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
