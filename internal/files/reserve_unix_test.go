//go:build unix

package files

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestNoRoom: if there is no space, no file is left. The test limits the size of files, because only root can make a
// full disk.
func TestNoRoom(t *testing.T) {
	dir := t.TempDir()
	old := filepath.Join(dir, "old")
	if err := os.WriteFile(old, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	limitFiles(t)
	_, err := Reserve(filepath.Join(dir, "a.env"), room+1)
	if full := new(RoomError); !errors.As(err, &full) || *full != (RoomError{room + 1, room, syscall.EFBIG}) {
		t.Errorf("got %v", err)
	}
	if err := Create(filepath.Join(dir, "plan.json"), make([]byte, room+1)); !errors.Is(err, syscall.EFBIG) {
		t.Errorf("a new file: %v", err)
	}
	if err := Replace(old, []byte("old"), make([]byte, room+1)); !errors.Is(err, syscall.EFBIG) {
		t.Errorf("an existing file: %v", err)
	}
	holds(t, old, "old")
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("%d files are left, %v", len(left), err)
	}
	r, err := Reserve(filepath.Join(dir, "b.env"), room)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Append("A=1\n"); err != nil {
		t.Error(err)
	}
	if err := r.Append(string(make([]byte, room))); !errors.Is(err, syscall.EFBIG) {
		t.Errorf("after the reserved space: %v", err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	holds(t, filepath.Join(dir, "b.env"), "A=1\n")
}

// room is the size limit of a file. It is inside the second chunk that Reserve writes.
const room = 70_000

// limitFiles limits the size of files to room until the test ends. Go ignores the signal of that limit.
func limitFiles(t *testing.T) {
	t.Helper()
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	limited := before
	limited.Cur = room
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limited); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
			t.Error(err)
		}
	})
}
