package cli

import (
	"context"
	"io"
	"net"
	"net/http"
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
)

// Env is the world as a command sees it: that of a run, and the streams.
type Env struct {
	reconcile.Env
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Terminal       bool       // a person sits at Stdin
	ShowsOut       bool       // a person sees Stdout as it is written
	ShowsErr       bool       // a person sees Stderr as it is written
	Width          func() int // of the terminal that shows Stderr, in columns

	// Interruptible returns a context that an interrupt ends, and what gives interrupts back their usual meaning.
	Interruptible func(context.Context) (context.Context, context.CancelFunc)
}

// OS is the real world.
func OS() Env {
	cache, _ := os.UserCacheDir() // without it nothing is remembered
	dir, err := os.Getwd()        // without it, absolute paths stay absolute
	if real, linkErr := filepath.EvalSymlinks(dir); err == nil && linkErr == nil {
		dir = real // so that it is below the root of its repository
	}
	return Env{
		Env: reconcile.Env{
			Version:   Version,
			Dir:       dir,
			User:      currentUser,
			Cache:     cache,
			Getenv:    os.Getenv,
			Now:       time.Now,
			Files:     files.System{},
			Transport: transport(),
			Follow:    files.Follow,
			Replace:   files.Replace,
			Create:    files.Create,
			Append:    func(name string) (reconcile.SyncWriter, error) { return files.Append(name) },
			Reserve:   func(name string, size int64) (creation.Reserved, error) { return files.Reserve(name, size) },
			Resolve:   git.Resolve,
			Commit:    openCommit,
		},
		Stdin:    os.Stdin,
		Stdout:   os.Stdout,
		Stderr:   os.Stderr,
		Terminal: term.IsTerminal(int(os.Stdin.Fd())),
		ShowsOut: term.IsTerminal(int(os.Stdout.Fd())),
		ShowsErr: term.IsTerminal(int(os.Stderr.Fd())),
		Width:    width,

		Interruptible: interrupt.Context,
	}
}

// openCommit is git.Open with an interface as its result, which is nil if there is an error.
func openCommit(ctx context.Context, repository, commit string) (reconcile.CommitTree, error) {
	tree, err := git.Open(ctx, repository, commit)
	if err != nil {
		return nil, err
	}
	return tree, nil
}

// usualWidth is how wide most terminals are.
const usualWidth = 80

// width is that of the terminal, or what most have.
func width() int {
	columns, _, err := term.GetSize(int(os.Stderr.Fd()))
	if err != nil || columns == 0 {
		return usualWidth
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
