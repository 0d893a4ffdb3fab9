package action

import (
	"strings"
	"testing"
)

// TestSupersededBy: the name of a branch cannot start a workflow command.
func TestSupersededBy(t *testing.T) {
	if got := supersededBy("main\u202e\n::error::x"); !strings.HasPrefix(got, "A newer commit on main  ::error::x changes this tree, ") {
		t.Errorf("got %q", got)
	}
}
