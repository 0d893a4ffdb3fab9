package cli

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"atlas-gitops/internal/github"
	"atlas-gitops/internal/sandbox"
)

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
			env.Append = func(name string) (SyncWriter, error) {
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

func (slowFile) Sync() error    { return nil }
func (f slowFile) Close() error { return f.err }

// TestActionHasOneThatWrites: no command but apply gets a connection that could change anything, nobody is asked, and
// nothing is for eyes.
func TestActionHasOneThatWrites(t *testing.T) {
	for _, command := range []string{"validate", "plan", "drift", "apply"} {
		w := newWorld(t, sandbox.Demo(), false)
		w.write("orgs/acme.yaml", "name: Acme-Staging\nid: 5f1b0c0d0e0f0a0b0c0d0e02\ncredentials: ACME_STAGING\n")
		w.variables["GITHUB_REF_TYPE"], w.variables["GITHUB_REF_NAME"] = "branch", "main" // and no repository
		w.edit = func(env *Env) {
			env.Terminal, env.ShowsOut, env.ShowsErr = true, true, true
		}
		var out, stderr strings.Builder
		in := &invocation{Env: w.env(&out, &stderr)}
		if err := actionCommand().flagSet(&in.options).Parse([]string{"--command", command}); err != nil {
			t.Fatal(err)
		}
		if status, err := in.action(t.Context()); status != ExitOK || err != nil {
			t.Errorf("%s: %d, %v\n%s", command, status, err, &out)
		}
		if in.writes != (command == "apply") {
			t.Errorf("%s writes: %t", command, in.writes)
		}
		if strings.Contains(out.String(), "GITHUB_TOKEN") {
			t.Errorf("%s looks for a repository: %s", command, &out)
		}
		if strings.Contains(out.String(), "\x1b") || stderr.String() != "" {
			t.Errorf("%s shows %q, %q", command, &out, &stderr)
		}
	}
}

// TestCommitOf: which commit a run is about.
func TestCommitOf(t *testing.T) {
	for _, row := range []struct {
		reason, event, head string // what is checked out; "" is no repository, and - one without a commit
		want                string
	}{
		{"no repository is checked out", "push", "", "event"},
		{"git fails", "push", "-", "event"},
		{"the merge of a pull request is about its head", "pull_request", "merge", "event"},
		{"another commit was checked out for it", "pull_request", "other", "other"},
		{"what was pushed", "push", "merge", "merge"},
		{"pull_request_target has the base", "pull_request_target", "merge", "merge"},
	} {
		w := newWorld(t, sandbox.Demo(), false)
		if row.head != "" {
			w.write("work/.git", "")
		}
		env := w.env(io.Discard, io.Discard)
		env.Dir = "work"
		env.Resolve = func(context.Context, string, string) (string, error) {
			if row.head == "-" {
				return "", errors.New("there is no commit")
			}
			return row.head, nil
		}
		a := &action{invocation: &invocation{Env: env}, run: &github.Run{Event: row.event, Commit: "event", Checkout: "merge"}}
		if got := a.commit(t.Context()); got != row.want {
			t.Errorf("%s: got %s, want %s", row.reason, got, row.want)
		}
	}
}

// TestHub: how GitHub is reached.
func TestHub(t *testing.T) {
	for _, row := range []struct{ reason, token, url, want string }{
		{"GitHub itself", "t", "", "https://api.github.com"},
		{"a server of one's own", "t", "https://git.acme.example/api/v3", "https://git.acme.example/api/v3"},
		{"nobody may ask", "", "", "there is no GITHUB_TOKEN"},
		{"no address", "t", "git.acme.example", `GITHUB_API_URL: base URL "git.acme.example" is not of the form https://HOST`},
	} {
		variables := map[string]string{"GITHUB_TOKEN": row.token, "GITHUB_API_URL": row.url}
		a := &action{invocation: &invocation{Env: Env{Getenv: func(name string) string { return variables[name] }}}}
		hub, err := a.hub()
		got := ""
		if err != nil {
			got = err.Error()
		} else if got = hub.URL; hub.Token != row.token || hub.UserAgent != "atlas-gitops/"+Version {
			t.Errorf("%s: %q, %q", row.reason, hub.Token, hub.UserAgent)
		}
		if got != row.want {
			t.Errorf("%s: got %s, want %s", row.reason, got, row.want)
		}
	}
}
