package github

import (
	"fmt"
	"testing"

	"atlas-gitops/internal/github/githubtest"
)

// merged is a pull request that the commit by merged.
func merged(number int, by, into string) githubtest.Pull {
	return githubtest.Pull{Number: number, MergedAt: "2026-01-01T00:00:00Z", Merge: by, Base: githubtest.Ref{Ref: into}}
}

// TestMergedPull: a commit belongs to the pull request that was merged with it, or to none.
func TestMergedPull(t *testing.T) {
	for _, row := range []struct {
		reason string
		pulls  []githubtest.Pull // pull requests of the commit
		branch string
		want   int
	}{
		{"the commit is the merge of the pull request", []githubtest.Pull{merged(4, made, "main")}, "main", 4},
		{"the merge, among other pull requests with the commit", []githubtest.Pull{merged(3, base, "main"), merged(4, made, "main")}, "main", 4},
		{"a rebase: the only pull request with the commit", []githubtest.Pull{merged(4, base, "main")}, "main", 4},
		{"several pull requests with the commit: unknown", []githubtest.Pull{merged(3, base, "main"), merged(4, head, "main")}, "main", 0},
		{"a commit without a pull request", nil, "main", 0},
		{"merged into another branch", []githubtest.Pull{merged(4, made, "next")}, "main", 0},
		{"only one of several was merged into the branch", []githubtest.Pull{merged(3, made, "next"), merged(4, base, "main")}, "main", 4},
		{"an open pull request does not count", []githubtest.Pull{{Number: 4, Merge: made, Base: githubtest.Ref{Ref: "main"}}}, "main", 0},
		{"a tag", []githubtest.Pull{merged(4, made, "main")}, "", 0},
	} {
		story(t, row.reason, func(s *inside) {
			s.hub.AddPull(head, merged(9, made, "main")) // another commit
			for _, p := range row.pulls {
				s.hub.AddPull(made, p)
			}
			if got, err := s.client.MergedPull(s.Context(), "acme/orgs", made, row.branch); err != nil || got != row.want {
				s.Errorf("got %d, %v, want %d", got, err, row.want)
			}
			s.is(s.sent(), []string{"GET /repos/acme/orgs/commits/" + made + "/pulls?per_page=100"})
		})
	}
}

// TestMergedPullPages: an old commit may be in many pull requests.
func TestMergedPullPages(t *testing.T) {
	bubble(t, func(s *inside) {
		for i := range 150 {
			s.hub.AddPull(made, merged(i+1, fmt.Sprintf("%040d", i), "main"))
		}
		s.hub.AddPull(made, merged(500, made, "main"))
		if got, err := s.client.MergedPull(s.Context(), "acme/orgs", made, "main"); err != nil || got != 500 {
			s.Errorf("got %d, %v", got, err)
		}
	})
}

func TestMergedPullFails(t *testing.T) {
	bubble(t, func(s *inside) {
		s.hub.Fail(githubtest.Fault{Method: "GET", Times: 1, Status: 422, Message: "No commit found for SHA: " + made})
		got, err := s.client.MergedPull(s.Context(), "acme/orgs", made, "main")
		if e := s.refusal(err); got != 0 || e.Status != 422 {
			s.Errorf("got %d, %v", got, err)
		}
	})
}

// TestPullForDigest: the program finds the pull request of a plan by the digest in its comment.
func TestPullForDigest(t *testing.T) {
	const digest = "0123456789abcdef0123456789abcdef"
	shows := func(of, digest string) string { return Marker{Subject: of, Run: 1, Digest: digest}.String() }
	for _, row := range []struct {
		reason, login, body string
		merged              string
		want                int
	}{
		{"the digest", actionsBot, shows("comment default", digest+"99"), "2026-01-01T00:00:00Z", 7},
		{"the digest of an organization that guards block", actionsBot, shows("comment default", "99") + "- digest: " + digest + "99\n  organization: Acme\n", "2026-01-01T00:00:00Z", 7},
		{"the digest in another word of the text", actionsBot, shows("comment default", "99") + "digest: 99" + digest, "2026-01-01T00:00:00Z", 0},
		{"another digest", actionsBot, shows("comment default", "99"+digest), "2026-01-01T00:00:00Z", 0},
		{"a comment by another author does not count", "mallory", shows("comment default", digest), "2026-01-01T00:00:00Z", 0},
		{"a comment with another subject does not count", actionsBot, shows("comment other", digest), "2026-01-01T00:00:00Z", 0},
		{"a pull request that was closed without a merge", actionsBot, shows("comment default", digest), "", 0},
	} {
		story(t, row.reason, func(s *inside) {
			s.hub.AddPull("c1", githubtest.Pull{Number: 7, MergedAt: row.merged, Base: githubtest.Ref{Ref: "main"}})
			s.hub.AddPull("c2", githubtest.Pull{Number: 8, MergedAt: "2026-01-01T00:00:00Z", Base: githubtest.Ref{Ref: "main"}})
			s.hub.AddComment(7, row.login, row.body)
			got, err := s.client.PullForDigest(s.Context(), "acme/orgs", "main", Marker{Subject: "comment default", Digest: digest})
			s.must(err)
			if got != row.want {
				s.Errorf("got %d, want %d", got, row.want)
			}
		})
	}
}

// TestChangedSince: the files that changed on a branch.
func TestChangedSince(t *testing.T) {
	bubble(t, func(s *inside) {
		s.hub.Move("old", "orgs/a.yaml", "README.md")
		s.hub.Move("lost")
		s.hub.Move("long", make([]string, maxChanged)...)
		for _, row := range []struct {
			commit string
			files  int
			all    bool
		}{{"newest", 0, false}, {"old", 4, false}, {"lost", 0, true}, {"long", 2 * maxChanged, true}} {
			files, all, err := s.client.ChangedSince(s.Context(), "acme/orgs", row.commit, "release/1 #x")
			s.must(err)
			if len(files) != row.files || all != row.all {
				s.Errorf("%s: got %q, %v", row.commit, files, all)
			}
		}
		s.is(s.sent()[:1], []string{"GET /repos/acme/orgs/compare/newest...release%2F1%20%23x"})
	})
}
