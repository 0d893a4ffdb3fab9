package github

import (
	"fmt"
	"testing"

	"atlas-gitops/internal/github/githubtest"
)

// merged is a pull request that was merged, by that commit.
func merged(number int, by, into string) githubtest.Pull {
	return githubtest.Pull{Number: number, MergedAt: "2026-01-01T00:00:00Z", Merge: by, Base: githubtest.Ref{Ref: into}}
}

// TestMergedPull: the comment of a push goes below the pull request that was pushed, or nowhere.
func TestMergedPull(t *testing.T) {
	for _, row := range []struct {
		reason string
		pulls  []githubtest.Pull // of the commit
		branch string
		want   int
	}{
		{"the one whose merge the commit is", []githubtest.Pull{merged(4, made, "main")}, "main", 4},
		{"also among others that hold the commit", []githubtest.Pull{merged(3, base, "main"), merged(4, made, "main")}, "main", 4},
		{"a rebase has other commits, and one pull request", []githubtest.Pull{merged(4, base, "main")}, "main", 4},
		{"of several nobody knows which", []githubtest.Pull{merged(3, base, "main"), merged(4, head, "main")}, "main", 0},
		{"what was pushed by hand has none", nil, "main", 0},
		{"it was merged into another branch", []githubtest.Pull{merged(4, made, "next")}, "main", 0},
		{"which leaves one", []githubtest.Pull{merged(3, made, "next"), merged(4, base, "main")}, "main", 4},
		{"an open one holds the commit, but did not bring it", []githubtest.Pull{{Number: 4, Merge: made, Base: githubtest.Ref{Ref: "main"}}}, "main", 0},
		{"a tag is no branch to merge into", []githubtest.Pull{merged(4, made, "main")}, "", 0},
	} {
		story(t, row.reason, func(s *inside) {
			s.hub.AddPull(head, merged(9, made, "main")) // of another commit
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

// TestMergedPullOnAnyPage: a commit of long ago may be in many.
func TestMergedPullOnAnyPage(t *testing.T) {
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

// TestPullForDigest: the pull request of a plan is known by the digest that our comment on it shows.
func TestPullForDigest(t *testing.T) {
	const digest = "0123456789abcdef0123456789abcdef"
	shows := func(of, digest string) string { return Marker{Subject: of, Run: 1, Digest: digest}.String() }
	for _, row := range []struct {
		reason, login, body string
		merged              string
		want                int
	}{
		{"it shows the digest", actionsBot, shows("comment default", digest+"99"), "2026-01-01T00:00:00Z", 7},
		{"another one", actionsBot, shows("comment default", "99"+digest), "2026-01-01T00:00:00Z", 0},
		{"anybody can say so", "mallory", shows("comment default", digest), "2026-01-01T00:00:00Z", 0},
		{"that is of another kind", actionsBot, shows("comment other", digest), "2026-01-01T00:00:00Z", 0},
		{"it was closed, and not merged", actionsBot, shows("comment default", digest), "", 0},
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

// TestChangedSince: what is known of a branch that has moved on.
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
