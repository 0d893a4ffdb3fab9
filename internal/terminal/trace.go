package terminal

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"time"

	"atlas-gitops/internal/client"
	"atlas-gitops/internal/safetext"
)

// tracer logs requests.
type tracer struct {
	w       io.Writer
	verbose int // 0: log none; 2: log bodies, too
}

// Trace returns a function that logs each request of a credential, or nil.
func (t tracer) Trace(credential string) func(client.Exchange) {
	if t.verbose == 0 {
		return nil
	}
	return func(e client.Exchange) {
		text := safetext.Line(traceLine(e, credential)) + "\n"
		if t.verbose > 1 {
			text += traceBody("  > ", e.Sent) + traceBody("  < ", e.Received)
		}
		fmt.Fprint(t.w, text) // in one write, because other goroutines log, too
	}
}

// traceLine returns a line with the method, path, status, duration, tries, the rest of the limit, and the credential.
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
	return mark + safetext.Line(body) + "\n"
}
