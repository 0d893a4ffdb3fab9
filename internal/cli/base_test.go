package cli

import (
	"context"
	"errors"
	"io"
	"slices"
	"testing"
	"testing/fstest"

	"atlas-gitops/internal/github"
)

// TestLoadBase: why there is no base, and that nothing is left of it.
func TestLoadBase(t *testing.T) {
	for _, row := range []struct{ reason, dir, cannot, want string }{
		{"it is read", "work", "", ""},
		{"no repository", "elsewhere", "", "the base main: there is no git repository here"},
		{"no such commit", "work", "resolve", "the base main: it cannot resolve"},
		{"it is not to be had", "work", "checkout", "the base main: it cannot checkout"},
		{"what was read stays behind", "work", "remove", "the base main: it cannot remove"},
		{"somebody ended the run", "work", "end", "interrupted; nothing was done"},
	} {
		fails := func(what string) error {
			if what == row.cannot {
				return errors.New("it cannot " + what)
			}
			return nil
		}
		ctx, cancel := context.WithCancel(t.Context())
		removed := 0
		env := Env{Dir: row.dir, Files: fstest.MapFS{"work/.git": {}, "base/orgs/acme.yaml": {Data: []byte("name: Acme\ncredentials: ACME\n")}}, Follow: func(name string) (string, error) { return name, nil },
			Resolve: func(context.Context, string, string) (string, error) { return "commit", fails("resolve") },
			Checkout: func(context.Context, string, string) (string, func() error, error) {
				if row.cannot == "end" {
					cancel()
					return "", nil, context.Canceled
				}
				return "base", func() error { removed++; return fails("remove") }, fails("checkout")
			}, Getenv: func(string) string { return "" }}
		in := &invocation{Env: env}
		b, err := in.loadBase(ctx, "main")
		got := ""
		if err != nil {
			got = err.Error()
		}
		cancel()
		if got != row.want || (err == nil) != (b != nil && b.commit == "commit" && len(b.orgs) == 1) {
			t.Errorf("%s: %v, %q", row.reason, b, got)
		}
		if read := row.cannot == "" || row.cannot == "remove"; row.dir == "work" && read != (removed == 1) {
			t.Errorf("%s: removed %d times", row.reason, removed)
		}
	}
}

// TestBaseOf: of which commit a pull request is compared with the tree.
func TestBaseOf(t *testing.T) {
	pull := &github.Pull{Number: 7, Base: "base"}
	for _, row := range []struct {
		reason string
		run    github.Run
		input  word
		want   []string // the commits that are looked for, one after the other
	}{
		{"the merge is checked out, and its first parent is the base; or else what the event says", github.Run{Event: "pull_request", Checkout: "merge", Pull: pull}, "", []string{"merge^1", "base"}},
		{"the base is checked out", github.Run{Event: "pull_request_target", Checkout: "merge", Pull: pull}, "", []string{"base"}},
		{"what was asked for", github.Run{Event: "pull_request", Checkout: "merge", Pull: pull}, "main", []string{"main"}},
		{"a push has none", github.Run{Event: "push", Checkout: "merge"}, "", nil},
		{"unless it is asked for", github.Run{Event: "push", Checkout: "merge"}, "HEAD^", []string{"HEAD^"}},
	} {
		var looked []string
		env := Env{Dir: "work", Files: fstest.MapFS{"work/.git": {}}, Stdout: io.Discard, Follow: func(name string) (string, error) { return name, nil },
			Resolve: func(_ context.Context, _, commit string) (string, error) {
				looked = append(looked, commit)
				return "", errors.New("it is not there")
			}, Getenv: func(string) string { return "" }}
		a := &action{invocation: &invocation{Env: env, options: options{base: row.input}}, run: &row.run, report: &report{}}
		b, err := a.baseOf(t.Context())
		if b != nil || (err != nil) != (row.input != "") || !slices.Equal(looked, row.want) {
			t.Errorf("%s: looked for %q, got %v, %v", row.reason, looked, b, err)
		}
	}
}
