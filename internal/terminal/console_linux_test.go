package terminal

import (
	"io"
	"os"
	"testing"

	"atlas-gitops/internal/terminal/terminaltest"
)

// TestPrepare: control sequences go only to a terminal that obeys them.
func TestPrepare(t *testing.T) {
	reader, pipe, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	defer pipe.Close()
	pty := terminaltest.NewPty(t, io.Discard)
	defer pty.Slave.Close()
	for _, row := range []struct {
		reason string
		f      *os.File
		term   string
		want   bool
	}{
		{"a terminal", pty.Slave, "xterm", true},
		{"a terminal of unknown type", pty.Slave, "", true},
		{"a terminal without control sequences", pty.Slave, "dumb", false},
		{"a pipe", pipe, "xterm", false},
	} {
		if got := Prepare(row.f, func(name string) string { return map[string]string{"TERM": row.term}[name] }); got != row.want {
			t.Errorf("%s: got %t", row.reason, got)
		}
	}
}
