package git

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
)

// TestFind: names and links work as in a checkout, except that no link can leave the tree.
func TestFind(t *testing.T) {
	r := newRepository(t)
	r.Write("orgs/acme.yaml", "acme")
	r.Write("orgs/deep/deep.yaml", "deep")
	for name, target := range map[string]string{
		"file": "orgs/acme.yaml", "dir": "orgs", "orgs/up": "../orgs/acme.yaml", "orgs/deep/dir": "../../dir/deep", "again": "file", "root": ".", "orgs/root": "..",
		"slash": "orgs/", "dots": "./orgs/./deep/..//acme.yaml", "slashed-file": "orgs/acme.yaml/", "through-file": "orgs/acme.yaml/../acme.yaml",
		"dangling": "nowhere", "out": "../orgs", "orgs/out": "../../etc/passwd", "absolute": "/etc/passwd", "in-and-out": "orgs/../../x", "loop": "loop", "a": "b", "b": "a",
	} {
		link(r, target, name)
	}
	tree := open(t, r, r.Commit())
	missing := fs.ErrNotExist
	for _, row := range []struct {
		reason, name, want string // the text of a file; "" for a directory
		err                error
	}{
		{"a file", "orgs/acme.yaml", "acme", nil},
		{"a directory", "orgs/deep", "", nil},
		{"the root", ".", "", nil},
		{"a link to a file", "file", "acme", nil},
		{"a link to a link", "again", "acme", nil},
		{"a link with ..", "orgs/up", "acme", nil},
		{"a link to a directory", "dir", "", nil},
		{"a file, through a link to a directory", "dir/acme.yaml", "acme", nil},
		{"a link whose target contains a link", "orgs/deep/dir/deep.yaml", "deep", nil},
		{"a link to the root", "root", "", nil},
		{"several links to the root", "orgs/root/root/orgs/root/file", "acme", nil},
		{"a slash at the end of a link to a directory", "slash/acme.yaml", "acme", nil},
		{"a link with dots and slashes", "dots", "acme", nil},
		{"the directory .git, which marks the root", ".git", "", nil},
		{"the directory .git is empty", ".git/config", "", missing},
		{"only the root has .git", "orgs/.git", "", missing},
		{"a link to the root has .git", "root/.git", "", nil},
		{"no such file", "orgs/none.yaml", "", missing},
		{"no such directory", "none/acme.yaml", "", missing},
		{"a name below a file", "orgs/acme.yaml/x", "", missing},
		{"a link to a file with a slash at the end", "slashed-file", "", missing},
		{"a name cannot go through a file and up again", "through-file", "", missing},
		{"a link to nothing", "dangling", "", missing},
		{"a name that starts with ..", "../orgs", "", missing},
		{"the directory above", "..", "", missing},
		{"a name with .. inside the tree", "orgs/../orgs/acme.yaml", "", missing},
		{"an absolute name", "/etc/passwd", "", missing},
		{"the root directory of the machine", "/", "", missing},
		{"an empty name", "", "", missing},
		{"a name with a slash at the end", "orgs/", "", missing},
		{"a link out of the tree", "out", "", errLeaves},
		{"a link out of the tree, in a directory", "orgs/out", "", errLeaves},
		{"a link with an absolute target", "absolute", "", errLeaves},
		{"a link that goes into a directory and then out of the tree", "in-and-out", "", errLeaves},
		{"a link to itself", "loop", "", errLinks},
		{"two links to each other", "a/x", "", errLinks},
	} {
		info, err := tree.Stat(row.name)
		if !errors.Is(err, row.err) || err == nil && info.IsDir() != (row.want == "") {
			t.Errorf("%s: %s is %v, %v", row.reason, row.name, info, err)
		}
		f, err := tree.Open(row.name)
		if !errors.Is(err, row.err) || (f == nil) != (row.err != nil) {
			t.Errorf("%s: %s opens %v, %v", row.reason, row.name, f, err)
		}
		if row.want == "" {
			continue
		}
		if data, err := fs.ReadFile(tree, row.name); string(data) != row.want || err != nil {
			t.Errorf("%s: %s holds %q, %v", row.reason, row.name, data, err)
		}
	}
	if err := tree.Close(); err != nil {
		t.Errorf("git read everything: %v", err)
	}
}

// TestReadLink: ReadLink and Lstat describe a link and do not follow it.
func TestReadLink(t *testing.T) {
	r := newRepository(t)
	r.Write("orgs/acme.yaml", "acme")
	link(r, "../../x", "orgs/out")
	link(r, "orgs", "dir")
	tree := open(t, r, r.Commit())
	for _, row := range []struct {
		reason, name, want string
		err                error
	}{
		{"a link out of the tree", "orgs/out", "../../x", nil},
		{"a link in a directory that is reached through a link", "dir/out", "../../x", nil},
		{"a link to a directory", "dir", "orgs", nil},
		{"a file", "orgs/acme.yaml", "", fs.ErrInvalid},
		{"a directory", "orgs", "", fs.ErrInvalid},
		{"no such file", "none", "", fs.ErrNotExist},
	} {
		if got, err := tree.ReadLink(row.name); got != row.want || !errors.Is(err, row.err) {
			t.Errorf("%s: got %q, %v", row.reason, got, err)
		}
		if info, err := tree.Lstat(row.name); row.err == nil && (err != nil || info.Mode().Type() != fs.ModeSymlink || info.Size() != int64(len(row.want))) {
			t.Errorf("%s: got %v, %v", row.reason, info, err)
		}
	}
}

// TestLongLink: the target of a link may be as long as on Linux. A longer one is an error.
func TestLongLink(t *testing.T) {
	r := newRepository(t)
	for _, row := range []struct {
		length int
		err    error
	}{{maxLink, nil}, {maxLink + 1, errLong}} {
		target := strings.Repeat("/", row.length-1) + "."
		id := r.GitWith("."+target[1:], "hash-object", "-w", "--stdin")
		tree := open(t, r, r.Git("commit-tree", "-m", "Long", r.GitWith("120000 blob "+id+"\tlong\n", "mktree")))
		if info, err := tree.Stat("long"); !errors.Is(err, row.err) || err == nil && !info.IsDir() {
			t.Errorf("of %d bytes: %v, %v", row.length, info, err)
		}
	}
}
