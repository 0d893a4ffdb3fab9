package github

import (
	"strings"
	"testing"

	"atlas-gitops/internal/github/githubtest"
)

// TestApprovers: who approved a pull request and a deployment, each once.
func TestApprovers(t *testing.T) {
	for _, row := range []struct {
		reason    string
		pull      int
		reviews   []githubtest.Review
		approvals []githubtest.Review
		want      []string
	}{
		{"nobody", 7, nil, nil, []string{}},
		{"no pull request: only the deployment", 0, []githubtest.Review{{User: "ada", State: "APPROVED"}}, []githubtest.Review{{User: "kay", State: "approved"}}, []string{"kay"}},
		{"somebody approved both", 7, []githubtest.Review{{User: "kay", State: "APPROVED"}, {User: "ada", State: "APPROVED"}}, []githubtest.Review{{User: "kay", State: "approved"}}, []string{"ada", "kay"}},
		{"the newest review counts", 7, []githubtest.Review{{User: "ada", State: "APPROVED"}, {User: "kay", State: "CHANGES_REQUESTED"}, {User: "ada", State: "CHANGES_REQUESTED"},
			{User: "kay", State: "APPROVED"}}, nil, []string{"kay"}},
		{"a later comment is no answer", 7, []githubtest.Review{{User: "ada", State: "APPROVED"}, {User: "ada", State: "COMMENTED"}, {User: "ada", State: "PENDING"}}, nil, []string{"ada"}},
		{"a dismissed approval", 7, []githubtest.Review{{User: "ada", State: "APPROVED"}, {User: "ada", State: "DISMISSED"}}, nil, []string{}},
		{"deleted accounts", 7, []githubtest.Review{{State: "APPROVED"}}, []githubtest.Review{{State: "approved"}}, []string{}},
		{"somebody rejected the deployment", 7, nil, []githubtest.Review{{User: "ada", State: "rejected"}, {User: "kay", State: "pending"}}, []string{}},
	} {
		story(t, row.reason, func(s *inside) {
			s.hub.Reviews["7"], s.hub.Approvals["9"] = row.reviews, row.approvals
			got, err := Approvers(s.Context(), s.client, "acme/orgs", row.pull, 9)
			s.must(err)
			s.is(got, row.want)
		})
	}
}

// TestApproversOfLongReviews: the newest review may be on another page.
func TestApproversOfLongReviews(t *testing.T) {
	bubble(t, func(s *inside) {
		for range 150 {
			s.hub.Reviews["7"] = append(s.hub.Reviews["7"], githubtest.Review{User: "ada", State: "APPROVED"})
		}
		s.hub.Reviews["7"] = append(s.hub.Reviews["7"], githubtest.Review{User: "ada", State: "CHANGES_REQUESTED"})
		got, err := Approvers(s.Context(), s.client, "acme/orgs", 7, 9)
		s.must(err)
		s.is(got, []string{})
	})
}

// TestApproversUnknown: if one of the two is not known, the answer is an error and no part of a list.
func TestApproversUnknown(t *testing.T) {
	for permission, path := range map[string]string{"actions": "/actions/runs/9/approvals", "pull-requests": "/pulls/7/reviews"} {
		story(t, permission, func(s *inside) {
			s.hub.Reviews["7"] = []githubtest.Review{{User: "ada", State: "APPROVED"}}
			s.hub.Read[permission] = false
			got, err := Approvers(s.Context(), s.client, "acme/orgs", 7, 9)
			if e := s.refusal(err); got != nil || !e.Forbidden() || !strings.Contains(e.Path, path) {
				s.Errorf("got %q, %v", got, err)
			}
		})
	}
}
