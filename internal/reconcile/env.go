// Package reconcile is the workflow that the command line and the action share: it loads a tree, connects to Atlas, plans, checks
// the approval, and applies plans. It takes options and returns values. It writes to no stream and asks no question; the only text
// it makes is errors.
package reconcile

import (
	"context"
	"io"
	"io/fs"
	"net/http"
	"time"

	"atlas-gitops/internal/client"
	"atlas-gitops/internal/creation"
)

// Env is what a run gets from outside.
type Env struct {
	Version   string // of the program
	Getenv    func(string) string
	Environ   func() []string // all variables, as VARIABLE=value
	Now       func() time.Time
	User      func() string     // who runs the program
	Files     fs.FS             // accepts any path of the operating system, with slashes
	Dir       string            // the working directory; "" if it is not known
	Cache     string            // a directory that may be deleted at any time; "" if there is none
	Transport http.RoundTripper // to Atlas and GitHub

	// Follow returns the name of a file or directory with all links resolved.
	Follow func(name string) (string, error)

	// Replace replaces the text of a file. It fails if the file no longer holds was.
	Replace func(name string, was, is []byte) error

	// Create writes a new file, which only its owner may read, and makes its directory. If the file exists, the error is fs.ErrExist.
	Create func(name string, is []byte) error

	// CreateShared is Create for a file of the tree, which others may read.
	CreateShared func(name string, is []byte) error

	// Reserve makes a new file that only its owner may read, with room for size bytes. If the file exists, the error is
	// fs.ErrExist; if the disk is full, it is a files.RoomError.
	Reserve func(name string, size int64) (creation.Reserved, error)

	// Append opens a file to append lines to it.
	Append func(name string) (SyncWriter, error)

	// Resolve returns the full hash of a commit of a repository.
	Resolve func(ctx context.Context, repository, name string) (id string, err error)

	// Ignores reports whether git ignores a file of a repository. The file need not exist.
	Ignores func(ctx context.Context, repository, file string) (bool, error)

	// Commit opens the tree of a commit of a repository, by its full hash.
	Commit func(ctx context.Context, repository, commit string) (CommitTree, error)
}

// SyncWriter is a file whose text survives a loss of power after Sync.
type SyncWriter interface {
	io.WriteCloser
	Sync() error
}

// CommitTree has the files of a commit. Close returns the first error of git, even if a reader ignored it.
type CommitTree interface {
	fs.FS
	io.Closer
}

// EndedError says that a run ended before it changed anything. It wraps the cause: an interrupt or a timeout.
type EndedError struct {
	Err        error
	LastFailed *client.Error // the last request that failed and waited for another try; nil if there was none
}

func (e *EndedError) Error() string {
	s := e.Err.Error() + "; nothing was changed"
	if e.LastFailed != nil {
		s += ". The last request that failed: " + e.LastFailed.Error()
	}
	return s
}
func (e *EndedError) Unwrap() error { return e.Err }
