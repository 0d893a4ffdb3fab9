package terminal

import (
	"context"
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// IsShown tells whether a person sees a stream as it is written, on a terminal that obeys control sequences (ECMA-48).
func IsShown(f *os.File) bool {
	return term.IsTerminal(int(f.Fd())) && obeys(f)
}

// Console is the terminal at which a person sits.
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

// Ask opens the terminal of the process, for a question that comes after everything that was written to printed. It uses the
// terminal itself, because the standard streams may go elsewhere: apply 2>err.log | tee log. A process may have no terminal of
// its own although its standard input is one (docker run without an init, for example); the question then uses the standard input
// and the standard error.
//
// Writes to the streams are done before Ask is called. If a stream is a pipe, its reader may lag behind: Ask waits until the pipe
// is empty, as long as patience, where the system shows that. Nothing can show when the reader has written what it took, so its
// last lines may still come after the question.
func Ask(printed ...*os.File) (Console, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for _, f := range printed {
		if isPipe(f) {
			awaitReader(ctx, f)
		}
	}
	c, err := open()
	if err != nil {
		return Console{Reader: os.Stdin, Writer: os.Stderr}, nil
	}
	return c, nil
}

const (
	patience = 2 * time.Second       // how long a reader may lag behind
	interval = 10 * time.Millisecond // how often to look at its pipe; also what it gets to write its last lines
)

func isPipe(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeNamedPipe != 0
}

// awaitReader waits until a reader has taken all that a pipe holds, if the system tells how much that is, and then one interval more.
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
