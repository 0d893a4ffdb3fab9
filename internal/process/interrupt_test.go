//go:build !windows

package process

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"

	"atlas-gitops/internal/sandbox"
)

// writesOfExample is the number of writes when apply runs on the example.
const writesOfExample = 7

// TestKilled kills an apply at each of its writes, before and after the write takes effect. The next apply finishes the
// work, and nothing is done twice.
func TestKilled(t *testing.T) {
	t.Parallel()
	for n := range writesOfExample {
		for _, after := range []bool{false, true} {
			a := newAtlas(t)
			a.at(n, func(w http.ResponseWriter, r *http.Request) {
				if after {
					a.server.ServeHTTP(httptest.NewRecorder(), r)
				}
				a.signal(syscall.SIGKILL)
				panic(http.ErrAbortHandler) // close the connection: the client is dead
			})
			if status := a.apply(); status != -1 {
				t.Errorf("write %d: an apply that was killed exits with %d\n%s", n, status, a.said())
			}
			a.finish()
		}
	}
}

// TestInterrupted interrupts an apply at each of its writes. The running step is finished, every step gets a verdict,
// and the next apply does the rest.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	for n := range writesOfExample {
		a := newAtlas(t)
		a.at(n, func(w http.ResponseWriter, r *http.Request) {
			a.signal([]os.Signal{os.Interrupt, syscall.SIGTERM}[n%2])
			<-a.noticed
			a.server.ServeHTTP(w, r)
		})
		status := a.apply()
		var report struct{ Counts map[string]int }
		if err := json.Unmarshal(a.stdout.Bytes(), &report); err != nil {
			t.Fatalf("%v: %s", err, a.said())
		}
		done, skipped := report.Counts["applied"], report.Counts["skipped"]
		if status != 1 || done+skipped != writesOfExample || done != a.effects() || done <= n {
			t.Errorf("write %d: status %d, %d effects\n%s", n, status, a.effects(), a.said())
		}
		a.finish()
	}
}

// TestInterruptedTwice: the second interrupt ends the program at once.
func TestInterruptedTwice(t *testing.T) {
	t.Parallel()
	a := newAtlas(t)
	a.at(0, a.interruptTwice)
	if status := a.apply(); status != -1 || a.stdout.Len() > 0 {
		t.Errorf("status %d\n%s", status, a.said())
	}
	a.finish()
}

// interruptTwice interrupts the program again once it has noticed the first interrupt.
func (a *atlas) interruptTwice(_ http.ResponseWriter, r *http.Request) {
	a.signal(os.Interrupt)
	<-a.noticed
	a.signal(os.Interrupt)
	_, err := io.Copy(io.Discard, r.Body) // only now can net/http notice that the client is gone
	<-r.Context().Done()
	if err != nil {
		a.Error(err)
	}
	panic(http.ErrAbortHandler)
}

// closedPipe returns a pipe whose other end is closed.
func closedPipe(t *testing.T) *os.File {
	t.Helper()
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { writer.Close() })
	if err := reader.Close(); err != nil {
		t.Fatal(err)
	}
	return writer
}

// TestStderrClosed: an apply whose standard error is a closed pipe still does all its steps.
func TestStderrClosed(t *testing.T) {
	t.Parallel()
	closed := closedPipe(t)
	a := newAtlas(t)
	a.stderrTo = closed
	if status := a.apply(); status != 0 || a.effects() != writesOfExample {
		t.Errorf("status %d, %d effects\n%s", status, a.effects(), a.said())
	}
}

// TestStdoutClosed: if a plan or a question cannot be printed, the program fails and applies nothing.
func TestStdoutClosed(t *testing.T) {
	t.Parallel()
	closed := closedPipe(t)
	a := newAtlas(t)
	for _, row := range []struct {
		args []string
		want string
	}{
		{[]string{"apply", "--auto-approve", examples}, "error: the plan cannot be shown, so nothing was applied: standard output is closed\n"},
		{[]string{"plan", examples}, ""}, // as in plan | head
	} {
		var stderr bytes.Buffer
		cmd := exec.Command("atlas-gitops", row.args...)
		cmd.Env, cmd.Stdout, cmd.Stderr = a.variables, closed, &stderr
		if err := cmd.Run(); err == nil || stderr.String() != row.want || a.effects() > 0 {
			t.Errorf("%v: %v, %d effects, %s", row.args, err, a.effects(), &stderr)
		}
	}
}

