package reconcile

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/safetext"
)

// AuditLog keeps how each step of a run ended, one JSON object a line. A nil log keeps nothing.
type AuditLog struct {
	name  string
	run   string
	actor string

	mu   sync.Mutex
	file SyncWriter
	err  error // why nothing can be kept any more
}

// auditEntry is a line of the log.
type auditEntry struct {
	Time         time.Time `json:"time"`
	Run          string    `json:"run"`
	Actor        string    `json:"actor"`
	Digest       string    `json:"digest"` // of the plan
	Organization string    `json:"organization"`
	OrgID        string    `json:"organizationId,omitzero"`
	apply.StepReport
}

// OpenAuditLog opens the file of --audit-log, before anything is done that would have to be kept there; nil for "".
func (e Env) OpenAuditLog(name string) (*AuditLog, error) {
	if name == "" {
		return nil, nil
	}
	file, err := e.Append(name)
	if err != nil {
		return nil, fmt.Errorf("--audit-log: %w", err)
	}
	return &AuditLog{name: name, run: runID(e.Getenv), actor: cmp.Or(e.Getenv("GITHUB_ACTOR"), e.User()), file: file}, nil
}

// runID tells this run from others: by the name that GitHub has for it, or by when and as which process it was begun.
func runID(getenv func(string) string) string {
	if id := getenv("GITHUB_RUN_ID"); id != "" {
		return id + "-" + cmp.Or(getenv("GITHUB_RUN_ATTEMPT"), "1")
	}
	return fmt.Sprintf("%s-%d", time.Now().UTC().Format("20060102T150405.000Z"), os.Getpid())
}

// Close returns why the log is not whole, if it is not.
func (l *AuditLog) Close() error {
	if l == nil {
		return nil
	}
	if err := errors.Join(l.err, l.file.Close()); err != nil {
		return fmt.Errorf("--audit-log %s: not every step is in it: %w", l.name, err)
	}
	return nil
}

// append keeps how a step ended; it is on the disk when append returns. Once that failed, it always fails.
func (l *AuditLog) append(digest string, org plan.Org, o apply.Outcome) error {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		l.err = l.write(auditEntry{time.Now().UTC(), l.run, l.actor, digest, org.Name, org.ID, o.Report()})
	}
	if l.err != nil {
		return fmt.Errorf("the audit log cannot be written: %w", l.err)
	}
	return nil
}

func (l *AuditLog) write(e auditEntry) error {
	var line bytes.Buffer
	if err := safetext.WriteJSON(&line, e, ""); err != nil {
		return err
	}
	if _, err := l.file.Write(line.Bytes()); err != nil {
		return err
	}
	return l.file.Sync()
}
