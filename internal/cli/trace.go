package cli

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"sync"
	"time"

	"atlas-gitops/internal/client"
	"atlas-gitops/internal/plan"
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

// hush ends the announcements: giving back tokens is nobody's worry.
func (a *announcer) hush() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.quiet = true
}

func (a *announcer) announce(w client.Wait) {
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
	fmt.Fprintln(a.w, plan.OneLine(fmt.Sprintf("Waiting %s %s.", length, reason)))
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

// notice returns what tells of lists that are not quite as long as Atlas says, each once in a run.
func (a *announcer) notice(credential string) func(client.Notice) {
	return func(n client.Notice) {
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
		fmt.Fprintln(a.w, plan.OneLine(fmt.Sprintf("notice: %s: totalCount is %d, but Atlas gives %d, twice the same; the run goes on with these.", list, n.Total, n.Got)))
	}
}

// trace returns what tells of each request as far as --verbose wants it, or nil.
func (in *invocation) trace(credential string) func(client.Exchange) {
	if in.verbose == 0 {
		return nil
	}
	return func(e client.Exchange) {
		text := plan.OneLine(traceLine(e, credential)) + "\n"
		if in.verbose > 1 {
			text += traceBody("  > ", e.Sent) + traceBody("  < ", e.Received)
		}
		fmt.Fprint(in.Stderr, text) // at once, since others tell of theirs
	}
}

// traceLine has method, path, status, duration, tries, what is left of the limit, and the credential.
func traceLine(e client.Exchange, credential string) string {
	status := "failed"
	if e.Status != 0 {
		status = strconv.Itoa(e.Status)
	}
	line := fmt.Sprintf("%s %s %s %s tries=%d left=%s", e.Method, e.Path, status, e.Took.Round(time.Millisecond), e.Tries, cmp.Or(e.Remaining, "-"))
	if credential != "" {
		line += " as " + credential
	}
	switch {
	case e.Err != nil && e.Err.Err != nil:
		line += " " + e.Err.Err.Error()
	case e.Err != nil && e.Err.Code != "":
		line += " " + e.Err.Code
	}
	return line
}

func traceBody(mark, body string) string {
	if body == "" {
		return ""
	}
	return mark + plan.OneLine(body) + "\n"
}
