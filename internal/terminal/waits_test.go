package terminal

import (
	"testing"
	"time"

	"atlas-gitops/internal/client"
)

// TestWaits: the reason that is shown stays until no wait for it is left.
func TestWaits(t *testing.T) {
	now := time.Now()
	var w waits
	check := func(at time.Duration, reason string, left time.Duration) {
		t.Helper()
		if gotReason, got := w.longest(now.Add(at)); gotReason != reason || got != left {
			t.Errorf("after %s: got %q, %s; want %q, %s", at, gotReason, got, reason, left)
		}
	}
	add := func(reason string, until time.Duration) { w.add(reason, now.Add(until)) }
	check(0, "", 0)
	add("a limit", 10*time.Second)
	check(0, "a limit", 10*time.Second)
	add("an outage", 30*time.Second)
	check(1*time.Second, "a limit", 9*time.Second)
	add("a limit", 5*time.Second) // a shorter wait for the same reason
	check(2*time.Second, "a limit", 8*time.Second)
	add("another limit", 20*time.Second)
	check(10*time.Second, "an outage", 20*time.Second)
	check(30*time.Second, "", 0)
	add("one of two equal waits", 40*time.Second)
	add("another of them", 40*time.Second)
	check(31*time.Second, "another of them", 9*time.Second)
}

// TestReasonOf: each kind of wait has a short text.
func TestReasonOf(t *testing.T) {
	for want, w := range map[string]client.Wait{
		"(limit: Organization Settings)": {Limit: "Organization Settings"},
		"(Atlas limits requests)":        {Err: &client.Error{Status: 429, Code: "RATE_LIMITED_TOKEN_BUCKET"}},
		"to try again (status 503)":      {Err: &client.Error{Status: 503}},
		"to try again (no answer)":       {Err: &client.Error{}},
	} {
		if got := reasonOf(w); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
