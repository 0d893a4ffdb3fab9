package cli

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"atlas-gitops/internal/client"
)

// longWait is how long a wait has to be to be worth a line.
const longWait = 2 * time.Second

// announce says why nothing seems to happen.
func (in *invocation) announce(w client.Wait) {
	if w.For <= longWait && in.verbose == 0 {
		return
	}
	length := w.For.Round(time.Second)
	if w.For < time.Second {
		length = w.For.Round(time.Millisecond)
	}
	reason := fmt.Sprintf("before %s %s: Atlas's limit %q is used up", w.Method, w.Path, w.Limit)
	switch {
	case w.Err != nil && w.Err.Lost && w.Method == http.MethodPost:
		reason = "to see what became of it: " + w.Err.Error()
	case w.Err != nil:
		reason = "to try again: " + w.Err.Error()
	}
	fmt.Fprintln(in.Stderr, oneLine(fmt.Sprintf("Waiting %s %s.", length, reason)))
}

// trace returns what tells of each request as far as --verbose wants it, or nil.
func (in *invocation) trace() func(client.Exchange) {
	if in.verbose == 0 {
		return nil
	}
	return func(e client.Exchange) {
		text := oneLine(traceLine(e)) + "\n"
		if in.verbose > 1 {
			text += traceBody("  > ", e.Sent) + traceBody("  < ", e.Received)
		}
		fmt.Fprint(in.Stderr, text) // at once, since others tell of theirs
	}
}

// traceLine has method, path, status, duration, tries, and what is left of the limit.
func traceLine(e client.Exchange) string {
	status := "failed"
	if e.Status != 0 {
		status = strconv.Itoa(e.Status)
	}
	line := fmt.Sprintf("%s %s %s %s tries=%d left=%s", e.Method, e.Path, status, e.Took.Round(time.Millisecond), e.Tries, cmp.Or(e.Remaining, "-"))
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
	return mark + oneLine(body) + "\n"
}
