package cli

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"atlas-gitops/internal/client"
	"atlas-gitops/internal/sandbox"
)

// update rewrites what the tests expect.
var update = flag.Bool("update", false, "rewrite what the tests expect")

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
		Reserve:   w.reserve,
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

// reserve makes a file that is new.
func (w *world) reserve(name string, size int64) (Reserved, error) {
	if w.files[name] != nil {
		return nil, fs.ErrExist
	}
	w.write(name, strings.Repeat("\n", int(size)))
	return &memoryFile{w, name, w.files[name], 0}, nil
}

// memoryFile is a file of the world that has room for text.
type memoryFile struct {
	w    *world
	name string
	file *fstest.MapFile
	used int
}

func (f *memoryFile) Append(text string) error {
	end := f.used + len(text)
	f.file.Data = slices.Concat(f.file.Data[:f.used], []byte(text), f.file.Data[min(end, len(f.file.Data)):])
	f.used = end
	return f.Check()
}

func (f *memoryFile) Check() error {
	if f.w.files[f.name] != f.file {
		return errors.New("it was removed")
	}
	return nil
}

func (f *memoryFile) Close() error {
	f.file.Data = f.file.Data[:f.used]
	return nil
}

func (f *memoryFile) Discard() error {
	if f.Check() == nil {
		delete(f.w.files, f.name)
	}
	return nil
}
