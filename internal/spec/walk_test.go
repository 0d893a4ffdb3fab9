package spec

import (
	"os"
	"path/filepath"
	"testing"

	"atlas-gitops/internal/files"
)

// TestPathThroughLinks checks that a PATH may contain a link to a tree. A link to a directory outside of the repository is an error,
// even if another link leads back.
func TestPathThroughLinks(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"repository/.git/HEAD": "", "repository/orgs/acme.yaml": "name: Acme\n", "outside/readme": ""} {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{"link": "repository", "repository/away": "../outside", "outside/back.yaml": "../repository/orgs/acme.yaml"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]string{"link/orgs": "", "link/orgs/acme.yaml": "", "link/away/back.yaml": leavingLink.ID} {
		tree, err := Load(files.System{}, []string{filepath.ToSlash(filepath.Join(dir, path))})
		if err != nil {
			t.Fatal(err)
		}
		rule := ""
		if len(tree.Diagnostics) > 0 {
			rule = tree.Diagnostics[0].Rule
		}
		if rule != want || len(tree.Orgs) != 1 && want == "" {
			t.Errorf("%s: %d organizations, %+v", path, len(tree.Orgs), tree.Diagnostics)
		}
	}
}
