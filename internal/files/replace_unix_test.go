//go:build unix

package files

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestSharedFilesFollowUmask: a group that works in one clone can write the new files, and nobody else can read them.
func TestSharedFilesFollowUmask(t *testing.T) {
	was := syscall.Umask(0o007) // of the whole process: no test of this package runs in parallel
	defer syscall.Umask(was)
	file := filepath.Join(t.TempDir(), "orgs", "a.yaml")
	if err := CreateShared(file, nil); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{file: 0o660, filepath.Dir(file): 0o770} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v %v, want %v", name, info.Mode(), err, want)
		}
	}
}
