package git

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os/exec"
	"strconv"
	"strings"
	"sync"
)

// objects reads raw objects from one process of git cat-file, one at a time.
type objects struct {
	ctx context.Context // ends the process
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
	log tail // standard error; complete only after cmd.Wait

	mu    sync.Mutex // guards the fields below, and the process
	ended error      // why nothing more can be read; nil while git runs
	first error      // the first error of a read
}

func start(ctx context.Context, repository string) (*objects, error) {
	cmd, err := command(ctx, repository, "cat-file", "--batch")
	if err != nil {
		return nil, err
	}
	o := &objects{ctx: ctx, cmd: cmd}
	cmd.Stderr = &o.log
	in, inErr := cmd.StdinPipe()
	out, outErr := cmd.StdoutPipe()
	if err := errors.Join(inErr, outErr); err != nil {
		return nil, err
	}
	o.in, o.out = in, bufio.NewReader(out)
	cmd.Cancel = func() error {
		return errors.Join(cmd.Process.Kill(), out.Close()) // a child of git may still hold the pipe open: do not wait for it
	}
	return o, cmd.Start()
}

// object is an object of git: its size and its data.
type object struct {
	size int64
	data []byte // the beginning, up to the limit of the read
}

var (
	errMissing   = errors.New("a shallow or partial clone leaves objects out: with actions/checkout, set fetch-depth: 2 and no filter")
	errOddAnswer = errors.New("unexpected answer")
)

// missing is the error for an object that git does not have.
func missing(kind, id string) error { return fmt.Errorf("git has no %s %s; %w", kind, id, errMissing) }

// read returns an object, with at most limit bytes of its data. The kind is commit, tree or blob.
func (o *objects) read(kind, id string, limit int64) (object, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ended != nil {
		return object{}, o.ended
	}
	found, err := o.ask(kind, id, limit)
	if err != nil && !errors.Is(err, errMissing) {
		o.ended = o.end(err, kind, id)
		err = o.ended
	}
	o.first = cmp.Or(o.first, err)
	return found, err
}

// ask sends one request and reads its whole answer, because the next answer starts after it.
func (o *objects) ask(kind, id string, limit int64) (found object, err error) {
	if o.ctx.Err() != nil {
		return found, o.ctx.Err()
	}
	if _, err := io.WriteString(o.in, id+"\n"); err != nil {
		return found, err
	}
	header, err := o.out.ReadSlice('\n')
	switch {
	case err != nil:
		return found, err
	case string(header) == id+" missing\n":
		return found, missing(kind, id)
	}
	if found.size, err = sizeIn(string(header), kind, id); err != nil {
		return found, err
	}
	found.data = make([]byte, min(found.size, limit))
	if _, err := io.ReadFull(o.out, found.data); err != nil {
		return found, err
	}
	const newline = 1
	_, err = io.CopyN(io.Discard, o.out, found.size-int64(len(found.data))+newline)
	return found, err
}

// sizeIn returns the size from the first line of an answer: HASH KIND SIZE.
func sizeIn(header, kind, id string) (int64, error) {
	text, ok := strings.CutPrefix(header, id+" "+kind+" ")
	size, err := strconv.ParseInt(strings.TrimSuffix(text, "\n"), 10, 64)
	if !ok || err != nil || size < 0 {
		return 0, fmt.Errorf("%w: the %s %s is %q", errOddAnswer, kind, id, header)
	}
	return size, nil
}

// end kills git after a failure and returns the reason. Git cannot be used again: it is unknown where its next answer
// starts.
func (o *objects) end(err error, kind, id string) error {
	_ = o.cmd.Process.Kill() // fails if git has already ended
	_ = o.cmd.Wait()         // the status of a killed process has no meaning
	log := o.log.String()
	switch {
	case o.ctx.Err() != nil:
		err = context.Cause(o.ctx)
	case strings.Contains(log, "promisor remote"): // in a partial clone, git tries to fetch a missing object and then ends
		return missing(kind, id)
	case errors.Is(err, errOddAnswer): // says more than standard error
	case log != "":
		err = errors.New(log)
	default:
		err = fmt.Errorf("it ended in the middle of an answer: %w", err)
	}
	return fmt.Errorf("git cat-file: %w", err)
}

// keepFirst returns an error, and keeps it for close if it is the first one.
func (o *objects) keepFirst(err error) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.first = cmp.Or(o.first, err)
	return err
}

// close ends git, and returns the first error of a read.
func (o *objects) close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ended == nil {
		_ = o.in.Close() // git ends when its input does
		_ = o.cmd.Wait() // every answer was complete, so the status does not matter
	}
	o.ended = fs.ErrClosed
	return o.first
}

// tail keeps the end of the text that is written to it. The last line of git says why it failed.
type tail struct{ text string }

func (t *tail) Write(p []byte) (int, error) {
	const limit = 4 << 10
	t.text += string(p)
	t.text = t.text[max(0, len(t.text)-limit):]
	return len(p), nil
}

func (t *tail) String() string { return strings.TrimSpace(t.text) }
