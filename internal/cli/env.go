package cli

import (
	"context"
	"io"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/term"

	"atlas-gitops/internal/creation"
	"atlas-gitops/internal/files"
	"atlas-gitops/internal/git"
	"atlas-gitops/internal/interrupt"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/terminal"
)

// Env is what a command gets from outside: the Env of a run, and the streams.
type Env struct {
	reconcile.Env
	Stdout, Stderr io.Writer
	ShowsOut       bool       // a person sees Stdout as it is written, on a terminal that obeys control sequences
	ShowsErr       bool       // a person sees Stderr as it is written, on such a terminal
	Width          func() int // of the terminal that shows Stderr, in columns

	// Terminal opens the terminal of standard input, to ask a question below all earlier output. It is nil if standard input is a
	// pipe, a file or closed (cron, CI, yes | atlas-gitops apply): nobody would answer, even if the process has a terminal.
	Terminal func() io.ReadWriteCloser

	// Interruptible returns a context that an interrupt ends. After a call of the function, an interrupt ends the program again.
	Interruptible func(context.Context) (context.Context, context.CancelFunc)
}

// OS returns the Env of the operating system.
func OS() Env {
	cache, _ := os.UserCacheDir() // without it no plan is saved in the cache
	dir, err := os.Getwd()        // without it, absolute paths stay absolute
	if real, linkErr := filepath.EvalSymlinks(dir); err == nil && linkErr == nil {
		dir = real // then it is below the root of its repository
	}
	return Env{
		Env: reconcile.Env{
			Version:      Version,
			Dir:          dir,
			User:         currentUser,
			Cache:        cache,
			Getenv:       os.Getenv,
			Environ:      os.Environ,
			Now:          time.Now,
			Files:        files.System{},
			Transport:    transport(),
			Follow:       files.Follow,
			Replace:      files.Replace,
			Create:       files.Create,
			CreateShared: files.CreateShared,
			Append:       func(name string) (reconcile.SyncWriter, error) { return files.Append(name) },
			Reserve:      func(name string, size int64) (creation.Reserved, error) { return files.Reserve(name, size) },
			Resolve:      git.Resolve,
			Ignores:      git.Ignores,
			Commit:       openCommit,
		},
		Stdout:   os.Stdout,
		Stderr:   os.Stderr,
		ShowsOut: terminal.Prepare(os.Stdout, os.Getenv),
		ShowsErr: terminal.Prepare(os.Stderr, os.Getenv),
		Width:    width,
		Terminal: openTerminal(),

		Interruptible: interrupt.Context,
	}
}

// openTerminal returns the function that opens the terminal of standard input, or nil.
func openTerminal() func() io.ReadWriteCloser {
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return nil
	}
	return func() io.ReadWriteCloser { return terminal.Ask(os.Stdout, os.Stderr) }
}

// openCommit is git.Open with an interface as its result. With an error, the interface is nil.
func openCommit(ctx context.Context, repository, commit string) (reconcile.CommitTree, error) {
	tree, err := git.Open(ctx, repository, commit)
	if err != nil {
		return nil, err
	}
	return tree, nil
}

// usualWidth is the usual width of terminals, in columns.
const usualWidth = 80

// width returns the width of the terminal. If it is unknown, it returns the usual width.
func width() int {
	columns, _, err := term.GetSize(int(os.Stderr.Fd()))
	if err != nil || columns == 0 {
		return usualWidth
	}
	return columns
}

// currentUser returns the name of the user who runs the program. For a user without a name it returns the number.
func currentUser() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return strconv.Itoa(os.Getuid())
}
