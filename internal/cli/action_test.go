package cli

import (
	"bytes"
	stdcmp "cmp"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"atlas-gitops/internal/git/gittest"
	"atlas-gitops/internal/github/githubtest"
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
// What a story expects is compared, and is rewritten by -update:
//
//	verdict           always: how it ended, in the word of the output result, and the exit status
//	outputs, requests always: what later steps get, and what GitHub was asked for. A story without a section expects none
//	log, annotations, summary.md, comments.md, issues.md
//	                  if the story is about them, all of it
//	log.has and so on if it is about a few lines: these, in their order. Nothing rewrites them
//
// A comment says the same as the summary, so no story has to show it twice. What plans look like is shown by the stories of
// package plan, and by a few of these: plan, apply-partly, apply-blocked and drift-opened.
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
	got := s.tellRun(s.given["run"])
	if next, more := s.given["then"]; more {
		s.control(s.given["atlas-then"])
		got = s.tellRun(next)
	}
	for _, name := range leftBehind {
		if diff := cmp.Diff(s.given[name], got[name]); s.expects(name) && diff != "" && !*update {
			t.Errorf("%s (-want +got; -update accepts it):\n%s", name, diff)
		}
		if missing := missingLine(s.given[name+".has"], got[name]); missing != "" {
			t.Errorf("%s has no line %q where it is expected:\n%s", name, missing, got[name])
		}
	}
	if *update {
		s.rewrite(got)
	}
}

// tellRun runs the action. A comment that it adds or edits has to say what the summary says.
func (s *actionStory) tellRun(variables string) map[string]string {
	before := s.hub.Comments(7)
	got := s.runAction(variables)
	for i, c := range s.hub.Comments(7) {
		if _, text, _ := strings.Cut(c.Body, "\n"); (i >= len(before) || c.Body != before[i].Body) && text != got["summary.md"] {
			s.Errorf("the comment says something else than the summary (-summary +comment):\n%s", cmp.Diff(got["summary.md"], text))
		}
	}
	return got
}

// leftBehind are what a run leaves, in the order in which stories show it.
var leftBehind = []string{"verdict", "log", "annotations", "summary.md", "outputs", "comments.md", "issues.md", "requests"}

// expects tells whether the story says all of what a run leaves of that name.
func (s *actionStory) expects(name string) bool {
	_, has := s.given[name]
	return has || name == "verdict" || name == "outputs" || name == "requests"
}

// missingLine returns the first of the lines that a text does not have behind those before it.
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

// checkSections fails for a section that nobody would read.
func (s *actionStory) checkSections() {
	known := []string{"run", "then", "github", "atlas", "atlas-then", "event.json", "no-base", "directory", "day", "interrupted"}
	for name := range s.given {
		isTree := strings.HasPrefix(name, "tree/") || strings.HasPrefix(name, "base/")
		if !isTree && !slices.Contains(known, name) && !slices.Contains(leftBehind, strings.TrimSuffix(name, ".has")) {
			s.Errorf("nobody knows what the section %s means", name)
		}
	}
}

// actionStory is a story, and the world in which it takes place.
type actionStory struct {
	*world
	file  string
	text  *txtar.Archive
	given map[string]string
	hub   *githubtest.GitHub
	base  string // the commit
}

func newStory(t *testing.T, file string) *actionStory {
	text, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(bytes.TrimSpace(text.Comment)) == 0 {
		t.Error("the story has no reason")
	}
	s := &actionStory{newWorld(t, sandbox.Demo(), false), file, text, map[string]string{}, githubtest.New(), ""}
	for _, f := range text.Files {
		s.given[f.Name] = string(f.Data)
	}
	s.variables["GITHUB_API_URL"], s.variables["GITHUB_REPOSITORY"] = "https://api.github.example", s.hub.Repository
	s.variables["GITHUB_TOKEN"], s.variables["GITHUB_RUN_ID"] = s.hub.Token, "100"
	s.variables["GITHUB_SERVER_URL"], s.variables["GITHUB_SHA"] = "https://github.example", strings.Repeat("c", 40)
	s.variables["INPUT_PATH"], s.variables["RUNNER_TEMP"] = "examples/orgs", "temp"
	s.edit = func(env *Env) {
		disk := OS()
		env.Files, env.Dir, env.Append, env.Create, env.Reserve, env.Replace = disk.Files, disk.Dir, disk.Append, disk.Create, disk.Reserve, disk.Replace
		env.Follow, env.Resolve, env.Commit = disk.Follow, disk.Resolve, disk.Commit
		env.Transport = s
		if day, err := time.Parse(time.DateOnly, strings.TrimSpace(s.given["day"])); err == nil {
			env.Now = func() time.Time { return day }
		}
		if _, interrupted := s.given["interrupted"]; interrupted {
			env.Interruptible = func(ctx context.Context) (context.Context, context.CancelFunc) {
				ctx, cancel := context.WithCancel(ctx)
				cancel()
				return ctx, cancel
			}
		}
	}
	return s
}

