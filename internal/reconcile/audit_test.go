package reconcile

import (
	"errors"
	"testing"
	"time"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/plan"
)

// TestAuditLogFailsToClose: a failed Close is an error, because the last lines may not be on the disk.
func TestAuditLogFailsToClose(t *testing.T) {
	log := &AuditLog{flag: "--audit-log", name: "x", file: lostFile{}}
	if err := log.Close(); err == nil || err.Error() != "--audit-log x: the file does not have every step: lost" {
		t.Errorf("got %v", err)
	}
}

// lostFile cannot be closed.
type lostFile struct{}

func (lostFile) Write(p []byte) (int, error) { return len(p), nil }
func (lostFile) Sync() error                 { return nil }
func (lostFile) Close() error                { return errors.New("lost") }

// TestAuditLogStopsAfterAnError: if a line cannot be written, no later line is written, and Close reports it.
func TestAuditLogStopsAfterAnError(t *testing.T) {
	file := &gapFile{}
	log := &AuditLog{flag: "--audit-log", name: "x", now: time.Now, file: file}
	for range 2 {
		if err := log.append("", plan.Org{}, apply.Outcome{}); err == nil || err.Error() != "the audit log cannot be written: full" {
			t.Errorf("got %v", err)
		}
	}
	if err := log.Close(); file.writes != 1 || err == nil || err.Error() != "--audit-log x: the file does not have every step: full" {
		t.Errorf("%d writes; got %v", file.writes, err)
	}
}

// gapFile fails the first write only.
type gapFile struct{ writes int }

func (f *gapFile) Write(p []byte) (int, error) {
	if f.writes++; f.writes == 1 {
		return 0, errors.New("full")
	}
	return len(p), nil
}
func (*gapFile) Sync() error  { return nil }
func (*gapFile) Close() error { return nil }
