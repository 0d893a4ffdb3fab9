package action

import (
	"errors"
	"testing"

	"atlas-gitops/internal/github"
)

// TestAdviceFor: only a missing permission or token gets advice.
func TestAdviceFor(t *testing.T) {
	for _, row := range []struct {
		reason string
		err    error
		want   string
	}{
		{"no token", errNoToken, ". Check the input github-token"},
		{"approvals of the deployment", &github.Error{Path: "/repos/acme/orgs/actions/runs/1/approvals", Status: 403}, ". Give the job permissions: actions: read"},
		{"reviews", &github.Error{Path: "/repos/acme/orgs/pulls/7/reviews", Status: 404}, ". Give the job permissions: pull-requests: read"},
		{"GitHub fails", &github.Error{Path: "/repos/acme/orgs/pulls/7/reviews", Status: 502}, ""},
		{"no answer", errors.New("no route"), ""},
	} {
		if got := adviceFor(row.err); got != row.want {
			t.Errorf("%s: got %q", row.reason, got)
		}
	}
}
