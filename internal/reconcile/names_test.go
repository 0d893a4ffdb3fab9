package reconcile

import (
	"path/filepath"
	"testing"
)

// namesIn is a world on the disk with two repositories, one of them with a third one in it, and with directories that are in none.
func namesIn(t *testing.T) (root string, names func(dir, workspace string) *FileNames) {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"repo/.git/HEAD", "repo/orgs/eu/a.yaml", "repo/sub/.git/HEAD", "repo/sub/s.yaml", "other/.git/HEAD", "other/b.yaml", "plain/deep/c.yaml", "loose/d.yaml"} {
		put(t, filepath.Join(root, filepath.FromSlash(name)), "")
	}
	return root, func(dir, workspace string) *FileNames {
		env := onDisk(filepath.Join(root, dir))
		if workspace != "" {
			workspace = filepath.Join(root, workspace)
		}
		env.Getenv = func(name string) string { return map[string]string{"GITHUB_WORKSPACE": workspace}[name] }
		return env.newNames()
	}
}

// TestNames: a file has the same name wherever the program runs. Who works there sees the path by which it was read, and finds
// the file by that.
func TestNames(t *testing.T) {
	root, names := namesIn(t)
	for _, row := range []struct{ reason, dir, workspace, path, want string }{
		{"at the root of the repository", "repo", "", "orgs/eu/a.yaml", "orgs/eu/a.yaml"},
		{"below it", "repo/orgs", "", "eu/a.yaml", "orgs/eu/a.yaml"},
		{"beside the file", "repo/orgs/eu", "", "a.yaml", "orgs/eu/a.yaml"},
		{"in another directory of it", "repo/sub", "", "../orgs/eu/a.yaml", "orgs/eu/a.yaml"},
		{"above it", "", "", "repo/orgs/eu/a.yaml", "orgs/eu/a.yaml"},
		{"elsewhere, by the whole path", "plain", "", filepath.ToSlash(root) + "/repo/orgs/eu/a.yaml", "orgs/eu/a.yaml"},
		{"the workflow's directory counts less than the repository", "repo/orgs", "repo/orgs", "eu/a.yaml", "orgs/eu/a.yaml"},
		{"a directory", "repo/orgs", "", "eu", "orgs/eu"},
		{"the root itself", "repo/orgs", "", "..", "."},
		{"a file that is still to come", "repo/orgs", "", "new/n.yaml", "orgs/new/n.yaml"},
		{"a file of another repository", "repo", "", "../other/b.yaml", "b.yaml"},
		{"a repository within counts, being nearer", "repo", "", "sub/s.yaml", "s.yaml"},
		{"and its root is the root", "repo", "", "sub", "."},
		{"no repository, and a workflow's directory that does not hold it", "plain/deep", "repo", "c.yaml", "c.yaml"},
		{"no repository: the working directory", "plain/deep", "", "c.yaml", "c.yaml"},
		{"no repository: the workflow's directory", "plain/deep", "plain", "c.yaml", "deep/c.yaml"},
		{"no repository, by the whole path", "plain", "", filepath.ToSlash(root) + "/plain/deep/c.yaml", "deep/c.yaml"},
		{"no repository, and below neither", "plain", "repo", "../loose/d.yaml", "../loose/d.yaml"},
	} {
		n := names(row.dir, row.workspace)
		if got := n.Name(row.path); got != row.want {
			t.Errorf("%s: got %s, want %s", row.reason, got, row.want)
		}
		if got := n.Show(row.want); got != row.path {
			t.Errorf("%s: it is shown as %s, want %s", row.reason, got, row.path)
		}
		if got := n.Path(row.want); got != row.path {
			t.Errorf("%s: it is looked for as %s, want %s", row.reason, got, row.path)
		}
	}
}

// TestNamesOfOthers: what a saved plan names, and this run has not read, is a file of the repository that one works in.
func TestNamesOfOthers(t *testing.T) {
	root, names := namesIn(t)
	for _, row := range []struct{ reason, dir, workspace, name, want string }{
		{"the repository", "repo/orgs", "", "orgs/eu/a.yaml", "repo/orgs/eu/a.yaml"},
		{"none, but the workflow has a directory", "plain/deep", "plain", "deep/c.yaml", "plain/deep/c.yaml"},
		{"neither", "plain/deep", "", "c.yaml", "plain/deep/c.yaml"},
	} {
		n := names(row.dir, row.workspace)
		if got, want := n.Path(row.name), filepath.ToSlash(filepath.Join(root, row.want)); got != want {
			t.Errorf("%s: got %s, want %s", row.reason, got, want)
		}
		if got := n.Show(row.name); got != row.name {
			t.Errorf("%s: it is shown as %s", row.reason, got)
		}
	}
	if whole := filepath.ToSlash(filepath.Join(root, "other", "b.yaml")); names("repo", "").Path(whole) != whole {
		t.Error("a whole path is another one")
	}
}
