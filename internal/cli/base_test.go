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