// atlas is a sandbox with the demonstration fleet. An event can happen at one of the writes.
type atlas struct {
	*testing.T
	server    *sandbox.Server
	variables []string
	cmd       *exec.Cmd
	stdout    bytes.Buffer
	stderr    bytes.Buffer
	stderrTo  io.Writer     // the atlas itself by default
	noticed   chan struct{} // closed when the program prints that it was interrupted

	mu    sync.Mutex // guards the fields below, which handlers use
	left  int        // writes until the event
	event http.HandlerFunc

	everything bool // count reads, too
}

func newAtlas(t *testing.T) *atlas {
	a := &atlas{T: t, server: sandbox.New(sandbox.Demo()), noticed: make(chan struct{})}
	a.stderrTo = a
	listener := httptest.NewServer(a)
	t.Cleanup(listener.Close)
	a.variables = append(os.Environ(), "MONGODB_ATLAS_BASE_URL="+listener.URL, "XDG_CACHE_HOME="+t.TempDir(), "GORACE="+endAtOnce)
	for _, c := range a.server.Credentials() {
		a.variables = append(a.variables, "MONGODB_ATLAS_PUBLIC_KEY_"+c.Name+"="+c.PublicKey, "MONGODB_ATLAS_PRIVATE_KEY_"+c.Name+"="+c.PrivateKey)
	}
	return a
}

// at makes the event happen at write n, from 0.
func (a *atlas) at(n int, event http.HandlerFunc) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.left, a.event = n, event
}

func (a *atlas) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	serve := http.HandlerFunc(a.server.ServeHTTP)
	a.mu.Lock()
	if (r.Method != http.MethodGet || a.everything) && r.Header.Get("Authorization") != "" {
		if a.left == 0 && a.event != nil {
			serve = a.event
		}
		a.left--
	}
	a.mu.Unlock()
	serve(w, r)
}

// apply runs the program and returns its exit status, or -1 if it was killed.
func (a *atlas) apply() int {
	err := a.start()
	if err == nil {
		err = a.cmd.Wait()
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		a.Fatal(err)
	}
	return a.cmd.ProcessState.ExitCode()
}

func (a *atlas) start() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.cmd = exec.Command("atlas-gitops", "apply", "--auto-approve", "--format", "json", examples)
	a.cmd.Env, a.cmd.Stdout, a.cmd.Stderr = a.variables, &a.stdout, a.stderrTo
	return a.cmd.Start()
}

// Write receives the program's standard error.
func (a *atlas) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte("Interrupted: ")) {
		close(a.noticed)
	}
	return a.stderr.Write(p)
}

// awaitNotice waits until the program prints that it was interrupted, or is gone. It is called while a request is being
// answered.
func (a *atlas) awaitNotice(r *http.Request) {
	body, err := io.ReadAll(r.Body) // only now can net/http notice that the client is gone
	if err != nil {
		a.Error(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	select {
	case <-a.noticed:
	case <-r.Context().Done():
	}
}

func (a *atlas) said() string { return a.stdout.String() + a.stderr.String() }

func (a *atlas) signal(s os.Signal) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.cmd.Process.Signal(s); err != nil {
		a.Error(err)
	}
}

// finish runs apply again, and checks that everything is done and nothing was done twice.
func (a *atlas) finish() {
	a.Helper()
	a.at(0, nil)
	a.stdout.Reset()
	a.stderr.Reset()
	if status := a.apply(); status != 0 || a.effects() != writesOfExample {
		a.Errorf("the next run: status %d, %d effects\n%s", status, a.effects(), a.said())
	}
}

// effects counts the writes that were carried out.
func (a *atlas) effects() (n int) {
	for _, e := range a.server.Log() {
		if e.Method != http.MethodGet && !strings.HasPrefix(e.Path, "/api/oauth/") && e.Done()/100 == 2 {
			n++
		}
	}
	return n
}
