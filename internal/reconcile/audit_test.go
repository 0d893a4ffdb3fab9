package reconcile

import (
	"errors"
	"testing"
	"time"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/plan"
)

// TestAuditLogIsNotClosed: what may not be on the disk is no success.
func TestAuditLogIsNotClosed(t *testing.T) {
	log := &AuditLog{name: "x", file: lostFile{}}
	if err := log.Close(); err == nil || err.Error() != "--audit-log x: not every step is in it: lost" {
		t.Errorf("got %v", err)
	}
}

// lostFile cannot be closed.
type lostFile struct{}

func (lostFile) Write(p []byte) (int, error) { return len(p), nil }
func (lostFile) Sync() error                 { return nil }
func (lostFile) Close() error                { return errors.New("lost") }

// TestAuditLogWithAGap: once a step is not in the log, no other is, and the log is not whole.
func TestAuditLogWithAGap(t *testing.T) {
	file := &gapFile{}
	log := &AuditLog{name: "x", now: time.Now, file: file}
	for range 2 {
		if err := log.append("", plan.Org{}, apply.Outcome{}); err == nil || err.Error() != "the audit log cannot be written: full" {
			t.Errorf("got %v", err)
		}
	}
	if err := log.Close(); file.writes != 1 || err == nil || err.Error() != "--audit-log x: not every step is in it: full" {
		t.Errorf("%d lines were tried; got %v", file.writes, err)
	}
}

// gapFile has room for all lines but the first.
type gapFile struct{ writes int }

func (f *gapFile) Write(p []byte) (int, error) {
	if f.writes++; f.writes == 1 {
		return 0, errors.New("full")
	}
	return len(p), nil
}
func (*gapFile) Sync() error  { return nil }
func (*gapFile) Close() error { return nil }
