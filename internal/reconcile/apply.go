package reconcile

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
	"atlas-gitops/internal/creation"
	"atlas-gitops/internal/plan"
)

// ApplyOptions say how to apply a plan.
type ApplyOptions struct {
	Approval       *Approval // what --accept approves; nil for nothing
	CredentialsOut string    // the new file for the credentials that Atlas hands out
	Log            *AuditLog // nil for no log

	// Approve asks whether to apply the plan. Apply calls it if Approval is nil and no guard blocks the plan. An error means no.
	// nil: do not ask.
	Approve func(context.Context) error
}

// Stop is why a plan was not applied.
type Stop string

const (
	NotStopped Stop = ""
	Stale      Stop = "stale"   // it is not the plan that was approved
	Blocked    Stop = "blocked" // guards block it, and it is not accepted
	NoFile     Stop = "no-file" // no file was given for the credentials that Atlas would hand out
)

// Reason returns why each step is skipped.
func (s Stop) Reason() string {
	switch s {
	case Stale:
		return "this is not the plan that was approved"
	case Blocked:
		return "a guard blocked the plan"
	case NoFile:
		return "no file was given for the new credential"
	}
	return ""
}

// ApplyResult says why a plan was not applied, or how its steps ended.
type ApplyResult struct {
	Stop    Stop
	Results []apply.Result // nil if nothing was tried
	IsCut   bool           // the run ended early: the last writes are not confirmed
	IsSpent bool           // the approval does not cover the steps that are left: they need a new one
	Err     error          // an error of the files that record creations

	InvitationsLeft int           // how many were not tried
	TimeLeft        time.Duration // how long these take at Atlas's rate limit; 0 if that is unknown
}

// IsGood reports whether every step is done and nothing went wrong.
func (a ApplyResult) IsGood() bool {
	return a.Stop == NotStopped && !a.IsCut && a.Err == nil &&
		!slices.ContainsFunc(a.Results, func(r apply.Result) bool { return !r.Good() })
}

// Apply applies the plan, unless something stops it: see [Stop]. An error means that nothing was applied.
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
	done.Results = r.runPlan(ctx, o.Log, recorder)
	done.IsCut = ctx.Err() != nil
	done.InvitationsLeft = invitationsLeft(done.Results)
	done.TimeLeft = r.connection.config.Limits.Invitations().Time(done.InvitationsLeft)
	done.IsSpent = o.Approval != nil && r.cannotRepeat(done.Results)
	done.Err = recorder.Close()
	return done, nil
}

// cannotRepeat reports whether the same approval does not cover the rest of the plan. The rest of a plan has another digest. A saved
// plan keeps its digest, but after it created an organization it is refused: it would create a second one.
func (r *Run) cannotRepeat(results []apply.Result) bool {
	return slices.ContainsFunc(results, func(result apply.Result) bool {
		return slices.ContainsFunc(result.Outcomes, func(o apply.Outcome) bool {
			return o.Good() && (!r.isSaved || o.Step.CreatesOrg()) || needsPlan(o.Err)
		})
	})
}

// needsPlan reports whether no approved plan is right after an error of a creation: the organization exists, or the tree has changed.
// If it is unknown whether the organization was created, the tree may get its id.
func needsPlan(err error) bool {
	return errors.Is(err, apply.ErrVisible) || errors.As(err, new(*creation.OutdatedError)) || errors.As(err, new(*apply.CreationUnknownError))
}

// runPlan applies the plan and reports progress to the observer.
func (r *Run) runPlan(ctx context.Context, log *AuditLog, recorder apply.Recorder) []apply.Result {
	observer := r.connection.observer
	defer onEnd(ctx, func() { observer.Ending(ctx) })()
	observer.Begin(Applying, work(r.Plan))
	defer observer.End()
	runner := &apply.Runner{Account: r.account, Parallel: r.parallel, Recorder: recorder, OrgEnded: observer.OrgEnded,
		StepEnded: func(org plan.Org, o apply.Outcome) error {
			observer.StepEnded(o)
			return log.append(r.Plan.Digest, org, o)
		}}
	return runner.Run(ctx, r.Plan)
}

// work returns how much there is to do in a plan.
func work(p *plan.Plan) Work {
	w := Work{Orgs: p.Changed(), Steps: p.Steps()}
	for _, org := range p.Orgs {
		for _, step := range org.Steps {
			if step.Invites() {
				w.Invitations++
			}
		}
	}
	return w
}

// invitationsLeft counts the invitations that were not tried.
func invitationsLeft(results []apply.Result) (n int) {
	for _, r := range results {
		for _, o := range r.Outcomes {
			if o.Verdict == apply.Skipped && o.Step.Invites() {
				n++
			}
		}
	}
	return n
}

// onEnd calls f when ctx ends. Call wait afterwards: it cancels the call of f, or waits for a call that has begun.
func onEnd(ctx context.Context, f func()) (wait func()) {
	called := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(called)
		f()
	})
	return func() {
		if !stop() {
			<-called
		}
	}
}

// sites finds the organizations to create in the tree.
func (r *Run) sites() creation.Sites {
	e := r.connection.env
	return creation.Sites{Files: e.Files, Follow: e.Follow, Replace: e.Replace, Reserve: e.Reserve, Now: e.Now, Path: r.Path}
}

// maxID is the size that the credential file reserves for an id, with the quotes of a shell. The id of a service account has 34
// characters [api createOrgServiceAccount], a public key has 8 [seen key-format].
const maxID = 64

func (r *Run) recorderOptions(credentials string) creation.Options {
	ids := []string{client.AccountID + strings.Repeat("0", maxID-len(client.AccountID)), strings.Repeat("k", maxID)}
	return creation.Options{Sites: r.sites(), Credentials: credentials, Login: r.connection.login,
		Variables: creation.Variables{Of: client.Variables, LongestIDs: ids}}
}

// ProposeCredentials returns a file for the new credentials of the plan: the given file if it can be used, or else a free name. It
// returns "" if the plan creates no credentials.
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

// ErrNotApproved says that the user did not approve the plan.
var ErrNotApproved = errors.New("not approved; nothing was applied")

// StopError says why the plan was not applied. It is nil unless the plan is stale or blocked. accept says how to accept a plan: with
// the flag or with the input.
func (r *Run) StopError(s Stop, approval *Approval, accept string) error {
	switch s {
	case Stale:
		return fmt.Errorf("this is not the plan with the approved digest %s…; nothing was applied", approval.Digest[:12])
	case Blocked:
		return errors.New("blocked by guards; nothing was applied. Review the plan, then " + accept)
	}
	return nil
}
