package cli

import (
	"bytes"
	"cmp"
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
	"time"

	"golang.org/x/tools/txtar"

	"atlas-gitops/internal/git/gittest"
	"atlas-gitops/internal/github/githubtest"
	"atlas-gitops/internal/interrupt"
	"atlas-gitops/internal/sandbox"
)

// actionStory is a story and its world.
type actionStory struct {
	*world
	file  string
	text  *txtar.Archive
	given map[string]string // the sections by name
	hub   *githubtest.GitHub
	base  string // the commit of base/…
}

func newStory(t *testing.T, file string) *actionStory {
	text, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(bytes.TrimSpace(text.Comment)) == 0 {
		t.Error("the story has no description")
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
		env.User = func() string { return "runner" }
		env.Follow, env.Resolve, env.Commit = disk.Follow, disk.Resolve, disk.Commit
		env.Transport = s
		if day, err := time.Parse(time.DateOnly, strings.TrimSpace(s.given["day"])); err == nil {
			env.Now = func() time.Time { return day }
		}
		if _, interrupted := s.given["interrupted"]; interrupted {
			env.Interruptible = func(ctx context.Context) (context.Context, context.CancelFunc) {
				ctx, cancel := context.WithCancelCause(ctx)
				cancel(interrupt.Err)
				return ctx, func() { cancel(nil) }
			}
		}
	}
	return s
}

// RoundTrip sends requests to GitHub or to the sandbox.
func (s *actionStory) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host == "api.github.example" {
		return s.hub.RoundTrip(r)
	}
	return s.server.RoundTrip(r)
}

// prepare writes the trees and the event, and fills GitHub.
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
	s.must(os.Chdir(cmp.Or(strings.TrimSpace(s.given["directory"]), ".")))
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

// inGitHub runs a line of the section github:
//
//	comment NUMBER LOGIN "TEXT"     adds a comment of LOGIN to a pull request
//	issue LOGIN STATE "TEXT"        adds an issue of LOGIN
//	labelled LABEL STATE "TEXT"     adds an issue of the token's account with a label
//	assignable LOGIN…               lets issues be assigned to these
//	pull MERGE NUMBER BRANCH        makes the checked-out commit the merge of a pull request
//	merged SHA NUMBER BRANCH        adds a merged pull request with another merge
//	outside SHA                     the branch does not contain this commit
//	move FILE…                      adds a commit with changes of these files to the branch
//	review NUMBER LOGIN STATE       adds a review of a pull request
//	approval RUN LOGIN STATE        adds what a reviewer of the environment said
//	deny PERMISSION                 takes a permission from the token
//	fail METHOD PATH STATUS TIMES [MESSAGE]   lets requests fail
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
	merged := func() {
		s.hub.AddPull(words[1], githubtest.Pull{Number: number(2), MergedAt: "2026-01-01T00:00:00Z", Merge: words[1], Base: githubtest.Ref{Ref: words[3]}})
	}
	reviewed := func(all map[string][]githubtest.Review) {
		all[words[1]] = append(all[words[1]], githubtest.Review{User: words[2], State: words[3]})
	}
	do := map[string]func(){
		"comment": func() { s.hub.AddComment(number(1), words[2], text()) },
		"issue":   func() { s.hub.AddIssue(githubtest.Text{User: words[1], State: words[2], Title: "…", Body: text()}) },
		"labelled": func() {
			s.hub.AddIssue(githubtest.Text{User: s.hub.Login, Labels: []string{words[1]}, State: words[2], Title: "…", Body: text()})
		},
		"assignable": func() { s.hub.Assignable = words[1:] },
		"move":       func() { s.hub.Move(s.variables["GITHUB_SHA"], words[1:]...) },
		"pull":       func() { words[1] = s.variables["GITHUB_SHA"]; merged() },
		"merged":     merged,
		"outside":    func() { s.hub.Move(words[1]) },
		"review":     func() { reviewed(s.hub.Reviews) },
		"approval":   func() { reviewed(s.hub.Approvals) },
		"deny":       func() { s.hub.Write[words[1]], s.hub.Read[words[1]] = false, false },
		"fail": func() {
			words = append(words[:3], strings.SplitN(words[3], " ", 3)...)
			message := append(words, "Server Error")[5]
			s.hub.Fail(githubtest.Fault{Method: words[1], Path: words[2], Status: number(3), Times: number(4), Message: message})
		},
	}[words[0]]
	if do == nil {
		s.Fatalf("unknown line in the section github: %q", line)
	}
	do()
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

// runAction runs the action with these variables and returns its results by name.
func (s *actionStory) runAction(variables string) map[string]string {
	for line := range strings.Lines(variables) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		if quoted, err := strconv.Unquote(value); err == nil {
			value = quoted
		}
		if files, err := filepath.Glob(value); err == nil && len(files) == 1 && strings.HasPrefix(value, "temp/*/") { // the plan of an earlier run
			value = files[0]
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
		"audit":   s.auditText(),
		"verdict": fmt.Sprintf("%s (exit %d)\n", result, status), "log": uniqueDir.ReplaceAllString(log, "atlas-gitops-…"), "annotations": annotations, "summary.md": s.fileText("summary"), "outputs": outputs,
		"comments.md": comments(s.hub), "issues.md": issues(s.hub), "requests": strings.Join(append(s.hub.Log(), ""), "\n"),
	}
}

func (s *actionStory) fileText(name string) string {
	data, err := os.ReadFile(name)
	s.must(err)
	return string(data)
}

// auditText returns the audit log without its times.
func (s *actionStory) auditText() string {
	name := s.variables["INPUT_AUDIT_LOG"]
	if _, err := os.Stat(name); err != nil {
		return ""
	}
	return regexp.MustCompile(`"time":"[^"]*"`).ReplaceAllString(s.fileText(name), `"time":"…"`)
}

// splitLog splits a log into the annotations that the runner obeys and the rest.
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

// outputsOf reads the file of the outputs like GitHub's runner.
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

// uniqueDir matches the random part of a directory name.
var uniqueDir = regexp.MustCompile("atlas-gitops-[A-Z2-7]{26}")

// comments returns all comments of pull request 7, the only one that stories show, as text.
func comments(hub *githubtest.GitHub) (shown string) {
	for _, c := range hub.Comments(7) {
		shown += fmt.Sprintf("[comment %d by %s, edited %d times]\n%s\n", c.ID, c.User, c.Edits, c.Body)
	}
	return shown
}

func issues(hub *githubtest.GitHub) (shown string) {
	for _, i := range hub.Issues() {
		shown += fmt.Sprintf("[issue %d by %s, %s %s, edited %d times: %s]\n", i.ID, i.User, i.State, i.Reason, i.Edits, i.Title)
		if len(i.Labels)+len(i.Assignees) > 0 {
			shown += fmt.Sprintf("[labels %q, assignees %q]\n", i.Labels, i.Assignees)
		}
		shown += i.Body + "\n"
	}
	return shown
}
