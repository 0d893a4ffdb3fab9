package cli

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/interrupt"
	"atlas-gitops/internal/sandbox"
)

// byShape groups requests by what they do, whatever organization they are for.
func byShape(a, b sandbox.Entry) int {
	id := regexp.MustCompile("[0-9a-f]{24}")
	return strings.Compare(a.Method+id.ReplaceAllString(a.Path, "*"), b.Method+id.ReplaceAllString(b.Path, "*"))
}

// TestExampleWithFaults lets every kind of mutating request of the example apply meet every fault of the sandbox, on every try. The
// run reports the truth. After another run has finished the work, the fleet is the same as without the fault: no step is done twice,
// and no step is lost.
func TestExampleWithFaults(t *testing.T) {
	clean := newExample(t, true)
	if status, stdout, stderr := clean.run("apply", "--auto-approve", "examples/orgs"); status != ExitOK {
		t.Fatal(stdout, stderr)
	}
	want, requests := clean.fleet(), clean.mutations()
	if len(requests) != 7 {
		t.Fatalf("the example has %d mutating requests: %v", len(requests), requests)
	}
	requests = slices.CompactFunc(slices.SortedFunc(slices.Values(requests), byShape), func(a, b sandbox.Entry) bool { return byShape(a, b) == 0 })
	if len(requests) != 5 {
		t.Fatalf("there are %d kinds of requests: %v", len(requests), requests)
	}
	for _, kind := range sandbox.FaultKinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			for _, request := range requests {
				synctest.Test(t, func(t *testing.T) {
					strike(t, sandbox.Fault{Kind: kind, Method: request.Method, Path: request.Path, Times: -1}, want)
				})
			}
		})
	}
}

func strike(t *testing.T, fault sandbox.Fault, want string) {
	w := newExample(t, fault.Kind == "expired-token") // only service accounts have tokens
	w.inject(fault)
	first := w.applyExample()
	w.ask("DELETE", "/_sandbox/faults")
	if again := w.applyExample(); !again.done() || again.total() > 7-first.good() { // steps that are done are not planned again
		t.Errorf("%+v: the first run has the verdicts %v, the second %v", fault, first.Counts, again.Counts)
	}
	if diff := cmp.Diff(want, w.fleet()); diff != "" {
		t.Errorf("%+v: the fleet differs from a run without the fault (-want +got):\n%s", fault, diff)
	}
	if sent := w.invitations(); sent != 1 {
		t.Errorf("%+v: %d invitations were sent", fault, sent)
	}
}

// invitations returns how many invitations the requests of the example sent.
func (w *world) invitations() (n int) {
	w.Helper()
	for _, e := range w.mutations() {
		if e.Method == http.MethodPost {
			n++
		}
	}
	return n
}

// applied is the JSON report of apply.
type applied struct {
	Counts map[string]int
	Orgs   []struct {
		Steps []struct{ Op, Verdict string }
	}
}

func (a applied) total() (n int) {
	for _, count := range a.Counts {
		n += count
	}
	return n
}

func (a applied) good() int  { return a.Counts["applied"] + a.Counts["unchanged"] }
func (a applied) done() bool { return a.good() == a.total() }

// applyExample applies the example and returns its report. It checks that the counts add up and agree with the exit status.
func (w *world) applyExample() (a applied) {
	w.Helper()
	status, stdout, stderr := w.run("apply", "--auto-approve", "--format", "json", "examples/orgs")
	if err := json.Unmarshal([]byte(stdout), &a); err != nil {
		w.Fatalf("%v: %s%s", err, stdout, stderr)
	}
	verdicts := map[string]int{"applied": 0, "unchanged": 0, "conflict": 0, "failed": 0, "skipped": 0, "blocked": 0}
	for _, org := range a.Orgs {
		for _, step := range org.Steps {
			verdicts[step.Verdict]++
		}
	}
	if diff := cmp.Diff(verdicts, a.Counts); diff != "" || a.done() != (status == ExitOK) {
		w.Errorf("exit status %d: %s\n%s%s", status, diff, stdout, stderr)
	}
	return a
}

// TestTwoAppliesAtOnce: after two simultaneous runs, the fleet equals the tree, nobody is invited twice, and no run reports a step
// that it did not do.
func TestTwoAppliesAtOnce(t *testing.T) {
	for _, fault := range []string{"", "reset-after", "500-before", "429-bare"} {
		t.Run(fault, func(t *testing.T) { synctest.Test(t, func(t *testing.T) { together(t, fault) }) })
	}
}

