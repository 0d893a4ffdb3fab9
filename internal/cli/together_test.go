package cli

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"atlas-gitops/internal/sandbox"
)

// TestTwoAppliesAtOnce: two runs that both saw the same fleet end with the fleet as the tree says, with nobody invited
// twice, and neither says that it did what it did not.
func TestTwoAppliesAtOnce(t *testing.T) {
	for _, fault := range []string{"", "reset-after", "500-before", "429-bare"} {
		t.Run(fault, func(t *testing.T) { synctest.Test(t, func(t *testing.T) { together(t, fault) }) })
	}
}

func together(t *testing.T, fault string) {
	a := newExample(t, false)
	if fault != "" {
		if err := a.server.Inject(sandbox.Fault{Kind: fault, Method: "POST", Path: "/api/atlas/v2/orgs/*/invites"}); err != nil {
			t.Fatal(err)
		}
	}
	b := *a
	fromA, fromB := make(chan struct{}), make(chan struct{})
	a.transport, b.transport = &pair{a.server, fromA, fromB}, &pair{a.server, fromB, fromA}
	var runs [2]applied
	var wg sync.WaitGroup
	for i, w := range []*world{a, &b} {
		wg.Go(func() { runs[i] = w.applyExample() })
	}
	wg.Wait()
	posts := 0
	for _, e := range a.mutations() {
		if e.Method == http.MethodPost {
			posts++
		}
	}
	if posts != 1 {
		t.Errorf("%d invitations were sent", posts)
	}
	if status, stdout, stderr := a.run("plan", "--detailed-exitcode", "examples/orgs"); status != ExitOK {
		t.Errorf("the fleet is not as the tree says:\n%s%s", stdout, stderr)
	}
	const steps = 7
	for _, run := range runs {
		if !run.done() || run.total() != steps {
			t.Errorf("verdicts %v", run.Counts)
		}
	}
	if claimed := runs[0].invited() + runs[1].invited(); claimed != 1 && fault == "" {
		t.Errorf("%d runs say that they sent the invitation", claimed)
	}
}

// invited counts the invitations that the run says it sent.
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

// pair is the connection of one of two runs. Each write waits a while for a write of the other run, so that both have
// looked before either writes.
type pair struct {
	next http.RoundTripper
	mine chan struct{} // tells the other run of a write
	its  chan struct{} // is told of one
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
