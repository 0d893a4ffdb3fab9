package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReserve: the space is reserved before the text is written. Append returns after the text is on the disk. Close
// frees the unused space.
func TestReserve(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.env")
	const size = 100_000 // more than one chunk of fill
	r, err := Reserve(filepath.ToSlash(name), size)
	if err != nil {
		t.Fatal(err)
	}
	holds(t, name, strings.Repeat("\n", size))
	for _, row := range []struct{ reason, add, want string }{
		{"the first text", "A=1\n", "A=1\n" + strings.Repeat("\n", size-4)},
		{"the second text", "B=2\n", "A=1\nB=2\n" + strings.Repeat("\n", size-8)},
		{"more text than was reserved", strings.Repeat("x", size), "A=1\nB=2\n" + strings.Repeat("x", size)},
	} {
		if err := r.Append(row.add); err != nil {
			t.Errorf("%s: %v", row.reason, err)
		}
		holds(t, name, row.want)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	holds(t, name, "A=1\nB=2\n"+strings.Repeat("x", size))
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the mode is %v, %v", info.Mode(), err)
	}
	if _, err := Reserve(name, 1); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Reserve replaced an existing file: %v", err)
	}
}

// TestReserveClose: a closed file has no reserved space left.
func TestReserveClose(t *testing.T) {
	for _, text := range []string{"", "A=1\n"} {
		name := filepath.Join(t.TempDir(), "a.env")
		r, err := Reserve(name, 1000)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(r.Append(text), r.Close()); err != nil {
			t.Error(err)
		}
		holds(t, name, text)
	}
}

// TestDiscard: Discard removes its own file, and no other.
func TestDiscard(t *testing.T) {
	for _, row := range []struct {
		reason string
		change func(name string) error
		want   []string // the files that are left
	}{
		{"the file exists", func(string) error { return nil }, nil},
		{"the file was removed", os.Remove, nil},
		{"the file was replaced", func(name string) error { return errors.Join(os.Remove(name), os.WriteFile(name, []byte("b"), 0o600)) }, []string{"b"}},
	} {
		dir := t.TempDir()
		name := filepath.Join(dir, "a.creating")
		r, err := Reserve(name, 10)
		if err == nil {
			err = errors.Join(r.Append("a"), row.change(name), r.Discard())
		}
		if err != nil {
			t.Errorf("%s: %v", row.reason, err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) != len(row.want) {
			t.Errorf("%s: %d files are left, %v", row.reason, len(left), err)
		}
		for _, want := range row.want {
			holds(t, name, want)
		}
	}
}

// TestReservedIsGone: Append fails if the file no longer has its name.
func TestReservedIsGone(t *testing.T) {
	for _, row := range []struct {
		reason string
		change func(dir, name string) error
	}{
		{"the file was removed", func(_, name string) error { return os.Remove(name) }},
		{"its directory was removed", func(dir, _ string) error { return os.RemoveAll(dir) }},
		{"another file has its name", func(_, name string) error {
			return errors.Join(os.Rename(name, name+".old"), os.WriteFile(name, nil, 0o600))
		}},
	} {
		dir := filepath.Join(t.TempDir(), "out")
		name := filepath.Join(dir, "a.env")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		r, err := Reserve(name, 10)
		if err == nil {
			err = errors.Join(r.Check(), row.change(dir, name))
		}
		if err != nil {
			t.Fatalf("%s: %v", row.reason, err)
		}
		if r.Check() == nil || r.Append("A=1\n") == nil {
			t.Errorf("%s, but there is no error", row.reason)
		}
		if err := r.Close(); err != nil {
			t.Errorf("%s: %v", row.reason, err)
		}
	}
}

// holds checks the content of a file.
func holds(t *testing.T, name, want string) {
	t.Helper()
	if got, err := os.ReadFile(name); err != nil || string(got) != want {
		t.Errorf("the file holds %.40q… (%d bytes), %v; want %.40q… (%d bytes)", got, len(got), err, want, len(want))
	}
}