func together(t *testing.T, fault string) {
	a := newExample(t, false)
	a.inject(sandbox.Fault{Kind: fault, Method: "POST", Path: "/api/atlas/v2/orgs/*/invites"})
	runs := a.applyTwice()
	if sent := a.invitations(); sent != 1 {
		t.Errorf("%d invitations were sent", sent)
	}
	if status, stdout, stderr := a.run("plan", "--detailed-exitcode", "examples/orgs"); status != ExitOK {
		t.Errorf("the fleet differs from the tree:\n%s%s", stdout, stderr)
	}
	const steps = 7
	for _, run := range runs {
		if !run.done() || run.total() != steps {
			t.Errorf("verdicts %v", run.Counts)
		}
	}
	if claimed := runs[0].invited() + runs[1].invited(); claimed != 1 && fault == "" {
		t.Errorf("%d runs report that they sent the invitation", claimed)
	}
}

// applyTwice applies the example in two runs at once.
func (w *world) applyTwice() (runs [2]applied) {
	other := *w
	mine, its := make(chan struct{}), make(chan struct{})
	w.transport, other.transport = &pair{w.server, mine, its}, &pair{w.server, its, mine}
	var wg sync.WaitGroup
	for i, w := range []*world{w, &other} {
		wg.Go(func() { runs[i] = w.applyExample() })
	}
	wg.Wait()
	return runs
}

// invited counts the invitations that the run reports as sent.
func (a applied) invited() (n int) {
	for _, org := range a.Orgs {
		for _, s := range org.Steps {
			if s.Op == "create" && s.Verdict == "applied" {
				n++
			}
		}
	}
	return n
}

// pair is the connection of one of two runs. Each write waits some time for a write of the other run, so that both runs read before
// either of them writes.
type pair struct {
	next http.RoundTripper
	mine chan struct{} // signals a write of this run
	its  chan struct{} // signals a write of the other run
}

func (p *pair) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodGet && r.Header.Get("Authorization") != "" {
		p.wait(r.Context())
	}
	return p.next.RoundTrip(r)
}

func (p *pair) wait(ctx context.Context) {
	select {
	case p.mine <- struct{}{}:
	case <-p.its:
	case <-time.After(time.Second):
	case <-ctx.Done():
	}
}

// typing is a terminal with input and recorded output.
type typing struct {
	io.Reader
	io.Writer
}

func (typing) Close() error { return nil }

// person returns a function that opens a terminal on which somebody types a text.
func person(text io.Reader, shown io.Writer) func() io.ReadWriteCloser {
	return func() io.ReadWriteCloser { return typing{text, shown} }
}

// TestApproveInterrupted: an interrupt during the question approves nothing.
func TestApproveInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(interrupt.Err)
	never, writer := io.Pipe()
	defer writer.Close()
	var shown strings.Builder
	c := &call{Env: Env{Terminal: person(never, &shown)}}
	if err := c.ask(ctx, apply.Scope{Orgs: 1, Steps: 1}); err == nil || err.Error() != "interrupted; nothing was changed" {
		t.Errorf("got %v", err)
	}
	if !strings.HasSuffix(shown.String(), ": \n") {
		t.Errorf("there is no line break after the question: %q", &shown)
	}
}

// TestApprove: only yes approves. The next output starts on a new line.
func TestApprove(t *testing.T) {
	const question = "\nApply this plan? Type \"yes\" to continue: "
	for answer, want := range map[string]bool{"": false, "yes please": false, "YES": false, "y\n": false, "\n": false, "yes\n": true, " yes \r\n": true} {
		var shown strings.Builder
		c := &call{Env: Env{Terminal: person(strings.NewReader(answer), &shown)}}
		if err := c.ask(t.Context(), apply.Scope{Orgs: 1, Steps: 1}); (err == nil) != want {
			t.Errorf("%q: %v", answer, err)
		}
		cursor := question
		if !strings.HasSuffix(answer, "\n") { // a typed line break is already on the terminal
			cursor += "\n"
		}
		if shown.String() != cursor {
			t.Errorf("%q: shows %q", answer, &shown)
		}
	}
}

// TestApproveWithoutTerminal: a terminal that cannot show the question approves nothing.
func TestApproveWithoutTerminal(t *testing.T) {
	reader, closed := io.Pipe()
	reader.Close()
	c := &call{Env: Env{Terminal: person(strings.NewReader("yes\n"), closed)}}
	if err := c.ask(t.Context(), apply.Scope{Orgs: 1, Steps: 1}); !errors.Is(err, io.ErrClosedPipe) || !strings.Contains(err.Error(), "nothing was applied") {
		t.Errorf("got %v", err)
	}
}
