package terminal

import (
	"fmt"
	"io"
	"sync"
	"time"

	"atlas-gitops/internal/client"
	"atlas-gitops/internal/safetext"
)

// longWait is the longest wait that is not announced.
const longWait = 2 * time.Second

// announcer announces waits. Of several waits for the same reason it announces the first one, and after that only waits that
// end later.
type announcer struct {
	w        io.Writer
	all      bool // announce every wait
	progress *progress

	mu    sync.Mutex
	said  map[string]time.Time // the end of each announced wait, by reason; also the lists of notices
	quiet bool                 // announce nothing any more
}

func newAnnouncer(w io.Writer, p *progress, all bool) *announcer {
	return &announcer{w: w, all: all, progress: p, said: map[string]time.Time{}}
}

// Quiet ends the announcements. The waits after it are for revoking tokens, which is not interesting for users.
func (a *announcer) Quiet() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.quiet = true
}

// Waiting announces a wait.
func (a *announcer) Waiting(w client.Wait) {
	if a.progress.waiting(w) && !a.all {
		return
	}
	if w.For <= longWait && !a.all || !a.isNews(w) {
		return
	}
	length := w.For.Round(time.Second)
	if w.For < time.Second {
		length = w.For.Round(time.Millisecond)
	}
	reason := fmt.Sprintf("before %s %s: Atlas's limit %q is used up", w.Method, w.Path, w.Limit)
	switch {
	case w.Err != nil && w.Err.Ambiguous():
		reason = "to check what Atlas has done: " + w.Err.Error()
	case w.Err != nil:
		reason = "to try again: " + w.Err.Error()
	}
	fmt.Fprintln(a.w, safetext.Line(fmt.Sprintf("Waiting %s %s.", length, reason)))
}

// isNews reports whether the wait ends later than every announced wait for the same reason. It then records the wait.
func (a *announcer) isNews(w client.Wait) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	reason := w.Limit
	if w.Err != nil {
		reason = w.Err.Outcome()
	}
	until := time.Now().Add(w.For)
	if a.quiet || !a.all && !until.After(a.said[reason].Add(longWait)) {
		return false
	}
	a.said[reason] = until
	return true
}

// Notice reports that the length of a list differs from its totalCount. It reports each list once in a run.
func (a *announcer) Notice(credential string, n client.InexactTotal) {
	list := "GET " + n.Path
	if credential != "" {
		list += " as " + credential
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, said := a.said[list]; said || a.quiet {
		return
	}
	a.said[list] = time.Time{}
	fmt.Fprintln(a.w, safetext.Line(fmt.Sprintf("notice: %s: totalCount is %d, but Atlas returned %d objects, also in a second try; the run continues with these.", list, n.Total, n.Got)))
}
