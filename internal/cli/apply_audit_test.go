package cli

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"atlas-gitops/internal/reconcile"
)

// TestAuditLogFails: after the audit log fails, no step starts. The steps that are done are still reported.
func TestAuditLogFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newExample(t, false)
		log := &fullDisk{room: 2}
		var stdout, stderr strings.Builder
		env := w.env(&stdout, &stderr)
		env.Append = func(string) (reconcile.SyncWriter, error) { return log, nil }
		env.User = func() string { return "me" }
		status := Main(t.Context(), env, []string{"apply", "--auto-approve", "--audit-log", "x", "--parallelism", "1", "examples/orgs"})
		begun, skipped := strings.Count(stdout.String(), "\n  applied "), strings.Count(stdout.String(), "\n  skipped ")
		if status != ExitError || begun < 3 || skipped < 2 || begun+skipped != 7 {
			t.Errorf("%d %s", status, &stdout)
		}
		if strings.Count(stderr.String(), "error: --audit-log x: the file does not have every step: no space left\n") != 1 || log.synced != 2 || !log.closed {
			t.Errorf("%d lines are on the disk: %s", log.synced, &stderr)
		}
	})
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
