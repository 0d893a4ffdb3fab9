package cli

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// repository is a git repository.
type repository struct {
	testing.TB
	dir string
}

func (r repository) git(args ...string) string {
	r.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = r.dir
	const day = "2026-01-01T00:00:00Z" // so that a commit always has the same name
	cmd.Env = append(os.Environ(), "GIT_AUTHOR_DATE="+day, "GIT_COMMITTER_DATE="+day, "GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@acme.example", "GIT_COMMITTER_NAME=Ada",
		"GIT_COMMITTER_EMAIL=ada@acme.example", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull)
	out, err := cmd.Output()
	if err != nil {
		r.Fatalf("git %v: %v", args, err)
	}
	return string(out)
}

// commit commits all there is, and returns the name of the commit.
func (r repository) commit() string {
	r.git("add", "--all")
	r.git("commit", "--quiet", "--message", "Begin")
	return strings.TrimSpace(r.git("rev-parse", "HEAD"))
}

func (r repository) write(name, text string) {
	r.Helper()
	name = filepath.Join(r.dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		r.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o755); err != nil {
		r.Fatal(err)
	}
}

// TestCheckout: what a tree can have comes out as it was, whatever it is called; the repository, with what is going on in
// it, stays as it is; and nothing runs.
func TestCheckout(t *testing.T) {
	r := repository{t, t.TempDir()}
	r.git("init", "--quiet")
	odd := "orgs/\"odd\"\n\tname ü.yml"
	r.write("orgs/acme.yaml", "name: Acme\n")
	r.write(odd, "odd")
	r.write("program.go", "package main")
	if err := os.Symlink("orgs", filepath.Join(r.dir, "link")); err != nil {
		t.Fatal(err)
	}
	commit := r.commit()
	r.write("orgs/acme.yaml", "name: Changed\n")
	r.git("add", "orgs/acme.yaml")
	r.write("orgs/acme.yaml", "name: Changed again\n")
	r.write(".git/hooks/post-checkout", "#!/bin/sh\ntouch hooked\n")
	before := r.git("status", "--porcelain")

	dir, remove, err := checkout(t.Context(), r.dir, commit)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	err = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if below, _ := filepath.Rel(dir, name); err == nil && !d.IsDir() && !strings.HasPrefix(below, ".git") {
			data, _ := os.ReadFile(name) // a link to a directory has none
			got[filepath.ToSlash(below)] = string(data)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"orgs/acme.yaml": "name: Acme\n", odd: "odd", "link": ""}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if info, err := os.Stat(filepath.Join(dir, ".git")); err != nil || !info.IsDir() {
		t.Errorf("nobody looks for defaults above it, since it is the root of a repository: %v", err)
	}
	if after := r.git("status", "--porcelain"); after != before {
		t.Errorf("the repository was %q, and is %q", before, after)
	}
	if err := remove(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("it is still there")
	}
	t.Setenv("TMPDIR", t.TempDir())
	if _, _, err := checkout(t.Context(), r.dir, strings.Repeat("0", 40)); err == nil || !strings.HasPrefix(err.Error(), "git read-tree: fatal: ") {
		t.Errorf("a commit that is not there: %v", err)
	}
	if left, err := os.ReadDir(os.TempDir()); len(left) > 0 || err != nil {
		t.Errorf("%v stays behind, %v", left, err)
	}
	for _, unknown := range []string{"no-such-branch", "--help", "", strings.Repeat("0", 40), commit + ":orgs"} {
		if id, err := resolve(t.Context(), r.dir, unknown); err == nil || !strings.Contains(err.Error(), "fetch-depth") {
			t.Errorf("%q: %s, %v", unknown, id, err)
		}
	}
	for _, known := range []string{"HEAD", commit, commit[:12]} {
		if id, err := resolve(t.Context(), r.dir, known); id != commit || err != nil {
			t.Errorf("%q: %s, %v", known, id, err)
		}
	}
	t.Setenv("GIT_CONFIG_COUNT", "no number")
	if _, _, err := checkout(t.Context(), r.dir, commit); err == nil || !strings.Contains(err.Error(), "GIT_CONFIG_COUNT") {
		t.Errorf("what is said to git in variables counts, such as which directories are safe; got %v", err)
	}
}
