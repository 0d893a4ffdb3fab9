package reconcile

import (
	"path/filepath"
	"testing"
)

// namesIn makes two repositories on the disk, a third one inside the first, and directories outside of all repositories.
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

// TestNames: the name of a file does not depend on the working directory. Show and Path return the path by which the file was read.
func TestNames(t *testing.T) {
	root, names := namesIn(t)
	for _, row := range []struct{ reason, dir, workspace, path, want string }{
		{"from the root of the repository", "repo", "", "orgs/eu/a.yaml", "orgs/eu/a.yaml"},
		{"from a directory of the repository", "repo/orgs", "", "eu/a.yaml", "orgs/eu/a.yaml"},
		{"from the directory of the file", "repo/orgs/eu", "", "a.yaml", "orgs/eu/a.yaml"},
		{"from another directory of the repository", "repo/sub", "", "../orgs/eu/a.yaml", "orgs/eu/a.yaml"},
		{"from above the repository", "", "", "repo/orgs/eu/a.yaml", "orgs/eu/a.yaml"},
		{"from elsewhere, by the absolute path", "plain", "", filepath.ToSlash(root) + "/repo/orgs/eu/a.yaml", "orgs/eu/a.yaml"},
		{"the repository wins over GITHUB_WORKSPACE", "repo/orgs", "repo/orgs", "eu/a.yaml", "orgs/eu/a.yaml"},
		{"a directory", "repo/orgs", "", "eu", "orgs/eu"},
		{"the root of the repository", "repo/orgs", "", "..", "."},
		{"a file that does not exist yet", "repo/orgs", "", "new/n.yaml", "orgs/new/n.yaml"},
		{"a file of another repository", "repo", "", "../other/b.yaml", "b.yaml"},
		{"a file of a nested repository", "repo", "", "sub/s.yaml", "s.yaml"},
		{"the root of a nested repository", "repo", "", "sub", "."},
		{"no repository, and the file is outside of GITHUB_WORKSPACE", "plain/deep", "repo", "c.yaml", "c.yaml"},
		{"no repository: from the working directory", "plain/deep", "", "c.yaml", "c.yaml"},
		{"no repository: from GITHUB_WORKSPACE", "plain/deep", "plain", "c.yaml", "deep/c.yaml"},
		{"no repository, by the absolute path", "plain", "", filepath.ToSlash(root) + "/plain/deep/c.yaml", "deep/c.yaml"},
		{"no repository, and outside of both directories", "plain", "repo", "../loose/d.yaml", "../loose/d.yaml"},
	} {
		n := names(row.dir, row.workspace)
		if got := n.Name(row.path); got != row.want {
			t.Errorf("%s: got %s, want %s", row.reason, got, row.want)
		}
		if got := n.Show(row.want); got != row.path {
			t.Errorf("%s: Show returned %s, want %s", row.reason, got, row.path)
		}
		if got := n.Path(row.want); got != row.path {
			t.Errorf("%s: Path returned %s, want %s", row.reason, got, row.path)
		}
	}
}

// TestNamesOfOthers: a name of a saved plan that this run has not read is a file in the repository of the working directory.
func TestNamesOfOthers(t *testing.T) {
	root, names := namesIn(t)
	for _, row := range []struct{ reason, dir, workspace, name, want string }{
		{"in a repository", "repo/orgs", "", "orgs/eu/a.yaml", "repo/orgs/eu/a.yaml"},
		{"no repository, but GITHUB_WORKSPACE is set", "plain/deep", "plain", "deep/c.yaml", "plain/deep/c.yaml"},
		{"no repository, and no GITHUB_WORKSPACE", "plain/deep", "", "c.yaml", "plain/deep/c.yaml"},
	} {
		n := names(row.dir, row.workspace)
		if got, want := n.Path(row.name), filepath.ToSlash(filepath.Join(root, row.want)); got != want {
			t.Errorf("%s: got %s, want %s", row.reason, got, want)
		}
		if got := n.Show(row.name); got != row.name {
			t.Errorf("%s: Show returned %s", row.reason, got)
		}
	}
	if whole := filepath.ToSlash(filepath.Join(root, "other", "b.yaml")); names("repo", "").Path(whole) != whole {
		t.Error("Path changed an absolute path")
	}
}
