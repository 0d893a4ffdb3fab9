//go:build unix

package git

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestCanceledRead: a cancellation ends a read, even if git hangs in the middle of its answer and a child of git
// holds the pipe open.
func TestCanceledRead(t *testing.T) {
	dir := pretend(t, `read id; printf '%s blob 100\nabc' "$id"; (echo >begun; read x <held) 2>/dev/null; exit`)
	begun, held := filepath.Join(dir, "begun"), filepath.Join(dir, "held")
	for _, pipe := range []string{begun, held} {
		if err := syscall.Mkfifo(pipe, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	o, err := start(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() {
		_, err := o.read("blob", "0123", 100)
		ended <- err
	}()
	if _, err := os.ReadFile(begun); err != nil { // waits until the child runs
		t.Fatal(err)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := o.close(); !errors.Is(err, context.Canceled) {
		t.Errorf("closed: %v", err)
	}
	if f, err := os.OpenFile(held, os.O_RDWR, 0); err != nil || f.Close() != nil { // ends the child
		t.Error(err)
	}
}
