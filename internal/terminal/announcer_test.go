package terminal

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/client"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/terminal/terminaltest"
)

// TestNoticeOnce: a run may read the same list several times, but reports it once for each credential.
func TestNoticeOnce(t *testing.T) {
	var stderr strings.Builder
	a := &announcer{w: &stderr, said: map[string]time.Time{}}
	for _, credential := range []string{"", "ACME", "", "ACME"} {
		a.Notice(credential, client.InexactTotal{Path: "/api/atlas/v2/orgs", Total: 47, Got: 46})
	}
	a.Quiet()
	a.Notice("OTHER", client.InexactTotal{Path: "/api/atlas/v2/orgs", Total: 47, Got: 46})
	want := `notice: GET /api/atlas/v2/orgs: totalCount is 47, but Atlas returned 46 objects, also in a second try; the run continues with these.
notice: GET /api/atlas/v2/orgs as ACME: totalCount is 47, but Atlas returned 46 objects, also in a second try; the run continues with these.
`
	if got := stderr.String(); got != want {
		t.Errorf("got %s", got)
	}
}

// TestWaitsAreAnnounced: a wait of more than longWait is announced once for each reason; with -v, every wait.
func TestWaitsAreAnnounced(t *testing.T) {
	var stderr strings.Builder
	o := NewObserver(t.Context(), NewScreen(&stderr), Options{})
	refused := &client.Error{Method: "GET", Path: "/x", Status: 503}
	o.Waiting(client.Wait{Method: "GET", Path: "/x", For: time.Second})
	o.Waiting(client.Wait{Method: "GET", Path: "/x", For: longWait}) // exactly longWait is not announced
	o.Waiting(client.Wait{Method: "GET", Path: "/api/atlas/v2/orgs/1/settings", For: 24 * time.Second, Limit: "Organization Settings"})
	o.Waiting(client.Wait{Method: "GET", Path: "/x", For: 4300 * time.Millisecond, Err: refused})
	o.Waiting(client.Wait{Method: "GET", Path: "/y", For: 4 * time.Second, Err: &client.Error{Method: "GET", Path: "/y", Status: 503}})
	o.Waiting(client.Wait{Method: "GET", Path: "/z", For: 14 * time.Second, Err: &client.Error{Method: "GET", Path: "/z", Status: 503}})
	o.Waiting(client.Wait{Method: "POST", Path: "/x", For: 4 * time.Second, Err: &client.Error{Method: "POST", Path: "/x", Status: 502, Retry: client.AmbiguousRetryable}})
	o = NewObserver(t.Context(), NewScreen(&stderr), Options{Verbose: 1})
	for range 2 {
		o.Waiting(client.Wait{Method: "GET", Path: "/x", For: 20 * time.Millisecond, Err: refused})
	}
	want := `Waiting 24s before GET /api/atlas/v2/orgs/1/settings: Atlas's limit "Organization Settings" is used up.
Waiting 4s to try again: GET /x: 503 Service Unavailable.
Waiting 14s to try again: GET /z: 503 Service Unavailable.
Waiting 4s to check what Atlas has done: POST /x: 502 Bad Gateway.
Waiting 20ms to try again: GET /x: 503 Service Unavailable.
Waiting 20ms to try again: GET /x: 503 Service Unavailable.
`
	if got := stderr.String(); got != want {
		t.Errorf("got %q", got)
	}
}

// TestWaitsWithoutLiveLine: at a terminal, a wait that the live line cannot show is announced: between two stages, and after the run
// began to end.
func TestWaitsWithoutLiveLine(t *testing.T) {
	var shown terminaltest.Terminal
	ctx, interrupt := context.WithCancel(t.Context())
	o := NewObserver(ctx, NewScreen(&shown), Options{Live: true, Columns: func() int { return 80 }})
	wait := func(path string, status int) {
		o.Waiting(client.Wait{Method: "GET", Path: path, For: 150 * time.Second, Err: &client.Error{Method: "GET", Path: path, Status: status}})
	}
	wait("/before", 503)
	o.Begin(reconcile.Reading, reconcile.Work{Orgs: 1})
	wait("/shown", 502)
	o.End()
	wait("/between", 500)
	o.Begin(reconcile.Applying, reconcile.Work{Orgs: 1, Steps: 1})
	interrupt()
	o.Ending(ctx)
	wait("/after", 429)
	o.End()
	want := []string{
		"Waiting 2m30s to try again: GET /before: 503 Service Unavailable.",
		"Waiting 2m30s to try again: GET /between: 500 Internal Server Error.",
		"Finishing the steps in progress: context canceled. Interrupt to stop at once.",
		"Waiting 2m30s to try again: GET /after: 429 Too Many Requests.",
	}
	if diff := cmp.Diff(want, shown.Stay); diff != "" {
		t.Error(diff)
	}
}
