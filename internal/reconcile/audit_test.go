package reconcile

import (
	"errors"
	"testing"
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