// RoundTrip leads to GitHub and to Atlas.
func (s *actionStory) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host == "api.github.example" {
		return s.hub.RoundTrip(r)
	}
	return s.server.RoundTrip(r)
}

// prepare puts the trees in their places, and into GitHub what there is.
func (s *actionStory) prepare() {
	r := gittest.Init(s, ".")
	s.writeTree("base/")
	if _, none := s.given["no-base"]; !none {
		r.Write("README", "")
		s.base = r.Commit()
		s.must(os.RemoveAll("examples"))
		r.Git("commit", "--quiet", "--allow-empty", "--message", "Merge")
		s.variables["GITHUB_SHA"] = r.Git("rev-parse", "HEAD")
	}
	if !s.writeTree("tree/") {
		s.must(os.CopyFS("examples/orgs", os.DirFS(filepath.Join(filepath.Dir(s.file), "../../../../examples/orgs"))))
	}
	s.must(os.Chdir(stdcmp.Or(strings.TrimSpace(s.given["directory"]), ".")))
	if event, ok := s.given["event.json"]; ok {
		s.must(os.WriteFile("event.json", []byte(strings.ReplaceAll(event, "BASE", s.base)), 0o644))
		s.variables["GITHUB_EVENT_PATH"] = "event.json"
	}
	for line := range strings.Lines(s.given["github"]) {
		s.inGitHub(strings.TrimSpace(line))
	}
}

func (s *actionStory) writeTree(prefix string) (any bool) {
	for _, f := range s.text.Files {
		if name, ok := strings.CutPrefix(f.Name, prefix); ok {
			any = true
			name = filepath.Join("examples", "orgs", name)
			s.must(os.MkdirAll(filepath.Dir(name), 0o755))
			s.must(os.WriteFile(name, f.Data, 0o644))
		}
	}
	return any
}

func (s *actionStory) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// inGitHub does what a line says:
//
//	comment NUMBER LOGIN "TEXT"     somebody commented
//	issue LOGIN STATE "TEXT"        somebody opened an issue
//	pull MERGE NUMBER BRANCH        what is checked out is the merge of a pull request
//	move FILE…                      the branch has moved on
//	deny PERMISSION                 the token may not write that
//	fail METHOD PATH STATUS TIMES   requests fail
func (s *actionStory) inGitHub(line string) {
	words := strings.SplitN(line, " ", 4)
	number := func(i int) int {
		n, err := strconv.Atoi(words[i])
		s.must(err)
		return n
	}
	text := func() string {
		t, err := strconv.Unquote(words[3])
		s.must(err)
		return t
	}
	switch words[0] {
	case "comment":
		s.hub.AddComment(number(1), words[2], text())
	case "issue":
		s.hub.AddIssue(githubtest.Text{User: words[1], State: words[2], Title: "…", Body: text()})
	case "move":
		s.hub.Move(s.variables["GITHUB_SHA"], words[1:]...)
	case "pull":
		words[1] = s.variables["GITHUB_SHA"]
		s.hub.AddPull(words[1], githubtest.Pull{Number: number(2), MergedAt: "2026-01-01T00:00:00Z", Merge: words[1], Base: githubtest.Ref{Ref: words[3]}})
	case "deny":
		s.hub.Write[words[1]] = false
	case "fail":
		words = append(words[:3], strings.Fields(words[3])...)
		s.hub.Fail(githubtest.Fault{Method: words[1], Path: words[2], Status: number(3), Times: number(4), Message: "Server Error"})
	default:
		s.Fatalf("GitHub cannot %q", line)
	}
}

