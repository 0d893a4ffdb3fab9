// Package gittest makes git repositories for tests. They do not depend on the git configuration of the machine.
package gittest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Repository is a git repository with a work tree.
type Repository struct {
	testing.TB
	Dir string
}

// Init makes a repository in a directory, without git's example hooks.
func Init(t testing.TB, dir string, args ...string) Repository {
	t.Helper()
	r := Repository{t, dir}
	r.Git(append([]string{"init", "--quiet", "--template="}, args...)...)
	return r
}

// Git runs git and returns its output.
func (r Repository) Git(args ...string) string {
	r.Helper()
	return r.GitWith("", args...)
}

// GitWith runs git with an input.
func (r Repository) GitWith(input string, args ...string) string {
	r.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Stdin = r.Dir, strings.NewReader(input)
	const day = "2026-01-01T00:00:00Z" // so that equal commits have equal hashes
	cmd.Env = append(os.Environ(), "GIT_AUTHOR_DATE="+day, "GIT_COMMITTER_DATE="+day, "GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@acme.example", "GIT_COMMITTER_NAME=Ada",
		"GIT_COMMITTER_EMAIL=ada@acme.example", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull)
	out, err := cmd.Output()
	if err != nil {
		r.Fatalf("git %v: %v", args, err)
	}
	return strings.TrimSpace(string(out))
}

// Commit commits the work tree and returns the hash of the commit.
func (r Repository) Commit() string {
	r.Helper()
	r.Git("add", "--all")
	r.Git("commit", "--quiet", "--allow-empty", "--message", "Begin")
	return r.Git("rev-parse", "HEAD")
}

// Write writes a file of the work tree and makes its directory.
func (r Repository) Write(name, text string) {
	r.Helper()
	name = filepath.Join(r.Dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		r.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o755); err != nil {
		r.Fatal(err)
	}
}
