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

// AuditLog records how each step of a run ended, as one JSON object on a line. A nil log records nothing.
type AuditLog struct {
	flag  string // or the input that names the file, for errors
	name  string
	run   string
	actor string
	now   func() time.Time

	mu    sync.Mutex
	facts RunFacts
	file  SyncWriter
	err   error // why nothing more can be written
}

// RunFacts are what each entry says of its run: what it applied, and who approved that.
type RunFacts struct {
	Commit      string       `json:"commit,omitzero"`      // whose tree was applied; "" if it is not known
	PullRequest int          `json:"pullRequest,omitzero"` // the number of the one that was merged with the commit; 0 for none
	ApprovedBy  []string     `json:"approvedBy,omitzero"`  // the logins of people who approved it on GitHub; nil if they are not known
	Approval    ApprovalKind `json:"approval,omitzero"`
}

// ApprovalKind is how a run was allowed to apply its plan.
type ApprovalKind string

const (
	OnTerminal   ApprovalKind = "terminal"     // somebody typed yes
	AutoApproved ApprovalKind = "auto-approve" // whatever the plan is
	Accepted     ApprovalKind = "accept"       // the plan with a digest
)

// Describe sets what the entries say of the run. Call it before the first step.
func (l *AuditLog) Describe(f RunFacts) {
	if l != nil {
		l.facts = f
	}
}

// auditEntry is a line of the log.
type auditEntry struct {
	Time   time.Time `json:"time"`
	Run    string    `json:"run"`
	Actor  string    `json:"actor"`
	Digest string    `json:"digest"` // of the plan
	RunFacts
	Organization string           `json:"organization"`
	OrgID        string           `json:"organizationId,omitzero"`
	OrgAccepted  *plan.Acceptance `json:"accepted,omitzero"` // what accepts the organization although guards would block it
	apply.StepReport
}

// OpenAuditLog opens the file that a flag or an input names. Call it before the first request. It returns nil for "".
func (e Env) OpenAuditLog(flag, name string) (*AuditLog, error) {
	if name == "" {
		return nil, nil
	}
	if err := checkName(flag, name, "audit.jsonl"); err != nil {
		return nil, err
	}
	file, err := e.Append(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
	return &AuditLog{flag: flag, name: name, run: runID(e), actor: cmp.Or(e.Getenv("GITHUB_ACTOR"), e.User()), now: e.Now, file: file}, nil
}

// runID identifies the run: by GitHub's id and attempt, or else by its time and process id.
func runID(e Env) string {
	if id := e.Getenv("GITHUB_RUN_ID"); id != "" {
		return id + "-" + cmp.Or(e.Getenv("GITHUB_RUN_ATTEMPT"), "1")
	}
	return fmt.Sprintf("%s-%d", e.Now().UTC().Format("20060102T150405.000Z"), os.Getpid())
}

// Close closes the file. The error says why steps are missing in the log.
func (l *AuditLog) Close() error {
	if l == nil {
		return nil
	}
	if err := errors.Join(l.err, l.file.Close()); err != nil {
		return fmt.Errorf("%s %s: the file does not have every step: %w", l.flag, l.name, err)
	}
	return nil
}

// append writes how a step ended. When append returns, the line is on the disk. After an error, every later call also fails.
func (l *AuditLog) append(digest string, org plan.Org, o apply.Outcome) error {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		l.err = l.write(auditEntry{l.now().UTC(), l.run, l.actor, digest, l.facts, org.Name, org.ID, org.Accepted, o.Report()})
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
