package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"atlas-gitops/internal/client"
	"atlas-gitops/internal/sandbox"
)

// world is all that a command sees: a tree in memory, variables, and a sandbox without a network in between.
type world struct {
	testing.TB
	server    *sandbox.Server
	transport http.RoundTripper
	files     fstest.MapFS
	variables map[string]string
	edit      func(*Env) // changes the world of a command; nil leaves it
}

// newWorld has the fleet, an empty tree, and the credentials of the fleet in its variables.
func newWorld(t testing.TB, fleet *sandbox.Fleet, serviceAccounts bool) *world {
	w := &world{TB: t, server: sandbox.New(fleet), files: fstest.MapFS{}, variables: map[string]string{}}
	w.transport = w.server
	for _, c := range w.server.Credentials() {
		id, secret := c.PublicKey, c.PrivateKey
		if serviceAccounts {
			id, secret = c.ClientID, c.ClientSecret
		}
		forID, forSecret := client.Variables(id, c.Name)
		w.variables[forID], w.variables[forSecret] = id, secret
	}
	return w
}

func (w *world) write(name, text string) {
	w.files[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
}

// run runs a command.
func (w *world) run(args ...string) (status int, stdout, stderr string) {
	w.Helper()
	var out, err strings.Builder
	status = Main(w.Context(), w.env(&out, &err), args)
	return status, out.String(), err.String()
}

func (w *world) env(stdout, stderr io.Writer) Env {
	env := Env{
		Stdin: strings.NewReader(""), Stdout: stdout, Stderr: stderr,
		Getenv:    func(name string) string { return w.variables[name] },
		Files:     w.files,
		Transport: w.transport,
		Now:       time.Now,
		Follow:    func(name string) (string, error) { return name, nil },
		Begin:     w.begin,
		Remove:    func(name string) error { delete(w.files, name); return nil },
		Replace: func(name string, was, is []byte) error {
			if !bytes.Equal(w.files[name].Data, was) {
				return errors.New("it changed in the meantime")
			}
			w.write(name, string(is))
			return nil
		},

		Interruptible: func(ctx context.Context) (context.Context, context.CancelFunc) { return context.WithCancel(ctx) },
	}
	if w.edit != nil {
		w.edit(&env)
	}
	return env
}

// begin makes a file that is new.
func (w *world) begin(name string) (SyncWriter, error) {
	if w.files[name] != nil {
		return nil, fs.ErrExist
	}
	w.write(name, "")
	return memoryFile{w.files[name]}, nil
}

// memoryFile is a file to write in.
type memoryFile struct{ *fstest.MapFile }

func (f memoryFile) Write(p []byte) (int, error) { f.Data = append(f.Data, p...); return len(p), nil }
func (memoryFile) Sync() error                   { return nil }
func (memoryFile) Close() error                  { return nil }
