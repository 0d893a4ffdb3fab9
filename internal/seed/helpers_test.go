package seed

import (
	"os"
	"path/filepath"
	"testing"

	"atlas-gitops/internal/files"
	"atlas-gitops/internal/reconcile"
)

// onDisk returns a world with the files of the disk and no variables.
func onDisk(dir string) reconcile.Env {
	return reconcile.Env{Dir: dir, Getenv: func(string) string { return "" }, Files: files.System{}, Follow: files.Follow}
}

func put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
