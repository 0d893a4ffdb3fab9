package terminal

import (
	"fmt"
	"io"
	"sync"
	"time"

	"atlas-gitops/internal/client"
	"atlas-gitops/internal/safetext"
)

// longWait is how long a wait has to be to be worth a line.
const longWait = 2 * time.Second

// announcer says why nothing seems to happen. Requests that wait for the same reason are told once, and again only
// when one of them waits for longer than was said.
type announcer struct {
	w        io.Writer
	all      bool // every wait is told
	progress *progress

	mu    sync.Mutex
	said  map[string]time.Time // until when, by reason; or the lists that were told
	quiet bool                 // nothing is told any more
}

// Quiet ends the announcements: giving back tokens is nobody's worry.
func (a *announcer) Quiet() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.quiet = true
}

// Waiting tells of a wait.
func (a *announcer) Waiting(w client.Wait) {
	a.progress.waiting(w)
	if a.progress.live && !a.all {
		return // the live line tells it
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
		reason = "to see what became of it: " + w.Err.Error()
	case w.Err != nil:
		reason = "to try again: " + w.Err.Error()
	}
	fmt.Fprintln(a.w, safetext.Line(fmt.Sprintf("Waiting %s %s.", length, reason)))
}

// isNews tells whether nobody was told yet of a wait for that reason and so long.
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

// Notice tells of lists that are not quite as long as Atlas says, each once in a run.
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
	fmt.Fprintln(a.w, safetext.Line(fmt.Sprintf("notice: %s: totalCount is %d, but Atlas gives %d, twice the same; the run goes on with these.", list, n.Total, n.Got)))
}
