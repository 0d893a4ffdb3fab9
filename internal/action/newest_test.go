package action

import (
	"strings"
	"testing"
)

// TestSupersededBy: the name of a branch is text.
func TestSupersededBy(t *testing.T) {
	if got := supersededBy("main\u202e\n::error::x"); !strings.HasPrefix(got, "main  ::error::x has another tree than this commit by now, ") {
		t.Errorf("got %q", got)
	}
}
