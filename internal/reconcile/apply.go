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
	"atlas-gitops/internal/resource"
)

// ApplyOptions say how to apply a plan.
type ApplyOptions struct {
	Approval        *Approval // what --accept approves; nil for nothing. The plan was checked with it: see [PlanOptions]
	AutoApprove     bool      // approve what no guard blocks
	CredentialsOut  string    // the new file for the credentials that Atlas hands out
	CredentialsFlag string    // the flag or the input that names this file, for messages
	Log             *AuditLog // nil for no log

	// Approve asks whether to do what the scope says. Apply calls it if nothing else approves, and if there is something that is not
	// held back. An error means no. nil: do not ask.
	Approve func(context.Context, apply.Scope) error
}

// StaleReason is why each step of a plan is blocked that is not the approved one.
const StaleReason = "this is not the plan that was approved"

// ApplyResult says how the steps of a plan ended.
type ApplyResult struct {
	IsStale      bool           // nothing was tried: the approval is for another plan
	IsOutguarded bool           // and why: see [Approval.IsOutguarded]
	Results      []apply.Result // nil if nothing was tried, and nothing was held back
	Held         apply.Holds    // what was held back
	IsCut        bool           // the run ended early: the last writes are not confirmed
	IsSpent      bool           // the approval does not cover the steps that are left: they need a new one
	Err          error          // an error of the files that record creations

	InvitationsLeft int           // how many were not tried
	TimeLeft        time.Duration // how long these take at Atlas's rate limit; 0 if that is unknown
}

// HasFailed reports whether something went wrong: an error, a conflict, or a step that failed or could not be tried any more.
func (a ApplyResult) HasFailed() bool {
	return a.IsCut || a.Err != nil || slices.ContainsFunc(a.Results, apply.Result.HasFailed)
}

// IsBlocked reports whether something was held back.
func (a ApplyResult) IsBlocked() bool {
	return a.IsStale || slices.ContainsFunc(a.Results, apply.Result.IsBlocked)
}

// HasTried reports whether the run tried a step.
func (a ApplyResult) HasTried() bool {
	return slices.ContainsFunc(a.Results, func(r apply.Result) bool { return len(r.Outcomes) > 0 && !r.IsBlocked() })
}

// isStale reports whether the approval is for another plan, and nothing else approves this one.
func (o ApplyOptions) isStale(p *plan.Plan) bool {
	return o.Approval != nil && !o.AutoApprove && len(o.Approval.Unmatched(p)) == len(o.Approval.Digests)
}

// Apply applies what is approved of the plan, and holds back the rest. An error means that nothing was applied.
func (r *Run) Apply(ctx context.Context, o ApplyOptions) (done ApplyResult, err error) {
	switch {
	case r.Plan.Steps() == 0:
		return done, nil
	case o.isStale(r.Plan):
		return ApplyResult{IsStale: true, IsOutguarded: o.Approval.IsOutguarded(r.Plan)}, nil
	}
	held := r.holds(o)
	scope := held.Scope(r.Plan)
	recorder, err := creation.NewRecorder(r.recorderOptions(o.CredentialsOut), handouts(r.Plan, held))
	if err != nil {
		return ApplyResult{}, err
	}
	if o.Approval == nil && !o.AutoApprove && o.Approve != nil && scope.Steps > 0 {
		if err := o.Approve(ctx, scope); err != nil {
			return ApplyResult{}, err
		}
	}
	done.Results, done.Held = r.runPlan(ctx, o.Log, recorder, scope), held
	done.IsCut = ctx.Err() != nil && scope.Steps > 0
	done.InvitationsLeft = invitationsLeft(done.Results)
	done.TimeLeft = r.connection.config.Limits.Invitations().Time(done.InvitationsLeft)
	done.IsSpent = o.Approval != nil && r.cannotRepeat(done.Results, o.Approval)
	done.Err = recorder.Close()
	return done, nil
}

// handouts returns the steps that are not held back and after which Atlas shows a new credential.
func handouts(p *plan.Plan, held apply.Holds) (all []plan.Handout) {
	for i, org := range p.Orgs {
		if _, isHeld := held[i]; !isHeld {
			all = append(all, org.Handouts()...)
		}
	}
	return all
}

// cannotRepeat reports whether the same approval does not cover the rest of the plan. The rest of a plan, or of an accepted organization,
// has another digest. A saved plan keeps its digest, but after it created an organization it is refused: it would create a second one.
func (r *Run) cannotRepeat(results []apply.Result, a *Approval) bool {
	isApproved := a.Covers(r.Plan)
	return slices.ContainsFunc(results, func(result apply.Result) bool {
		if !isApproved && (!a.accepts(result.Org) || result.Good()) {
			return false
		}
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

// runPlan applies the plan, except for the organizations that are held back, and reports progress to the observer.
func (r *Run) runPlan(ctx context.Context, log *AuditLog, recorder apply.Recorder, s apply.Scope) []apply.Result {
	observer := r.connection.observer
	if s.Steps > 0 {
		defer onEnd(ctx, func() { observer.Ending(ctx) })()
		observer.Begin(Applying, Work{Orgs: s.Orgs, Steps: s.Steps, Invitations: s.Invitations})
		defer observer.End()
	}
	runner := &apply.Runner{Account: r.account, Parallel: r.parallel, Recorder: recorder, Held: s.Holds, OrgEnded: observer.OrgEnded,
		StepEnded: func(org plan.Org, o apply.Outcome) error {
			if o.Verdict != apply.Blocked {
				observer.StepEnded(o)
			}
			return log.append(r.Plan.Digest, org, o)
		}}
	return runner.Run(ctx, r.Plan)
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
	login := func(name string, handed *resource.Credential) *resource.Account {
		return r.connection.newAccount(name, client.NewCredential(handed.ID, string(handed.Secret)))
	}
	return creation.Options{Sites: r.sites(), Credentials: credentials, Login: login,
		Variables: creation.Variables{Of: client.Variables, LongestIDs: ids}}
}

// ProposeCredentials returns a file for the new credentials of the plan: the given file if it can be used, or else a free name. It
// returns "" if the plan creates no credentials.
func (e Env) ProposeCredentials(given string, p *plan.Plan) string {
	switch {
	case len(p.Handouts()) == 0:
		return ""
	case creation.CheckCredentials(e.Files, given) == nil:
		return given
	}
	return creation.FreeCredentials(e.Files)
}

// ErrNotApproved says that the user did not approve the plan.
var ErrNotApproved = errors.New("not approved; nothing was applied")

// BlockedError says why nothing was applied; nil if something was tried, or if there was nothing to do. accept says how to accept what
// guards block: with the flag or with the input.
func (a ApplyResult) BlockedError(approval *Approval, accept string) error {
	switch {
	case a.IsOutguarded:
		return errors.New("guards block something now that they did not block in the approved plan; nothing was applied")
	case a.IsStale:
		return fmt.Errorf("this is not the plan with the approved digest %s…; nothing was applied", approval.Digests[0][:12])
	case a.HasTried() || !a.IsBlocked():
		return nil
	case a.IsOnlyGuarded():
		return errors.New("blocked by guards; nothing was applied. Review the plan, then " + accept)
	}
	return errors.New("nothing was applied: " + a.Held.Reasons())
}

// IsOnlyGuarded reports whether guards are the only reason for which organizations were held back, if any were.
func (a ApplyResult) IsOnlyGuarded() bool { return a.Held.Count(apply.ByGuards) == len(a.Held) }
