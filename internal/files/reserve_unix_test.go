//go:build unix

package files

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestNoRoom: where there is no room nothing is left behind. No file may be longer than a limit, which is the only full disk
// that a test can make without the rights of root.
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
		t.Errorf("a file that was there: %v", err)
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
		t.Errorf("beyond the room: %v", err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	holds(t, filepath.Join(dir, "b.env"), "A=1\n")
}

// room is how long a file can be, so that there is an end in the second chunk of what is reserved.
const room = 70_000

// limitFiles lets no file grow beyond the room until the test ends. What Go does at the signal, nothing, is what a program
// does that ignores it.
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
