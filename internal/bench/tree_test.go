package main

import (
	"os"
	"path/filepath"
	"testing"

	"atlas-gitops/internal/spec"
)

// TestTrees: each tree of the benchmark is valid, and as fmt writes it.
func TestTrees(t *testing.T) {
	for _, w := range works() {
		s := size{2, 2}
		if w.sizes != nil {
			s = w.sizes[0]
		}
		for _, tree := range []func(size) []organization{w.live, w.tree} {
			if tree != nil {
				checkTree(t, w.name, tree(s))
			}
		}
	}
}

func checkTree(t *testing.T, work string, all []organization) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), treeDir)
	if err := writeTree(dir, all); err != nil {
		t.Fatal(err)
	}
	files := os.DirFS(filepath.Dir(dir))
	tree, err := spec.Load(files, []string{treeDir})
	if err != nil || len(tree.Orgs) != len(all) || len(tree.Diagnostics) > 0 {
		t.Errorf("%s: %d organizations, %v, %v", work, len(tree.Orgs), tree.Diagnostics, err)
	}
	formatted, found, err := spec.FormatTree(files, []string{treeDir})
	if err != nil || len(found) > 0 {
		t.Errorf("%s: %v, %v", work, found, err)
	}
	for i, f := range formatted {
		if string(f.Is) != all[i].file() {
			t.Fatalf("%s: fmt would write %.1000s", work, f.Is)
		}
	}
}
