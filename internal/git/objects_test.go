package git

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// pretend runs a shell script in place of git. It returns the directory of the script, in which it runs.
func pretend(t *testing.T, script string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "git"), []byte("#!/bin/sh\ncd '"+dir+"'\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	return dir
}

// TestAnswers: an answer that is incomplete, or that does not fit the request, is an error. All later reads fail, too,
// because it is unknown where the next answer starts.
func TestAnswers(t *testing.T) {
	for _, row := range []struct{ reason, script, want string }{
		{"a complete answer", `printf '%s blob 3\nabc\n' "$id"; read end`, ""},
		{"no answer", ``, "git cat-file: it ended in the middle of an answer: EOF"},
		{"an error message of git", `echo 'fatal: it is broken' >&2; exit 128`, "git cat-file: fatal: it is broken"},
		{"half a line", `printf '%s blob' "$id"`, "git cat-file: it ended in the middle of an answer: EOF"},
		{"half of the data", `printf '%s blob 3\nab' "$id"`, "git cat-file: it ended in the middle of an answer: unexpected EOF"},
		{"half of the data, but all that the limit keeps", `printf '%s blob 30\nabcdefghijkl' "$id"`, "git cat-file: it ended in the middle of an answer: EOF"},
		{"no newline after the data", `printf '%s blob 3\nabc' "$id"`, "git cat-file: it ended in the middle of an answer: EOF"},
		{"another object", `printf '%s blob 3\nabc\n' other; read end`, `git cat-file: unexpected answer: the blob 0123 is "other blob 3\n"`},
		{"another kind", `printf '%s tree 3\nabc\n' "$id"; read end`, `git cat-file: unexpected answer: the blob 0123 is "0123 tree 3\n"`},
		{"a negative size", `printf '%s blob -3\nabc\n' "$id"; read end`, `git cat-file: unexpected answer: the blob 0123 is "0123 blob -3\n"`},
		{"no size", `printf '%s blob\nabc\n' "$id"; read end`, `git cat-file: unexpected answer: the blob 0123 is "0123 blob\n"`},
		{"an endless line", `printf '%5000s' x; read end`, "git cat-file: it ended in the middle of an answer: bufio: buffer full"},
		{"a warning does not hide an answer that does not fit", `echo warning >&2; printf '%s blob 3\nabc\n' other; read end`, `git cat-file: unexpected answer: the blob 0123 is "other blob 3\n"`},
	} {
		t.Run(row.reason, func(t *testing.T) {
			o, err := start(t.Context(), pretend(t, "read id\n"+row.script+"\n"))
			if err != nil {
				t.Fatal(err)
			}
			const limit = 10
			found, err := o.read("blob", "0123", limit)
			if row.want == "" {
				if closed := o.close(); string(found.data) != "abc" || found.size != 3 || err != nil || closed != nil {
					t.Errorf("got %q of %d, %v, %v", found.data, found.size, err, closed)
				}
				return
			}
			_, again := o.read("blob", "4567", limit)
			for _, err := range []error{err, again, o.close()} {
				if err == nil || err.Error() != row.want || errors.Is(err, fs.ErrNotExist) {
					t.Errorf("got %v", err)
				}
			}
		})
	}
}

// TestTail: the end of a long output is kept, because git says there why it failed.
func TestTail(t *testing.T) {
	var log tail
	for range 1000 {
		if n, err := log.Write([]byte("warning: all is well\n")); n != 21 || err != nil {
			t.Fatal(n, err)
		}
	}
	if _, err := log.Write([]byte("fatal: it is broken\n")); err != nil {
		t.Fatal(err)
	}
	if got := log.String(); len(got) > 4<<10 || !strings.HasSuffix(got, "\nfatal: it is broken") {
		t.Errorf("%d bytes: %q", len(got), got)
	}
}
