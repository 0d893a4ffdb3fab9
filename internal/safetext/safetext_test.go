package safetext_test

import (
	"testing"

	"atlas-gitops/internal/safetext"
)

// TestLine: what Atlas says can neither start a line of its own nor move the cursor, nor command GitHub's runner.
func TestLine(t *testing.T) {
	if got := safetext.Line("bad\x1b[2J\r\n::error::x\u202e##[add-mask]e"); got != "bad [2J  ::error::x ## [add-mask]e" {
		t.Errorf("got %q", got)
	}
}
