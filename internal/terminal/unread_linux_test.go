package terminal

import (
	"context"
	"io"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// TestUnread: a question waits for the reader of a pipe, but not without end for a reader that never reads.
func TestUnread(t *testing.T) {
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	defer writer.Close()
	if !isPipe(writer) {
		t.Error("isPipe returns false for a pipe")
	}
	if _, err := io.WriteString(writer, "Plan: 1 to create\n"); err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	awaitReader(ended, writer)
	if n := unread(writer); n != 18 {
		t.Errorf("%d bytes are unread", n)
	}
	synctest.Test(t, func(t *testing.T) {
		read := make(chan error, 1)
		go func() {
			time.Sleep(5 * interval) // a slow reader
			_, err := io.ReadFull(reader, make([]byte, 18))
			read <- err
		}()
		awaitReader(t.Context(), writer)
		if n := unread(writer); n != 0 {
			t.Errorf("%d bytes are unread", n)
		}
		if err := <-read; err != nil {
			t.Error(err)
		}
	})
}
