package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"atlas-gitops/internal/sandbox"
)

// withDisk is a tree in memory, and all that has an absolute name.
type withDisk struct{ tree fs.FS }

func (w withDisk) Open(name string) (fs.File, error) {
	if filepath.IsAbs(name) {
		return os.Open(name)
	}
	return w.tree.Open(name)
}

// TestRemembered: what changed is told against the plan that was approved, or not at all.
func TestRemembered(t *testing.T) {
	const tree = "name: Acme-Research\ncredentials: ACME_RESEARCH\nsettings: { multiFactorAuthRequired: true }\n"
	w := newWorld(t, sandbox.Demo(), false)
	w.write("orgs/a.yaml", tree)
	cache := t.TempDir()
	run := func(args ...string) (int, string) {
		var out strings.Builder
		env := w.env(&out, &out)
		env.Cache, env.Files, env.Create, env.Replace = cache, withDisk{w.files}, create, replace
		return Main(t.Context(), env, args), out.String()
	}
	run("plan")
	names, err := filepath.Glob(filepath.Join(cache, "atlas-gitops", "plans", "*.json"))
	if err != nil || len(names) != 1 {
		t.Fatalf("%q is remembered, %v", names, err)
	}
	const other = "0123456789abcdef0123456789abcdef"
	if err := os.Rename(names[0], filepath.Join(filepath.Dir(names[0]), other[:2]+".json")); err != nil {
		t.Fatal(err)
	}
	if status, out := run("apply", "--accept", other); status != ExitRefused || !strings.Contains(out, "What was approved is not known here.") {
		t.Errorf("%d %s", status, out)
	}
	w.write("orgs/a.yaml", strings.Replace(tree, "true", "false", 1))
	run("plan")
	if again, err := filepath.Glob(filepath.Join(cache, "atlas-gitops", "plans", "*.json")); err != nil || len(again) != 2 {
		t.Errorf("%q is remembered, %v; a plan of nothing is not worth it", again, err)
	}
}
