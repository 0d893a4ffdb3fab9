package github

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// review is a review of a pull request, or of a run that waited for the reviewers of its environment.
type review struct {
	User  *user  `json:"user"` // null if the account was deleted
	State string `json:"state"`
}

// Approvers returns the logins of those who approved the pull request, and of those who approved that the run uses its environment,
// sorted, each once. Pull 0 is no pull request. The error does not tell who approved, not even in part.
func Approvers(ctx context.Context, c *Client, repository string, pull int, run int64) ([]string, error) {
	var reviews []review
	if pull != 0 {
		var err error
		if reviews, err = all[review](ctx, c, fmt.Sprintf("/repos/%s/pulls/%d/reviews?per_page=100", repository, pull)); err != nil {
			return nil, err
		}
	}
	var approvals []review // all of them in one answer: see GitHub's "Get the review history for a workflow run"
	if _, err := c.do(ctx, http.MethodGet, fmt.Sprintf("/repos/%s/actions/runs/%d/approvals", repository, run), nil, &approvals); err != nil {
		return nil, err
	}
	logins := approvedBy(reviews)
	for _, a := range approvals {
		if a.State == "approved" && a.User != nil && !slices.Contains(logins, a.User.Login) {
			logins = append(logins, a.User.Login)
		}
	}
	slices.Sort(logins)
	return logins, nil
}

// approvedBy returns the logins of those whose newest review approves. A later comment leaves an approval as it is. GitHub lists the
// oldest review first: see "List reviews for a pull request".
func approvedBy(reviews []review) []string {
	logins := []string{}
	for _, r := range reviews {
		if r.User == nil || strings.EqualFold(r.State, "COMMENTED") || strings.EqualFold(r.State, "PENDING") {
			continue
		}
		logins = slices.DeleteFunc(logins, func(login string) bool { return login == r.User.Login })
		if strings.EqualFold(r.State, "APPROVED") {
			logins = append(logins, r.User.Login)
		}
	}
	return logins
}
