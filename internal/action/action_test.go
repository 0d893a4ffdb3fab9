package action

import (
	"context"
	"errors"
	"io"
	"slices"
	"testing"
	"testing/fstest"

	"atlas-gitops/internal/github"
	"atlas-gitops/internal/reconcile"
)

// TestCommitOf checks which commit a run reports on.
func TestCommitOf(t *testing.T) {
	for _, row := range []struct {
		reason, event, head string // the commit that is checked out; "": no repository; "-": a repository without a commit
		want                string
	}{
		{"no repository is checked out", "push", "", "event"},
		{"git fails", "push", "-", "event"},
		{"pull_request with the merge commit: the head of the pull request", "pull_request", "merge", "event"},
		{"pull_request with another commit checked out", "pull_request", "other", "other"},
		{"the pushed commit", "push", "merge", "merge"},
		{"pull_request_target: the base", "pull_request_target", "merge", "merge"},
	} {
		env := reconcile.Env{Dir: "work", Files: fstest.MapFS{}}
		if row.head != "" {
			env.Files = fstest.MapFS{"work/.git": {}}
		}
		env.Resolve = func(context.Context, string, string) (string, error) {
			if row.head == "-" {
				return "", errors.New("there is no commit")
			}
			return row.head, nil
		}
		a := &job{World: World{Env: env}, workflow: &github.Run{Event: row.event, Commit: "event", Checkout: "merge"}}
		if got := a.commit(t.Context()); got != row.want {
			t.Errorf("%s: got %s, want %s", row.reason, got, row.want)
		}
	}
}

// TestBaseOf checks which commits base tries, in order.
func TestBaseOf(t *testing.T) {
	pull := &github.Pull{Number: 7, Base: "base"}
	for _, row := range []struct {
		reason string
		run    github.Run
		input  string
		want   []string // the commits that git is asked for, in order
		note   string
	}{
		{"pull_request: the first parent of the merge commit, then the base of the event", github.Run{Event: "pull_request", Checkout: "merge", Pull: pull}, "", []string{"merge^1", "base"}, "No step is marked as drift: the base base: it is not there, as git says."},
		{"pull_request_target: the base of the event", github.Run{Event: "pull_request_target", Checkout: "merge", Pull: pull}, "", []string{"base"}, "No step is marked as drift: the base base: it is not there, as git says."},
		{"the input base", github.Run{Event: "pull_request", Checkout: "merge", Pull: pull}, "main", []string{"main"}, ""},
		{"a push without the input base", github.Run{Event: "push", Checkout: "merge"}, "", nil, ""},
		{"a push with the input base", github.Run{Event: "push", Checkout: "merge"}, "HEAD^", []string{"HEAD^"}, ""},
	} {
		var looked []string
		env := reconcile.Env{Dir: "work", Files: fstest.MapFS{"work/.git": {}}, Follow: func(name string) (string, error) { return name, nil },
			Resolve: func(_ context.Context, _, commit string) (string, error) {
				looked = append(looked, commit)
				return "", errors.New("it is not there,\nas git says")
			}, Getenv: func(string) string { return "" }}
		a := &job{World: World{Env: env, Log: io.Discard}, Options: Options{Base: row.input}, workflow: &row.run, report: &report{}}
		b, err := planning{a}.base(t.Context())
		if b != nil || (err != nil) != (row.input != "") || !slices.Equal(looked, row.want) || a.report.noBase != row.note {
			t.Errorf("%s: asked for %q, got %v, %v, %q", row.reason, looked, b, err, a.report.noBase)
		}
	}
}

// TestNoRepository: outside a repository, such as in an unpacked archive, there is no base and no message.
func TestNoRepository(t *testing.T) {
	env := reconcile.Env{Dir: "work", Files: fstest.MapFS{}}
	a := &job{World: World{Env: env, Log: io.Discard}, workflow: &github.Run{Event: "pull_request", Pull: &github.Pull{Number: 7, Base: "base"}}, report: &report{}}
	if b, err := (planning{a}).base(t.Context()); b != nil || err != nil || a.report.noBase != "" {
		t.Errorf("got %v, %v, %q", b, err, a.report.noBase)
	}
}
