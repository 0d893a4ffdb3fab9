package reconcile

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/files"
	"atlas-gitops/internal/git/gittest"
	"atlas-gitops/internal/spec"
)

// TestLoadBase: why there is no base, and that the commit is closed in any case.
func TestLoadBase(t *testing.T) {
	const acme, mistaken = "name: Acme\ncredentials: ACME\n", "nam: Acme\n"
	for _, row := range []struct{ reason, dir, text, cannot, want string }{
		{"it is read", "work", acme, "", ""},
		{"no repository", "elsewhere", acme, "", "the base main: there is no git repository here"},
		{"no such commit", "work", acme, "resolve", "the base main: it cannot resolve"},
		{"git fails to open it", "work", acme, "commit", "the base main: it cannot commit"},
		{"a mistake in its tree", "work", mistaken, "", "the base main: its tree has 1 mistake"},
		{"git failed, so that organizations may be missing", "work", acme, "close", "the base main: it cannot close"},
		{"git failed, which explains the mistake", "work", mistaken, "close", "the base main: it cannot close"},
		{"somebody ended the run", "work", acme, "end", "interrupted; nothing was done"},
	} {
		fails := func(what string) error {
			if what == row.cannot {
				return errors.New("it cannot " + what)
			}
			return nil
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		open := 0
		env := Env{Dir: row.dir, Files: fstest.MapFS{"work/.git": {}}, Follow: func(name string) (string, error) { return name, nil },
			Resolve: func(context.Context, string, string) (string, error) { return "commit", fails("resolve") },
			Commit: func(context.Context, string, string) (CommitTree, error) {
				if row.cannot == "end" {
					cancel(errors.New("interrupted"))
					return nil, context.Canceled
				}
				if err := fails("commit"); err != nil {
					return nil, err
				}
				open++
				return commitTree{fstest.MapFS{".git": {Mode: fs.ModeDir}, "orgs/acme.yaml": {Data: []byte(row.text)}}, func() error { open--; return fails("close") }}, nil
			}, Getenv: func(string) string { return "" }}
		tree := &Tree{FileNames: env.newNames(), paths: []string{"orgs"}}
		b, err := env.LoadBase(ctx, tree, "main")
		got := ""
		if err != nil {
			got = err.Error()
		}
		cancel(nil)
		if got != row.want || (err == nil) != (b != nil && b.commit == "commit" && len(b.orgs) == 1) {
			t.Errorf("%s: %v, %q", row.reason, b, got)
		}
		if open != 0 {
			t.Errorf("%s: the commit stays open", row.reason)
		}
	}
}

// commitTree is a commit in memory.
type commitTree struct {
	fs.FS
	close func() error
}

func (t commitTree) Close() error { return t.close() }

// TestLoadBaseFromGit: a commit is read as its checkout would be, with defaults and links, whatever the work tree has now.
func TestLoadBaseFromGit(t *testing.T) {
	r := gittest.Init(t, t.TempDir())
	r.Write("tree/_defaults.yaml", "settings: { multiFactorAuthRequired: true }\n")
	r.Write("tree/orgs/_defaults.yaml", "settings: { maxServiceAccountSecretValidityInHours: 8 }\n")
	r.Write("tree/orgs/acme.yaml", "name: Acme\ncredentials: ACME\n")
	r.Write("tree/labs.yaml", "name: Labs\ncredentials: LABS\n")
	for name, target := range map[string]string{"orgs": "tree/orgs", "tree/orgs/labs.yaml": "../labs.yaml"} {
		if err := os.Symlink(target, filepath.Join(r.Dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	tree, err := spec.Load(files.System{}, []string{filepath.ToSlash(r.Dir) + "/orgs"})
	if err != nil || len(tree.Diagnostics) > 0 || len(tree.Orgs) != 2 {
		t.Fatal(tree, err)
	}
	want := tree.Orgs
	commit := r.Commit()
	if err := errors.Join(os.RemoveAll(filepath.Join(r.Dir, "tree")), os.Remove(filepath.Join(r.Dir, "orgs"))); err != nil {
		t.Fatal(err)
	}
	r.Write("orgs/acme.yaml", "name: Acme\ncredentials: ACME\n")
	r.Write("orgs/_defaults.yaml", "settings: { multiFactorAuthRequired: false }\n")

	env := onDisk(r.Dir)
	orgs := &Tree{FileNames: env.newNames(), paths: []string{"orgs"}}
	b, err := env.LoadBase(t.Context(), orgs, "HEAD")
	if err != nil || b.commit != commit || len(b.orgs) != len(want) {
		t.Fatal(b, err)
	}
	for i, was := range b.orgs {
		if diff := cmp.Diff(want[i].Want, was.Want); diff != "" || was.Name != want[i].Name {
			t.Errorf("%s (-want +got)\n%s", was.Name, diff)
		}
	}

	other := &Tree{FileNames: env.newNames(), paths: []string{"new"}}
	if b, err := env.LoadBase(t.Context(), other, "HEAD"); err != nil || len(b.orgs) != 0 {
		t.Errorf("a PATH that the base does not have has no organizations; got %v, %v", b, err)
	}
	lost := r.Git("rev-parse", "HEAD:tree/orgs/_defaults.yaml")
	if err := os.Remove(filepath.Join(r.Dir, ".git", "objects", lost[:2], lost[2:])); err != nil {
		t.Fatal(err)
	}
	if b, err := env.LoadBase(t.Context(), orgs, "HEAD"); b != nil || err == nil || !strings.HasPrefix(err.Error(), "the base HEAD: git has no blob "+lost) {
		t.Errorf("got %v, %v", b, err)
	}
}
