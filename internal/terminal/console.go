package terminal

import (
	"context"
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// Prepare makes a terminal obey control sequences (ECMA-48). It reports whether the stream goes to such a terminal. A terminal with
// TERM=dumb does not obey them.
func Prepare(f *os.File, getenv func(string) string) bool {
	return term.IsTerminal(int(f.Fd())) && getenv("TERM") != "dumb" && enable(f)
}

// Console is the terminal of the person who runs the program.
type Console struct {
	io.Reader
	io.Writer
	close func() error // nil if there is nothing to close
}

// Close closes what Ask opened. It leaves the standard streams open.
func (c Console) Close() error {
	if c.close == nil {
		return nil
	}
	return c.close()
}

// Ask opens the terminal of the process for a question. The question comes after everything that was written to printed. Ask
// does not use the standard streams, because they may go elsewhere: apply 2>err.log | tee log. But a process may have no
// terminal of its own, although its standard input is one, for example in docker run without an init. Ask then returns the
// standard input and the standard error.
//
// Callers write to the streams before they call Ask. If a stream is a pipe, its reader may lag behind. If the system shows how
// much a pipe holds, Ask waits until the pipe is empty, but not longer than patience. The reader may still print its last lines
// after the question, because no system shows when it has printed them.
func Ask(printed ...*os.File) Console {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for _, f := range printed {
		if isPipe(f) {
			awaitReader(ctx, f)
		}
	}
	c, err := open()
	if err != nil {
		return Console{Reader: os.Stdin, Writer: os.Stderr}
	}
	return c
}

const (
	patience = 2 * time.Second       // how long a reader may lag behind
	interval = 10 * time.Millisecond // how often to check the pipe; also the time that the reader gets to print its last lines
)

func isPipe(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeNamedPipe != 0
}

// awaitReader waits until the pipe is empty, if the system shows that, and then one more interval.
func awaitReader(ctx context.Context, pipe *os.File) {
	for n := unread(pipe); n > 0; n = unread(pipe) {
		select {
		case <-ctx.Done():
			return
		case <-time.After(interval):
		}
	}
	select {
	case <-ctx.Done():
	case <-time.After(interval):
	}
}
