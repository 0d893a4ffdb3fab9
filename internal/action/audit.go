package action

import (
	"context"
	"errors"
	"strings"

	"atlas-gitops/internal/github"
	"atlas-gitops/internal/reconcile"
)

// workLogged is workLive with an audit log.
func (j *job) workLogged(ctx context.Context) (err error) {
	if j.log, err = j.OpenAuditLog("the input audit-log", j.AuditLog); err != nil {
		return err
	}
	return errors.Join(j.workLive(ctx), j.log.Close())
}

// facts returns what the audit log says of the run. What GitHub does not tell is left out, and a notice says why: the plan is approved
// all the same.
func (p publisher) facts(ctx context.Context) reconcile.RunFacts {
	f := reconcile.RunFacts{Commit: p.workflow.Commit, Approval: reconcile.AutoApproved}
	if p.report.approval != nil {
		f.Approval = reconcile.Accepted
	}
	if p.workflow.Repository == "" || p.workflow.ID == 0 {
		return f
	}
	hub, err := p.hub()
	if err == nil {
		f.PullRequest, err = p.pullNumber(ctx, hub)
	}
	if err == nil {
		f.ApprovedBy, err = github.Approvers(ctx, hub, p.workflow.Repository, f.PullRequest, p.workflow.ID)
	}
	if err != nil {
		p.say(github.NoticeLevel, "audit log", "the entries of the audit log do not say who approved: "+err.Error()+adviceFor(err))
	}
	return f
}

// adviceFor returns the permission, or the input, that a request of facts lacks.
func adviceFor(err error) string {
	var refused *github.Error
	switch isRefusal := errors.As(err, &refused); {
	case errors.Is(err, errNoToken):
		return ". Check the input github-token"
	case !isRefusal || !refused.Forbidden():
		return ""
	case strings.Contains(refused.Path, "/actions/"):
		return ". Give the job permissions: actions: read"
	}
	return ". Give the job permissions: pull-requests: read"
}
