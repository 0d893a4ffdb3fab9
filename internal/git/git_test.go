package git

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"atlas-gitops/internal/git/gittest"
)

// newRepository makes a repository. The package under test does not see the machine's git configuration either.
func newRepository(t *testing.T, args ...string) gittest.Repository {
	t.Helper()
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	return gittest.Init(t, t.TempDir(), args...)
}

// copyOf copies a repository, which is faster than making a new one.
func copyOf(t *testing.T, r gittest.Repository) gittest.Repository {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(r.Dir)); err != nil {
		t.Fatal(err)
	}
	return gittest.Repository{TB: t, Dir: dir}
}

// TestResolve: the names that Resolve accepts for a commit.
func TestResolve(t *testing.T) {
	r := newRepository(t)
	r.Write("orgs/acme.yaml", "name: Acme\n")
	commit := r.Commit()
	r.Git("tag", "--annotate", "--message", "One", "v1")
	for _, row := range []struct{ reason, name, want string }{
		{"the commit that is checked out", "HEAD", commit},
		{"the full hash", commit, commit},
		{"an abbreviated hash", commit[:12], commit},
		{"a tag", "v1", commit},
		{"an unknown name", "no-such-branch", ""},
		{"an option of git", "--help", ""},
		{"an empty name", "", ""},
		{"the hash of a commit that git does not have", strings.Repeat("0", 40), ""},
		{"a directory", commit + ":orgs", ""},
		{"the parent of the first commit", "HEAD^1", ""},
	} {
		got, err := Resolve(t.Context(), r.Dir, row.name)
		if got != row.want || (err == nil) != (row.want != "") || err != nil && !strings.Contains(err.Error(), "fetch-depth: 2") {
			t.Errorf("%s: %q is %q, %v", row.reason, row.name, got, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Resolve(ctx, r.Dir, "HEAD"); !errors.Is(err, context.Canceled) {
		t.Errorf("a canceled run must not say that the commit is missing: %v", err)
	}
}

// TestIgnores: what git would not take in with everything else.
func TestIgnores(t *testing.T) {
	r := newRepository(t)
	r.Write(".gitignore", "*.env\n/kept/\n")
	r.Write("kept.env", "")
	r.Git("add", "--force", "kept.env", ".gitignore")
	r.Git("commit", "--quiet", "--message", "One")
	for _, row := range []struct {
		reason, file string
		want         bool
	}{
		{"a pattern fits", "new.env", true},
		{"below a directory that is ignored, and does not exist", "kept/a/b.txt", true},
		{"no pattern fits", "new.txt", false},
		{"a pattern fits, but git has it already", "kept.env", false},
		{"an option of git", "--help", false},
	} {
		got, err := Ignores(t.Context(), r.Dir, filepath.Join(r.Dir, row.file))
		if got != row.want || err != nil {
			t.Errorf("%s: got %v, %v", row.reason, got, err)
		}
	}
	if _, err := Ignores(t.Context(), r.Dir, filepath.Join(t.TempDir(), "new.env")); err == nil {
		t.Errorf("a file of no repository: %v", err)
	}
	t.Setenv("GIT_WORK_TREE", t.TempDir())
	if got, err := Ignores(t.Context(), r.Dir, filepath.Join(r.Dir, "new.env")); !got || err != nil {
		t.Errorf("another work tree, as in a hook of it: %v, %v", got, err)
	}
}

// TestOnlyThisRepository: no variable and no replace ref makes git read another repository, or other parents of a commit.
func TestOnlyThisRepository(t *testing.T) {
	other := newRepository(t)
	other.Write("orgs/acme.yaml", "name: Other\n")
	other.Commit()
	dotGit := filepath.Join(other.Dir, ".git")
	this := newRepository(t)
	this.Write("orgs/acme.yaml", "name: Acme\n")
	base := this.Commit()
	this.Write("orgs/acme.yaml", "name: Changed\n")
	this.Commit()
	for _, row := range []struct {
		reason, variable string
		value            func(r gittest.Repository) string
	}{
		{"the repository, as in a hook of the other one", "GIT_DIR", func(gittest.Repository) string { return dotGit }},
		{"objects and branches of the other one", "GIT_COMMON_DIR", func(gittest.Repository) string { return dotGit }},
		{"objects of the other one", "GIT_OBJECT_DIRECTORY", func(gittest.Repository) string { return filepath.Join(dotGit, "objects") }},
		{"a graft that removes the parents", "GIT_GRAFT_FILE", func(r gittest.Repository) string {
			r.Write("graft", r.Git("rev-parse", "HEAD")+"\n")
			return filepath.Join(r.Dir, "graft")
		}},
		{"a shallow file that removes the parents", "GIT_SHALLOW_FILE", func(r gittest.Repository) string {
			r.Write("shallow", r.Git("rev-parse", "HEAD")+"\n")
			return filepath.Join(r.Dir, "shallow")
		}},
		{"a replace ref that removes the parents", "", func(r gittest.Repository) string {
			alone := r.Git("commit-tree", "-m", "Alone", "HEAD^{tree}")
			r.Git("replace", "HEAD", alone)
			return ""
		}},
	} {
		t.Run(row.reason, func(t *testing.T) {
			r := copyOf(t, this)
			if value := row.value(r); row.variable != "" {
				t.Setenv(row.variable, value)
			}
			if got, err := Resolve(t.Context(), r.Dir, "HEAD^1"); got != base || err != nil {
				t.Errorf("HEAD^1 is %q, %v; want %s", got, err, base)
			}
			if got := readOne(t, r, base, "orgs/acme.yaml"); got != "name: Acme\n" {
				t.Errorf("got %q", got)
			}
		})
	}
}

// TestNoParentDirectory: if .git is not a repository, git does not go on to the repository that contains the directory.
func TestNoParentDirectory(t *testing.T) {
	r := newRepository(t)
	r.Write("inner/.git/README", "no repository")
	r.Write("orgs/acme.yaml", "name: Acme\n")
	commit := r.Commit()
	inner := filepath.Join(r.Dir, "inner")
	const want = "not a git repository"
	if got, err := Resolve(t.Context(), inner, "HEAD"); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("HEAD is %q, %v", got, err)
	}
	if _, err := Open(t.Context(), inner, commit); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v", err)
	}
}

// TestConfigurationInVariables: git still reads its configuration from variables, such as safe.directory.
func TestConfigurationInVariables(t *testing.T) {
	r := newRepository(t)
	commit := r.Commit()
	t.Setenv("GIT_CONFIG_COUNT", "no number")
	const want = "GIT_CONFIG_COUNT"
	if _, err := Resolve(t.Context(), r.Dir, commit); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v", err)
	}
	if _, err := Open(t.Context(), r.Dir, commit); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v", err)
	}
}
