package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/git/gittest"
)

// open opens a commit, and closes it at the end of the test.
func open(t *testing.T, r gittest.Repository, commit string) *Tree {
	t.Helper()
	tree, err := Open(t.Context(), r.Dir, commit)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tree.Close() })
	return tree
}

// readOne reads one file of a commit.
func readOne(t *testing.T, r gittest.Repository, commit, name string) string {
	t.Helper()
	tree := open(t, r, commit)
	data, err := fs.ReadFile(tree, name)
	if err := errors.Join(err, tree.Close()); err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestRaw: a file is read as it was committed. The files that a pull request writes into the work tree, and the
// configuration of the repository, do not matter. Each row also runs a git command that shows a different text, to
// prove that the setting has an effect.
func TestRaw(t *testing.T) {
	const file, raw = "orgs/acme.yaml", "name: Acme # $Id$ $Format:%ad$\nsettings: { multiFactorAuthRequired: true }\n"
	const lie = "name: Acme\nsettings: { multiFactorAuthRequired: false }\n"
	const filtered = "cat-file --filters HEAD:" + file
	base := newRepository(t)
	base.Write(file, raw)
	commit := base.Commit()
	attribute := func(text string) func(r gittest.Repository) {
		return func(r gittest.Repository) { r.Write(".gitattributes", file+" "+text+"\n") }
	}
	for _, row := range []struct {
		reason string
		set    func(r gittest.Repository)
		shows  string // the git command that shows another text
	}{
		{"another encoding, which the loader cannot read", attribute("working-tree-encoding=UTF-16LE-BOM"), filtered},
		{"line endings of Windows", attribute("text eol=crlf"), filtered},
		{"line endings of Windows, from the configuration", func(r gittest.Repository) { r.Git("config", "core.autocrlf", "true") }, filtered},
		{"the hash of the blob instead of $Id$", attribute("ident"), filtered},
		{"a filter", func(r gittest.Repository) {
			r.Git("config", "filter.lie.smudge", "sed s/true/false/")
			attribute("filter=lie")(r)
		}, filtered},
		{"a filter, from attributes in the directory of the file", func(r gittest.Repository) {
			r.Git("config", "filter.lie.smudge", "sed s/true/false/")
			r.Write("orgs/.gitattributes", "*.yaml filter=lie\n")
		}, filtered},
		{"a filter, from attributes in .git", func(r gittest.Repository) {
			r.Git("config", "filter.lie.smudge", "sed s/true/false/")
			r.Write(".git/info/attributes", "*.yaml filter=lie\n")
		}, filtered},
		{"a text conversion for diffs", func(r gittest.Repository) {
			r.Git("config", "diff.lie.textconv", "sed s/true/false/")
			attribute("diff=lie")(r)
		}, "cat-file --textconv HEAD:" + file},
		{"the date of the commit, which git archive inserts", func(r gittest.Repository) {
			r.Write(".git/info/attributes", "*.yaml export-subst\n")
		}, "archive --format=tar HEAD " + file},
		{"a file that git archive leaves out", func(r gittest.Repository) {
			r.Write(".git/info/attributes", "*.yaml export-ignore\n")
		}, "archive --format=tar HEAD orgs"},
		{"a replace ref for the blob", func(r gittest.Repository) {
			r.Git("replace", r.Git("rev-parse", "HEAD:"+file), r.GitWith(lie, "hash-object", "-w", "--stdin"))
		}, "show HEAD:" + file},
		{"a replace ref for the commit", func(r gittest.Repository) {
			r.Write(file, lie)
			other := r.Commit()
			r.Git("reset", "--quiet", "--hard", commit)
			r.Git("replace", commit, other)
		}, "show HEAD:" + file},
		{"another blob in the index", func(r gittest.Repository) {
			r.Git("update-index", "--cacheinfo", "100644,"+r.GitWith(lie, "hash-object", "-w", "--stdin")+","+file)
		}, "show :" + file},
	} {
		t.Run(row.reason, func(t *testing.T) {
			r := copyOf(t, base)
			row.set(r)
			if shown := r.Git(strings.Fields(row.shows)...); strings.Contains(shown, strings.TrimSpace(raw)) {
				t.Errorf("the git command shows the committed text: %q", shown)
			}
			if got := readOne(t, r, commit, file); got != raw {
				t.Errorf("got %q", got)
			}
		})
	}
}

// TestReadOnly: reading does not change the index, even with staged files, and runs no hook.
func TestReadOnly(t *testing.T) {
	r := newRepository(t)
	r.Write("orgs/acme.yaml", "name: Acme\n")
	commit := r.Commit()
	r.Write("orgs/acme.yaml", "name: Changed\n")
	r.Git("add", "orgs/acme.yaml")
	r.Write("orgs/acme.yaml", "name: Changed again\n")
	for _, hook := range []string{"post-checkout", "post-index-change", "reference-transaction"} {
		r.Write(".git/hooks/"+hook, "#!/bin/sh\ntouch hooked\n")
	}
	index := func() string {
		data, err := os.ReadFile(filepath.Join(r.Dir, ".git", "index"))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	before := index()
	if got := readOne(t, r, commit, "orgs/acme.yaml"); got != "name: Acme\n" {
		t.Errorf("got %q", got)
	}
	if index() != before {
		t.Error("the index changed")
	}
	if _, err := os.Stat(filepath.Join(r.Dir, "hooked")); err == nil {
		t.Error("a hook has run")
	}
}

// TestTree: everything that a tree can contain, with both hash functions of git.
func TestTree(t *testing.T) {
	for _, format := range []string{"sha1", "sha256"} {
		t.Run(format, func(t *testing.T) {
			r := newRepository(t, "--object-format="+format)
			all := map[string]string{".git/": "", "orgs/": "", "orgs/deep/": "", "orgs/deep/er/": "", "sub/": "", "orgs.d/": "",
				"orgs/acme.yaml": "name: Acme\n", "orgs/deep/er/a.yaml": "deep", "orgs.yaml": "sorted elsewhere by git", "orgs.d/a": "",
				"orgs/\"odd\"\n\tname ü.yml": "odd", "-n": "no option", "caf\xe9": "no UTF-8", " ": "blank", "program": "#!/bin/sh\n", "link": "-> orgs/acme.yaml"}
			for name, text := range all {
				if target, isLink := strings.CutPrefix(text, "-> "); isLink {
					link(r, target, name)
				} else if !strings.HasSuffix(name, "/") {
					r.Write(name, text)
				}
			}
			r.Git("update-index", "--add", "--cacheinfo", "160000,"+strings.Repeat("a", len(r.Git("hash-object", "-t", "tree", os.DevNull)))+",sub")
			r.Git("add", "--all", ":!sub")
			r.Git("update-index", "--chmod=-x", "orgs/acme.yaml")
			r.Git("commit", "--quiet", "--message", "Begin")
			tree := open(t, r, r.Git("rev-parse", "HEAD"))
			if diff := cmp.Diff(all, contents(t, tree)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if err := fstest.TestFS(tree, "orgs/deep/er/a.yaml", "link", "sub", ".git"); err != nil {
				t.Error(err)
			}
			for name, want := range map[string]string{"program": "-r-xr-xr-x", "orgs/acme.yaml": "-r--r--r--", "link": "Lrwxrwxrwx", "orgs": "dr-xr-xr-x", "sub": "dr-xr-xr-x", ".": "dr-xr-xr-x"} {
				if info, err := fs.Lstat(tree, name); err != nil || info.Mode().String() != want {
					t.Errorf("%s: %v, %v; want %s", name, info, err, want)
				}
			}
			if err := tree.Close(); err != nil {
				t.Errorf("git read everything: %v", err)
			}
		})
	}
}

// contents returns the text of each file, the target of each link, and each directory, whose name gets a slash.
func contents(t *testing.T, tree *Tree) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || name == ".":
		case d.IsDir():
			all[name+"/"] = ""
		case d.Type() == fs.ModeSymlink:
			target, readErr := fs.ReadLink(tree, name)
			all[name], err = "-> "+target, readErr
		default:
			data, readErr := fs.ReadFile(tree, name)
			all[name], err = string(data), readErr
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// link makes a link in the work tree.
func link(r gittest.Repository, target, name string) {
	r.Helper()
	name = filepath.Join(r.Dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		r.Fatal(err)
	}
	if err := os.Symlink(target, name); err != nil {
		r.Fatal(err)
	}
}

// TestEmptyTree: a commit may have no files.
func TestEmptyTree(t *testing.T) {
	r := newRepository(t)
	tree := open(t, r, r.Commit())
	if got := contents(t, tree); len(got) != 1 || got[".git/"] != "" {
		t.Errorf("got %q", got)
	}
	if _, err := tree.Stat("orgs"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// TestLarge: only the beginning of a large file is kept. Reading beyond it is an error. Other files stay readable.
func TestLarge(t *testing.T) {
	r := newRepository(t)
	large := strings.Repeat("0123456789abcde\n", 5<<16) + "end" // 5 MiB
	exact := large[:maxFile]
	r.Write("large.yaml", large)
	r.Write("exact.yaml", exact)
	r.Write("small.yaml", "small")
	tree := open(t, r, r.Commit())
	for name, text := range map[string]string{"large.yaml": large, "exact.yaml": exact, "small.yaml": "small"} {
		f, err := tree.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		if info, err := f.Stat(); err != nil || info.Size() != int64(len(text)) {
			t.Errorf("%s: %v, %v", name, info, err)
		}
		if info, err := tree.Stat(name); err != nil || info.Size() != int64(len(text)) {
			t.Errorf("%s: %v, %v", name, info, err)
		}
		got, err := io.ReadAll(f)
		if want := text[:min(len(text), maxFile)]; !bytes.Equal(got, []byte(want)) || (err == nil) != (want == text) {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
	if err := tree.Close(); err != nil {
		t.Errorf("git read everything: %v", err)
	}
}

// TestHugeDirectory: a directory that is too large is an error, and Close returns that error, too.
func TestHugeDirectory(t *testing.T) {
	r := newRepository(t)
	var list strings.Builder
	for i := range maxTree/250 + 1 {
		fmt.Fprintf(&list, "100644 blob %040x\t%0250d\n", i+1, i)
	}
	huge := r.GitWith(list.String(), "mktree", "--missing")
	tree := open(t, r, r.Git("commit-tree", "-m", "Huge", r.GitWith("040000 tree "+huge+"\torgs\n", "mktree")))
	const want = "it has too many entries"
	if all, err := tree.ReadDir("orgs"); all != nil || err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%d entries, %v", len(all), err)
	}
	if err := tree.Close(); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("closed: %v", err)
	}
}

// TestMissing: if git does not have an object, the error says so, and is not the error of a file that does not exist.
// Other objects stay readable. Close returns the error again.
func TestMissing(t *testing.T) {
	for _, row := range []struct{ reason, object, name string }{
		{"a file", "HEAD:orgs/acme.yaml", "orgs/acme.yaml"},
		{"a directory", "HEAD:orgs", "orgs/acme.yaml"},
		{"a link", "HEAD:link", "link"},
		{"the root", "HEAD^{tree}", ""},
		{"the commit", "HEAD", ""},
	} {
		t.Run(row.reason, func(t *testing.T) {
			r := newRepository(t)
			r.Write("orgs/acme.yaml", "name: Acme\n")
			r.Write("other.yaml", "other")
			link(r, "orgs/acme.yaml", "link")
			commit, id := r.Commit(), r.Git("rev-parse", row.object)
			if err := os.Remove(filepath.Join(r.Dir, ".git", "objects", id[:2], id[2:])); err != nil {
				t.Fatal(err)
			}
			check := func(err error) {
				t.Helper()
				if !errors.Is(err, errMissing) || errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), id) {
					t.Errorf("got %v", err)
				}
			}
			tree, err := Open(t.Context(), r.Dir, commit)
			if row.name == "" {
				check(err)
				return
			}
			_, err = fs.ReadFile(tree, row.name)
			check(err)
			_, err = tree.Stat(row.name)
			check(err)
			if got, err := fs.ReadFile(tree, "other.yaml"); string(got) != "other" || err != nil {
				t.Errorf("the other file: %q, %v", got, err)
			}
			check(tree.Close())
		})
	}
}

// TestClones: if an object is missing from a shallow or partial clone, the error says so. Git does not fetch it.
func TestClones(t *testing.T) {
	r := newRepository(t)
	r.Git("config", "uploadpack.allowFilter", "true")
	r.Write("orgs/acme.yaml", "name: Acme\n")
	base := r.Commit()
	r.Write("orgs/acme.yaml", "name: Changed\n")
	r.Commit()
	clone := func(arg string) gittest.Repository {
		dir := filepath.Join(t.TempDir(), "clone")
		r.Git("clone", "--quiet", "--no-checkout", arg, "file://"+filepath.ToSlash(r.Dir), dir)
		return gittest.Repository{TB: t, Dir: dir}
	}

	shallow := clone("--depth=1")
	if _, err := Open(t.Context(), shallow.Dir, base); !errors.Is(err, errMissing) {
		t.Errorf("got %v", err)
	}

	partial := clone("--filter=blob:none")
	tree := open(t, partial, base)
	_, err := fs.ReadFile(tree, "orgs/acme.yaml")
	if !errors.Is(err, errMissing) || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if err := tree.Close(); !errors.Is(err, errMissing) {
		t.Errorf("Close: %v", err)
	}
	if got := partial.Git("rev-list", "--objects", "--missing=print", "--no-walk", base); !strings.Contains(got, "?"+r.Git("rev-parse", base+":orgs/acme.yaml")) {
		t.Errorf("git fetched the object: %s", got)
	}
}

// TestNotACommit: Open accepts only the full hash of a commit.
func TestNotACommit(t *testing.T) {
	r := newRepository(t)
	r.Write("orgs/acme.yaml", "name: Acme\n")
	commit := r.Commit()
	r.Git("tag", "--annotate", "--message", "One", "v1")
	for _, row := range []struct{ reason, commit, want string }{
		{"a name", "HEAD", `"HEAD" is not the full hash of a commit`},
		{"an empty hash", "", `"" is not the full hash of a commit`},
		{"two lines", commit[:39] + "\n", "is not the full hash of a commit"},
		{"a tree", r.Git("rev-parse", "HEAD^{tree}"), "unexpected answer"},
		{"a tag", r.Git("rev-parse", "v1"), "unexpected answer"},
	} {
		if tree, err := Open(t.Context(), r.Dir, row.commit); tree != nil || err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v", row.reason, err)
		}
	}
}

// TestConcurrentReads: several goroutines may read at once, as the loader does.
func TestConcurrentReads(t *testing.T) {
	r := newRepository(t)
	const files = 20
	name := func(i int) string { return fmt.Sprintf("orgs/%d/%d.yaml", i%7, i) }
	for i := range files {
		r.Write(name(i), strings.Repeat(name(i), i*100))
	}
	tree := open(t, r, r.Commit())
	var group sync.WaitGroup
	for i := range files {
		group.Go(func() {
			if got, err := fs.ReadFile(tree, name(i)); err != nil || string(got) != strings.Repeat(name(i), i*100) {
				t.Errorf("%s: %d bytes, %v", name(i), len(got), err)
			}
			if info, err := tree.Stat(name(i)); err != nil || info.Size() != int64(len(name(i))*i*100) {
				t.Errorf("%s: %v, %v", name(i), info, err)
			}
		})
	}
	group.Wait()
}

// TestEnded: after the end of the context, or after Close, nothing can be read.
func TestEnded(t *testing.T) {
	r := newRepository(t)
	r.Write("orgs/acme.yaml", "name: Acme\n")
	commit := r.Commit()

	ctx, cancel := context.WithCancel(t.Context())
	tree, err := Open(ctx, r.Dir, commit)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := tree.Open("orgs/acme.yaml"); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
	if err := tree.Close(); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled and closed: %v", err)
	}
	if _, err := Open(ctx, r.Dir, commit); !errors.Is(err, context.Canceled) {
		t.Errorf("opened after the cancellation: %v", err)
	}

	tree = open(t, r, commit)
	if err := errors.Join(tree.Close(), tree.Close()); err != nil {
		t.Errorf("closed twice: %v", err)
	}
	if _, err := tree.Open("orgs/acme.yaml"); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("closed: %v", err)
	}
}
