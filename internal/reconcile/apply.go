package reconcile

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
	"atlas-gitops/internal/creation"
	"atlas-gitops/internal/plan"
)

// ApplyOptions say how a plan is carried out.
type ApplyOptions struct {
	Approval       *Approval // what was approved before; nil for nothing
	CredentialsOut string    // the new file for what Atlas hands out
	Log            *AuditLog // nil keeps nothing

	// Approve, unless nil, is asked where nothing was approved before and all else speaks for carrying the plan out. An
	// error is a no.
	Approve func(context.Context) error
}

// Stop is why a plan was not carried out.
type Stop string

const (
	NotStopped Stop = ""
	Stale      Stop = "stale"   // it is not the plan that was approved
	Blocked    Stop = "blocked" // guards refuse it, and nobody approved it
	NoFile     Stop = "no-file" // there is no place for what Atlas would hand out
)

// Reason says it as the reason of each step.
func (s Stop) Reason() string {
	switch s {
	case Stale:
		return "this is not the plan that was approved"
	case Blocked:
		return "a guard refused the plan"
	case NoFile:
		return "there is no place for what is handed out"
	}
	return ""
}

// ApplyResult is what became of a plan: why it was not carried out, or how its steps ended.
type ApplyResult struct {
	Stop    Stop
	Results []apply.Result // nil if nothing was tried
	IsCut   bool           // the run ended early: nobody read again what was written last
	Err     error          // of the files that keep what was created
}

// IsGood tells whether all that was planned is done.
func (a ApplyResult) IsGood() bool {
	for _, r := range a.Results {
		for _, o := range r.Outcomes {
			if !o.Good() {
				return false
			}
		}
	}
	return a.Stop == NotStopped && !a.IsCut && a.Err == nil
}

// Apply carries the plan out, if it is approved and nothing speaks against it. An error means that nothing was done.
func (r *Run) Apply(ctx context.Context, o ApplyOptions) (done ApplyResult, err error) {
	switch {
	case r.Plan.Steps() == 0:
		return done, nil
	case o.Approval != nil && !o.Approval.Covers(r.Plan):
		return ApplyResult{Stop: Stale}, nil
	case o.Approval == nil && len(r.Plan.Violations) > 0:
		return ApplyResult{Stop: Blocked}, nil
	}
	recorder, err := creation.NewRecorder(r.recorderOptions(o.CredentialsOut), r.Plan)
	if err != nil {
		return ApplyResult{Stop: NoFile}, err
	}
	if o.Approval == nil && o.Approve != nil {
		if err := o.Approve(ctx); err != nil {
			return done, err
		}
	}
	done.Results = r.carryOut(ctx, o.Log, recorder)
	done.IsCut = ctx.Err() != nil
	done.Err = recorder.Close()
	return done, nil
}

// carryOut does what there is to do, and tells how far it has come.
func (r *Run) carryOut(ctx context.Context, log *AuditLog, recorder apply.Recorder) []apply.Result {
	observer := r.connection.observer
	defer onEnd(ctx, func() { observer.Ending(ctx) })()
	observer.Begin(Applying, r.Plan.Changed(), r.Plan.Steps())
	defer observer.End()
	runner := &apply.Runner{Account: r.account, Parallel: r.parallel, Recorder: recorder, OrgEnded: observer.OrgEnded,
		StepEnded: func(org plan.Org, o apply.Outcome) error {
			observer.StepEnded()
			return log.append(r.Plan.Digest, org, o)
		}}
	return runner.Run(ctx, r.Plan)
}

// onEnd calls tell if ctx ends. The function that it returns waits until such a call is over, so that nothing is told after it.
func onEnd(ctx context.Context, tell func()) (wait func()) {
	told := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(told)
		tell()
	})
	return func() {
		if !stop() {
			<-told
		}
	}
}

// sites finds where the organizations stand that are to be created.
func (r *Run) sites() creation.Sites {
	e := r.connection.env
	return creation.Sites{Files: e.Files, Follow: e.Follow, Replace: e.Replace, Reserve: e.Reserve, Now: e.Now, Path: r.Path}
}

// The longest ids with the quotes of a shell for which there is room. The id of a service account has 34 characters (API
// description, OrgServiceAccount), a public key 8 (observed).
const maxID = 64

func (r *Run) recorderOptions(credentials string) creation.Options {
	ids := []string{client.AccountID + strings.Repeat("0", maxID-len(client.AccountID)), strings.Repeat("k", maxID)}
	return creation.Options{Sites: r.sites(), Credentials: credentials, Login: r.connection.login,
		Variables: creation.Variables{Of: client.Variables, LongestIDs: ids}}
}

// ProposeCredentials returns a file for what the plan makes Atlas hand out, the given one if it can be used; "" where there is
// nothing to keep.
func (e Env) ProposeCredentials(given string, p *plan.Plan) string {
	handouts := p.Handouts()
	switch {
	case len(handouts) == 0:
		return ""
	case creation.CheckCredentials(e.Files, given, handouts[0]) == nil:
		return given
	}
	return creation.FreeCredentials(e.Files)
}

// ErrNotApproved is the answer of somebody who does not want the plan to be carried out.
var ErrNotApproved = errors.New("not approved; nothing was done")

// StopError says why the plan was not carried out; nil unless it is stale or blocked.
func (r *Run) StopError(s Stop, approval *Approval) error {
	switch n := len(r.Plan.Violations); {
	case s == Stale:
		return fmt.Errorf("the plan is not the one that was approved, %s…; nothing was done", approval.Digest[:12])
	case s == Blocked && n == 1:
		return errors.New("refused by guards, for 1 reason; nothing was done. Only --accept gets past them")
	case s == Blocked:
		return fmt.Errorf("refused by guards, for %d reasons; nothing was done. Only --accept gets past them", n)
	}
	return nil
}
