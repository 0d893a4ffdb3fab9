package cli

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
)

// auditLog keeps how each step of a run ended, one JSON object a line. A nil log keeps nothing.
type auditLog struct {
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

// openAuditLog opens the file of --audit-log, before anything is done that would have to be kept there.
func (in *invocation) openAuditLog() (*auditLog, error) {
	if in.auditLog == "" {
		return nil, nil
	}
	file, err := in.Append(string(in.auditLog))
	if err != nil {
		return nil, fmt.Errorf("--audit-log: %w", err)
	}
	return &auditLog{name: string(in.auditLog), run: in.runID(), actor: cmp.Or(in.Getenv("GITHUB_ACTOR"), in.User()), file: file}, nil
}

// runID tells this run from others: by the name that GitHub has for it, or by when and as which process it was begun.
func (in *invocation) runID() string {
	if id := in.Getenv("GITHUB_RUN_ID"); id != "" {
		return id + "-" + cmp.Or(in.Getenv("GITHUB_RUN_ATTEMPT"), "1")
	}
	return fmt.Sprintf("%s-%d", time.Now().UTC().Format("20060102T150405.000Z"), os.Getpid())
}

// close returns why the log is not whole, if it is not.
func (l *auditLog) close() error {
	if l == nil {
		return nil
	}
	if err := errors.Join(l.err, l.file.Close()); err != nil {
		return fmt.Errorf("--audit-log %s: not every step is in it: %w", l.name, err)
	}
	return nil
}

// append keeps how a step ended; it is on the disk when append returns. Once that failed, it always fails.
func (l *auditLog) append(f *fleet, org plan.Org, o apply.Outcome) error {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		l.err = l.write(auditEntry{time.Now().UTC(), l.run, l.actor, f.plan.Digest, org.Name, org.ID, f.view(false).Report(o)})
	}
	if l.err != nil {
		return fmt.Errorf("the audit log cannot be written: %w", l.err)
	}
	return nil
}

func (l *auditLog) write(e auditEntry) error {
	var line bytes.Buffer
	if err := plan.EncodeJSON(&line, e, ""); err != nil {
		return err
	}
	if _, err := l.file.Write(line.Bytes()); err != nil {
		return err
	}
	return l.file.Sync()
}
