package cli

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/files"
	"atlas-gitops/internal/git/gittest"
	"atlas-gitops/internal/github"
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
		ctx, cancel := context.WithCancel(t.Context())
		open := 0
		env := Env{Dir: row.dir, Files: fstest.MapFS{"work/.git": {}}, Follow: func(name string) (string, error) { return name, nil },
			Resolve: func(context.Context, string, string) (string, error) { return "commit", fails("resolve") },
			Commit: func(context.Context, string, string) (CommitTree, error) {
				if row.cannot == "end" {
					cancel()
					return nil, context.Canceled
				}
				if err := fails("commit"); err != nil {
					return nil, err
				}
				open++
				return commitTree{fstest.MapFS{".git": {Mode: fs.ModeDir}, "orgs/acme.yaml": {Data: []byte(row.text)}}, func() error { open--; return fails("close") }}, nil
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

	env := OS()
	env.Dir, env.Getenv = r.Dir, func(string) string { return "" }
	b, err := (&invocation{Env: env}).loadBase(t.Context(), "HEAD")
	if err != nil || b.commit != commit || len(b.orgs) != len(want) {
		t.Fatal(b, err)
	}
	for i, was := range b.orgs {
		if diff := cmp.Diff(want[i].Want, was.Want); diff != "" || was.Name != want[i].Name {
			t.Errorf("%s (-want +got)\n%s", was.Name, diff)
		}
	}

	in := &invocation{Env: env, args: []string{"new"}}
	if b, err := in.loadBase(t.Context(), "HEAD"); err != nil || len(b.orgs) != 0 {
		t.Errorf("a PATH that the base does not have has no organizations; got %v, %v", b, err)
	}
	lost := r.Git("rev-parse", "HEAD:tree/orgs/_defaults.yaml")
	if err := os.Remove(filepath.Join(r.Dir, ".git", "objects", lost[:2], lost[2:])); err != nil {
		t.Fatal(err)
	}
	if b, err := (&invocation{Env: env}).loadBase(t.Context(), "HEAD"); b != nil || err == nil || !strings.HasPrefix(err.Error(), "the base HEAD: git has no blob "+lost) {
		t.Errorf("got %v, %v", b, err)
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
		note   string
	}{
		{"the merge is checked out, and its first parent is the base; or else what the event says", github.Run{Event: "pull_request", Checkout: "merge", Pull: pull}, "", []string{"merge^1", "base"}, "Drift is not told apart: the base base: it is not there, as git says."},
		{"the base is checked out", github.Run{Event: "pull_request_target", Checkout: "merge", Pull: pull}, "", []string{"base"}, "Drift is not told apart: the base base: it is not there, as git says."},
		{"what was asked for", github.Run{Event: "pull_request", Checkout: "merge", Pull: pull}, "main", []string{"main"}, ""},
		{"a push has none", github.Run{Event: "push", Checkout: "merge"}, "", nil, ""},
		{"unless it is asked for", github.Run{Event: "push", Checkout: "merge"}, "HEAD^", []string{"HEAD^"}, ""},
	} {
		var looked []string
		env := Env{Dir: "work", Files: fstest.MapFS{"work/.git": {}}, Stdout: io.Discard, Follow: func(name string) (string, error) { return name, nil },
			Resolve: func(_ context.Context, _, commit string) (string, error) {
				looked = append(looked, commit)
				return "", errors.New("it is not there,\nas git says")
			}, Getenv: func(string) string { return "" }}
		a := &action{invocation: &invocation{Env: env, options: options{base: row.input}}, run: &row.run, report: &report{}}
		b, err := a.baseOf(t.Context())
		if b != nil || (err != nil) != (row.input != "") || !slices.Equal(looked, row.want) || a.noBase != row.note {
			t.Errorf("%s: looked for %q, got %v, %v, %q", row.reason, looked, b, err, a.noBase)
		}
	}
}

// TestFindInBase: which organization of an earlier tree is the same.
func TestFindInBase(t *testing.T) {
	for _, row := range []struct {
		reason  string
		was, is spec.Org
		want    bool
	}{
		{"the id says it, whatever else is different", spec.Org{Name: "A", ID: "1", Credentials: "X"}, spec.Org{Name: "B", ID: "1", Credentials: "Y"}, true},
		{"another id", spec.Org{Name: "A", ID: "1", Credentials: "X"}, spec.Org{Name: "A", ID: "2", Credentials: "X"}, false},
		{"its id was written since", spec.Org{Name: "A", Credentials: "X"}, spec.Org{Name: "A", ID: "1", Credentials: "X"}, true},
		{"its id was taken out since", spec.Org{Name: "A", ID: "1", Credentials: "X"}, spec.Org{Name: "A", Credentials: "X"}, true},
		{"nobody wrote its id", spec.Org{Name: "A", Credentials: "X"}, spec.Org{Name: "A", Credentials: "X"}, true},
		{"another one of the same name", spec.Org{Name: "A", Credentials: "X"}, spec.Org{Name: "A", Credentials: "Y"}, false},
		{"another one with the same credential", spec.Org{Name: "A", Credentials: "X"}, spec.Org{Name: "B", Credentials: "X"}, false},
	} {
		b := newBase("", []*spec.Org{{Name: "other", ID: "9"}, &row.was})
		if got := b.find(&row.is); (got == &row.was) != row.want || !row.want && got != nil {
			t.Errorf("%s: got %v", row.reason, got)
		}
	}
}

// TestNobodyIsSet: a single credential is enough to ask Atlas, and one that is wrong is set.
func TestNobodyIsSet(t *testing.T) {
	set, wrong, missing := apply.Target{Account: &apply.Account{}}, apply.Target{Account: &apply.Account{Err: errors.New("it is no key")}}, apply.Target{Account: &apply.Account{Err: errors.New("there is none"), Missing: true}}
	for _, row := range []struct {
		targets []apply.Target
		want    bool
	}{
		{[]apply.Target{missing, missing}, true},
		{[]apply.Target{missing, set}, false},
		{[]apply.Target{missing, wrong}, false},
		{[]apply.Target{set}, false},
	} {
		if got := nobodyIsSet(row.targets); got != row.want {
			t.Errorf("%v: got %t", row.targets, got)
		}
	}
}

// TestNoRepository: where there is none, such as in what was unpacked, there is no base, and nothing to say.
func TestNoRepository(t *testing.T) {
	env := Env{Dir: "work", Files: fstest.MapFS{}, Stdout: io.Discard}
	a := &action{invocation: &invocation{Env: env}, run: &github.Run{Event: "pull_request", Pull: &github.Pull{Number: 7, Base: "base"}}, report: &report{}}
	if b, err := a.baseOf(t.Context()); b != nil || err != nil || a.noBase != "" {
		t.Errorf("got %v, %v, %q", b, err, a.noBase)
	}
}
