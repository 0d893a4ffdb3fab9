package cli

import (
	"context"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/term"

	"atlas-gitops/internal/files"
	"atlas-gitops/internal/git"
	"atlas-gitops/internal/interrupt"
)

// Env is the world as a command sees it.
type Env struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Terminal       bool       // a person sits at Stdin
	ShowsOut       bool       // a person sees Stdout as it is written
	ShowsErr       bool       // a person sees Stderr as it is written
	Width          func() int // of the terminal that shows Stderr, in columns
	Getenv         func(string) string
	Now            func() time.Time
	User           func() string     // who runs the program
	Files          fs.FS             // takes any path of the operating system, with slashes
	Dir            string            // the working directory; "" if it is not known
	Cache          string            // a directory for what may get lost; "" if there is none
	Transport      http.RoundTripper // to Atlas

	// Follow returns the name of a file or directory with the links in it followed.
	Follow func(name string) (string, error)

	// Replace puts another text into a file that still holds what it was.
	Replace func(name string, was, is []byte) error

	// Create puts a text into a new file, and makes its directory. The error for a file that exists is fs.ErrExist.
	Create func(name string, is []byte) error

	// Reserve makes a new file, for its owner alone, with room for so many bytes. The error for a file that exists is
	// fs.ErrExist, and without the room a files.RoomError.
	Reserve func(name string, size int64) (Reserved, error)

	// Append opens a file to write behind its last line.
	Append func(name string) (SyncWriter, error)

	// Resolve returns the full hash of a commit of a repository.
	Resolve func(ctx context.Context, repository, name string) (id string, err error)

	// Commit opens the tree of a commit of a repository, by its full hash.
	Commit func(ctx context.Context, repository, commit string) (CommitTree, error)

	// Interruptible returns a context that an interrupt ends, and what gives interrupts back their usual meaning.
	Interruptible func(context.Context) (context.Context, context.CancelFunc)
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

// openCommit is git.Open with an interface as its result, which is nil if there is an error.
func openCommit(ctx context.Context, repository, commit string) (CommitTree, error) {
	tree, err := git.Open(ctx, repository, commit)
	if err != nil {
		return nil, err
	}
	return tree, nil
}

// Reserved is a new file that has room on the disk for text that is still to come.
type Reserved interface {
	Append(text string) error // it is on the disk when Append returns
	Check() error             // why the text would not be found: the file is not there any more
	Close() error             // gives back the room that was not used
	Discard() error           // closes and removes the file
}

// OS is the real world.
func OS() Env {
	cache, _ := os.UserCacheDir() // without it nothing is remembered
	dir, err := os.Getwd()        // without it, absolute paths stay absolute
	if real, linkErr := filepath.EvalSymlinks(dir); err == nil && linkErr == nil {
		dir = real // so that it is below the root of its repository
	}
	return Env{
		Dir:       dir,
		Stdin:     os.Stdin,
		Stdout:    os.Stdout,
		Stderr:    os.Stderr,
		Terminal:  term.IsTerminal(int(os.Stdin.Fd())),
		ShowsOut:  term.IsTerminal(int(os.Stdout.Fd())),
		ShowsErr:  term.IsTerminal(int(os.Stderr.Fd())),
		Width:     width,
		User:      currentUser,
		Cache:     cache,
		Getenv:    os.Getenv,
		Now:       time.Now,
		Files:     files.System{},
		Transport: transport(),
		Follow:    files.Follow,
		Replace:   files.Replace,
		Create:    files.Create,
		Append:    func(name string) (SyncWriter, error) { return files.Append(name) },
		Reserve:   func(name string, size int64) (Reserved, error) { return files.Reserve(name, size) },
		Resolve:   git.Resolve,
		Commit:    openCommit,

		Interruptible: interrupt.Context,
	}
}

// width is that of the terminal, or what most have.
func width() int {
	columns, _, err := term.GetSize(int(os.Stderr.Fd()))
	if err != nil || columns == 0 {
		return maxLine + 1
	}
	return columns
}

// currentUser is the name of whoever runs the program, or their number where it has no name.
func currentUser() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return strconv.Itoa(os.Getuid())
}

// transport is the network. How long a whole request may take is for the client to say.
func transport() http.RoundTripper {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: 256, // a few for each organization that is read at once
		IdleConnTimeout:     90 * time.Second,
		TLSHandshakeTimeout: 10 * time.Second,

		// A connection that a firewall forgot takes requests and gives no answers, for all the rest of a run.
		HTTP2: &http.HTTP2Config{SendPingTimeout: 10 * time.Second, PingTimeout: 5 * time.Second},
	}
}
