package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestReplace: a file that changed after it was read is not overwritten.
func TestReplace(t *testing.T) {
	for _, row := range []struct{ reason, holds, was, want string }{
		{"the file has not changed", "old", "old", "new"},
		{"another program has written the file", "other", "old", "other"},
	} {
		dir := t.TempDir()
		file := filepath.Join(dir, "a.yaml")
		if err := os.WriteFile(file, []byte(row.holds), 0o600); err != nil {
			t.Fatal(err)
		}
		err := Replace(file, []byte(row.was), []byte("new"))
		got, readErr := os.ReadFile(file)
		if readErr != nil || string(got) != row.want || (err == nil) != (row.want == "new") {
			t.Errorf("%s: the file holds %q, %v %v", row.reason, got, err, readErr)
		}
		left, err := os.ReadDir(dir)
		if err != nil || len(left) != 1 {
			t.Errorf("%s: %d files are left, %v", row.reason, len(left), err)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: the mode is %v, %v", row.reason, info.Mode(), err)
		}
	}
}

// TestReplaceRefuses: paths that are not a writable file.
func TestReplaceRefuses(t *testing.T) {
	readOnly := filepath.Join(t.TempDir(), "a.yaml")
	if err := os.WriteFile(readOnly, []byte("old"), 0o400); err != nil {
		t.Fatal(err)
	}
	if err := Replace(readOnly, []byte("old"), []byte("new")); err == nil {
		t.Error("a read-only file was written")
	}
	if err := Replace(filepath.Join(t.TempDir(), "gone.yaml"), nil, []byte("new")); err == nil {
		t.Error("a removed file was created again")
	}
}

// TestNewFilesArePrivate: plans and logs contain names of people, so only the owner can read them.
func TestNewFilesArePrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	plan, log := filepath.Join(dir, "plan.json"), filepath.Join(dir, "audit.jsonl")
	if err := Create(filepath.ToSlash(plan), []byte("{}")); err != nil {
		t.Fatal(err)
	}
	if err := Create(filepath.ToSlash(plan), []byte("{}")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Create replaced an existing file: %v", err)
	}
	f, err := Append(log)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for name, want := range map[string]os.FileMode{plan: 0o600, log: 0o600, dir: 0o700} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v %v, want %v", name, info.Mode(), err, want)
		}
	}
}

// TestSharedFiles: the files of a tree get the mode that any program would give them.
func TestSharedFiles(t *testing.T) {
	dir := t.TempDir()
	usual := filepath.Join(dir, "usual")
	if f, err := os.Create(usual); err != nil || f.Close() != nil {
		t.Fatal(err)
	}
	want, err := os.Stat(usual)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "orgs", "a.yaml")
	if err := CreateShared(filepath.ToSlash(file), []byte("name: A\n")); err != nil {
		t.Fatal(err)
	}
	if got, err := os.Stat(file); err != nil || got.Mode() != want.Mode() {
		t.Errorf("got the mode %v, %v, want %v", got.Mode(), err, want.Mode())
	}
	if err := CreateShared(filepath.ToSlash(file), nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("an existing file: %v", err)
	}
	link := filepath.Join(t.TempDir(), "link.yaml")
	if err := os.Symlink("nowhere", link); err != nil {
		t.Fatal(err)
	}
	if err := CreateShared(filepath.ToSlash(link), nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a link that leads nowhere: %v", err)
	}
	if left, err := os.ReadDir(filepath.Dir(file)); err != nil || len(left) != 1 {
		t.Errorf("%d files are left, %v", len(left), err)
	}
}
