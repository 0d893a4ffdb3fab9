package cli

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
)

// TestAuditLogFails: what cannot be kept is not done. The step that was done is told all the same.
func TestAuditLogFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newExample(t, false)
		log := &fullDisk{room: 2}
		var stdout, stderr strings.Builder
		env := w.env(&stdout, &stderr)
		env.Append = func(string) (SyncWriter, error) { return log, nil }
		env.User = func() string { return "me" }
		status := Main(t.Context(), env, []string{"apply", "--auto-approve", "--audit-log", "x", "--parallelism", "1", "examples/orgs"})
		if status != ExitError || strings.Count(stdout.String(), "\n  applied ") != 3 || strings.Count(stdout.String(), "\n  skipped ") != 4 {
			t.Errorf("%d %s", status, &stdout)
		}
		if strings.Count(stderr.String(), "error: --audit-log x: not every step is in it: no space left\n") != 1 || log.synced != 2 || !log.closed {
			t.Errorf("%d lines are safe: %s", log.synced, &stderr)
		}
	})
}

// TestAuditLogIsNotClosed: what may not be on the disk is no success.
func TestAuditLogIsNotClosed(t *testing.T) {
	log := &auditLog{name: "x", file: &fullDisk{closes: errors.New("lost")}}
	if err := log.close(); err == nil || err.Error() != "--audit-log x: not every step is in it: lost" {
		t.Errorf("got %v", err)
	}
}

// fullDisk has room for a few lines.
type fullDisk struct {
	room, synced int
	closed       bool
	closes       error
}

func (f *fullDisk) Write(p []byte) (int, error) {
	if f.room == 0 {
		return 0, errors.New("no space left")
	}
	f.room--
	return len(p), nil
}

func (f *fullDisk) Sync() error { f.synced++; return nil }

func (f *fullDisk) Close() error { f.closed = true; return f.closes }
