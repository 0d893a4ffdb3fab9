package terminal

import (
	"fmt"
	"strings"
	"time"

	"atlas-gitops/internal/client"
)

// waits has the end of the longest wait for each reason. The reason that is shown stays until no wait for it is left: otherwise the
// line would switch between reasons while several organizations wait.
type waits struct {
	until map[string]time.Time
	shown string
}

func (w *waits) add(reason string, until time.Time) {
	if w.until == nil {
		w.until = map[string]time.Time{}
	}
	if until.After(w.until[reason]) {
		w.until[reason] = until
	}
}

// longest returns the reason to show, and how long the longest wait for it still takes. It returns 0 if there is no wait.
func (w *waits) longest(now time.Time) (reason string, left time.Duration) {
	if w.until[w.shown].After(now) {
		return w.shown, w.until[w.shown].Sub(now)
	}
	for r, until := range w.until {
		if d := until.Sub(now); d > left || d == left && d > 0 && r < reason {
			reason, left = r, d
		}
	}
	w.shown = reason
	return reason, left
}

// reasonOf returns in a few words why a request waits.
func reasonOf(w client.Wait) string {
	switch {
	case w.Err == nil:
		return fmt.Sprintf("(limit: %s)", w.Limit)
	case strings.Contains(w.Err.Code, "RATE_LIMITED"):
		return "(Atlas limits requests)"
	case w.Err.Status == 0:
		return "to try again (no answer)"
	}
	return fmt.Sprintf("to try again (status %d)", w.Err.Status)
}

// paceOf returns the pace of invitations as text.
func paceOf(p client.Pace) string {
	if p.Per == time.Minute {
		return fmt.Sprintf("%d invitations/min", p.N)
	}
	return fmt.Sprintf("%d invitations/%d min", p.N, p.Per/time.Minute)
}