// control sends requests to the sandbox: METHOD PATH BODY.
func (s *actionStory) control(lines string) {
	for line := range strings.Lines(lines) {
		words := strings.SplitN(strings.TrimSpace(line), " ", 3)
		r, err := http.NewRequest(words[0], "http://sandbox.example"+words[1], strings.NewReader(words[2]))
		s.must(err)
		response, err := s.server.RoundTrip(r)
		if s.must(err); response.StatusCode/100 != 2 {
			s.Fatalf("%s: %s", line, response.Status)
		}
	}
}

// runAction runs the action with these variables, and returns what it left.
func (s *actionStory) runAction(variables string) map[string]string {
	for line := range strings.Lines(variables) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		if quoted, err := strconv.Unquote(value); err == nil {
			value = quoted
		}
		s.variables[name] = value
		if value == "-" {
			delete(s.variables, name)
		}
	}
	for _, file := range []string{"output", "summary"} {
		s.must(os.WriteFile(file, nil, 0o644))
	}
	s.variables["GITHUB_OUTPUT"], s.variables["GITHUB_STEP_SUMMARY"] = "output", "summary"
	s.hub.Log()
	status, stdout, stderr := s.run("action")
	log, annotations := splitLog(stdout + stderr)
	outputs := outputsOf(s.fileText("output"))
	result, _, _ := strings.Cut(strings.TrimPrefix(outputs, "result: "), "\n")
	return map[string]string{
		"verdict": fmt.Sprintf("%s (exit %d)\n", result, status), "log": log, "annotations": annotations, "summary.md": s.fileText("summary"), "outputs": outputs,
		"comments.md": comments(s.hub), "issues.md": issues(s.hub), "requests": strings.Join(append(s.hub.Log(), ""), "\n"),
	}
}

func (s *actionStory) fileText(name string) string {
	data, err := os.ReadFile(name)
	s.must(err)
	return string(data)
}

// splitLog takes what the runner obeys out of a log. What it must not obey is checked.
func splitLog(text string) (log, annotations string) {
	token := ""
	for line := range strings.Lines(text) {
		name, message, isCommand := strings.Cut(strings.TrimPrefix(line, "::"), "::")
		isCommand = isCommand && strings.HasPrefix(strings.TrimSpace(line), "::")
		switch {
		case isCommand && token == "" && name == "stop-commands":
			token = strings.TrimSpace(message)
		case isCommand && token != "" && name == token:
			token = ""
		case isCommand && token == "":
			annotations += line
		default:
			log += line
		}
	}
	return log, annotations
}

// outputsOf reads the file of the outputs as GitHub's runner does.
func outputsOf(text string) (shown string) {
	lines := strings.Split(text, "\n")
	for len(lines) > 1 {
		name, end, _ := strings.Cut(lines[0], "<<")
		n := slices.Index(lines[1:], end)
		value := strings.Join(lines[1:1+n], "\n")
		shown += name + ": " + uniqueDir.ReplaceAllString(value, "atlas-gitops-…") + "\n"
		lines = lines[n+2:]
	}
	return shown
}

// uniqueDir is a name that nobody can foresee.
var uniqueDir = regexp.MustCompile("atlas-gitops-[0-9a-f]{16}")

// comments shows all comments of the one pull request of the stories.
func comments(hub *githubtest.GitHub) (shown string) {
	for _, c := range hub.Comments(7) {
		shown += fmt.Sprintf("[comment %d by %s, edited %d times]\n%s\n", c.ID, c.User, c.Edits, c.Body)
	}
	return shown
}

func issues(hub *githubtest.GitHub) (shown string) {
	for _, i := range hub.Issues() {
		shown += fmt.Sprintf("[issue %d by %s, %s %s, edited %d times: %s]\n%s\n", i.ID, i.User, i.State, i.Reason, i.Edits, i.Title, i.Body)
	}
	return shown
}

// rewrite puts what a run left into the sections of the story.
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
