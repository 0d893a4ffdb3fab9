package cli

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
)

// TestReplace: nothing is written over that was not read.
func TestReplace(t *testing.T) {
	for _, row := range []struct{ reason, holds, was, want string }{
		{"the file is as it was read", "old", "old", "new"},
		{"somebody else has written it", "other", "old", "other"},
	} {
		dir := t.TempDir()
		file := filepath.Join(dir, "a.yaml")
		if err := os.WriteFile(file, []byte(row.holds), 0o600); err != nil {
			t.Fatal(err)
		}
		err := replace(file, []byte(row.was), []byte("new"))
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
	readOnly := filepath.Join(t.TempDir(), "a.yaml")
	if err := os.WriteFile(readOnly, []byte("old"), 0o400); err != nil {
		t.Fatal(err)
	}
	if err := replace(readOnly, []byte("old"), []byte("new")); err == nil {
		t.Error("a file that is read-only is written")
	}
	if err := replace(filepath.Join(t.TempDir(), "gone.yaml"), nil, []byte("new")); err == nil {
		t.Error("a file that is gone is made anew")
	}
}

// TestNewFilesArePrivate: plans and logs name people.
func TestNewFilesArePrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	plan, log := filepath.Join(dir, "plan.json"), filepath.Join(dir, "audit.jsonl")
	if err := create(filepath.ToSlash(plan), []byte("{}")); err != nil {
		t.Fatal(err)
	}
	if err := create(filepath.ToSlash(plan), []byte("{}")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a file that exists is made anew: %v", err)
	}
	f, err := openLog(log)
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

// TestFmtInterrupted: an interrupt stops before the next file, and is not passed over in silence.
func TestFmtInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	written := 0
	in := &invocation{Env: Env{Stdout: io.Discard, Stderr: io.Discard, Dir: "/", Follow: filepath.EvalSymlinks, Files: fstest.MapFS{
		"orgs/a.yaml": {Data: []byte("name:  A\n")},
		"orgs/b.yaml": {Data: []byte("name:  B\n")},
	}, Replace: func(string, []byte, []byte) error {
		written++
		cancel()
		return nil
	}}}
	status, err := in.fmt(ctx)
	if status != ExitError || err == nil || written != 1 {
		t.Errorf("%d files were written, status %d, %v", written, status, err)
	}
}
