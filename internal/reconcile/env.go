// Package reconcile is the workflow that the command line and the action share: it loads a tree, connects to Atlas, plans,
// checks what was approved, and carries plans out. It takes options and returns values: it writes to no stream, asks nobody,
// and makes no words but errors.
package reconcile

import (
	"context"
	"io"
	"io/fs"
	"net/http"
	"time"

	"atlas-gitops/internal/creation"
)

// Env is the world as a run sees it.
type Env struct {
	Version   string // of the program
	Getenv    func(string) string
	Now       func() time.Time
	User      func() string     // who runs the program
	Files     fs.FS             // takes any path of the operating system, with slashes
	Dir       string            // the working directory; "" if it is not known
	Cache     string            // a directory for what may get lost; "" if there is none
	Transport http.RoundTripper // to Atlas and GitHub

	// Follow returns the name of a file or directory with the links in it followed.
	Follow func(name string) (string, error)

	// Replace puts another text into a file that still holds what it was.
	Replace func(name string, was, is []byte) error

	// Create puts a text into a new file, and makes its directory. The error for a file that exists is fs.ErrExist.
	Create func(name string, is []byte) error

	// Reserve makes a new file, for its owner alone, with room for so many bytes. The error for a file that exists is
	// fs.ErrExist, and without the room a files.RoomError.
	Reserve func(name string, size int64) (creation.Reserved, error)

	// Append opens a file to write behind its last line.
	Append func(name string) (SyncWriter, error)

	// Resolve returns the full hash of a commit of a repository.
	Resolve func(ctx context.Context, repository, name string) (id string, err error)

	// Commit opens the tree of a commit of a repository, by its full hash.
	Commit func(ctx context.Context, repository, commit string) (CommitTree, error)
}

// SyncWriter is a file that can be made to survive a loss of power.
type SyncWriter interface {
	io.WriteCloser
	Sync() error
}

// CommitTree has the files of a commit. Its Close returns the first error of git, also one that a reader ignored.
type CommitTree interface {
	fs.FS
	io.Closer
}

// EndedError says that a run ended before it had begun to change anything. It wraps why: an interrupt, or the end of its time.
type EndedError struct{ Err error }

func (e *EndedError) Error() string { return e.Err.Error() + "; nothing was done" }
func (e *EndedError) Unwrap() error { return e.Err }

func ended(ctx context.Context) error { return &EndedError{context.Cause(ctx)} }
