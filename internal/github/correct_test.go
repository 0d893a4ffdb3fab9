package github

import (
	"fmt"
	"strings"
	"testing"

	"atlas-gitops/internal/github/githubtest"
)

// correction is the note of run 9, which applied the commit head.
func correction() Correction {
	return Correction{Marker: Marker{Subject: "comment a", Run: 9, Commit: head, Command: "apply"}, Branch: "main", NoSteps: "none", ExceptPull: 8, Note: "note\n"}
}

// TestCorrection: only a comment that leaves open what became of its plan gets the note.
func TestCorrection(t *testing.T) {
	const patched = "PATCH /repos/acme/orgs/issues/comments/1"
	planned := Marker{Subject: "comment a", Run: 6, Commit: base, Digest: "d1", Command: "plan"}
	with := func(change func(*Marker)) Marker {
		m := planned
		change(&m)
		return m
	}
	for _, row := range []struct {
		reason string
		marker Marker
		login  string
		pull   githubtest.Pull
		want   bool
	}{
		{"a plan, without a result", planned, actionsBot, merged(4, made, "main"), true},
		{"a run that was overtaken", with(func(m *Marker) { m.Command, m.Overtaken = "apply", true }), actionsBot, merged(4, made, "main"), true},
		{"a plan that failed", with(func(m *Marker) { m.Digest = "" }), actionsBot, merged(4, made, "main"), true},
		{"a plan without steps", with(func(m *Marker) { m.Digest = "none" }), actionsBot, merged(4, made, "main"), false},
		{"its own run applied it", with(func(m *Marker) { m.Command = "apply" }), actionsBot, merged(4, made, "main"), false},
		{"a later run wrote it", with(func(m *Marker) { m.Run = 10 }), actionsBot, merged(4, made, "main"), false},
		{"another comment", with(func(m *Marker) { m.Subject = "comment b" }), actionsBot, merged(4, made, "main"), false},
		{"another author", planned, "mallory", merged(4, made, "main"), false},
		{"merged into another branch", planned, actionsBot, merged(4, made, "next"), false},
		{"closed without a merge", planned, actionsBot, githubtest.Pull{Number: 4, Merge: made, Base: githubtest.Ref{Ref: "main"}}, false},
		{"the pull request of the run itself", planned, actionsBot, merged(8, made, "main"), false},
		{"its merge is not in the commit that was applied", planned, actionsBot, merged(4, "gone", "main"), false},
	} {
		story(t, row.reason, func(s *inside) {
			s.hub.AddPull(row.pull.Merge, row.pull)
			s.hub.Move("gone")
			s.hub.AddComment(row.pull.Number, row.login, row.marker.String()+"old <!-- atlas-gitops {} -->")
			s.must(correction().Write(s.Context(), s.client, "acme/orgs"))
			writes := s.writes()
			if got := len(writes) == 1 && writes[0] == patched; got != row.want || len(writes) > 1 {
				s.Errorf("sent %q", writes)
			}
			if !row.want {
				return
			}
			want := Marker{Subject: "comment a", Run: 9, Commit: head, Digest: row.marker.Digest, Command: "apply"}
			s.is([]string{s.hub.Comments(row.pull.Number)[0].Body}, []string{want.String() + "note\n\nold <!-- atlas-gitops {} -->"})
			s.must(correction().Write(s.Context(), s.client, "acme/orgs"))
			s.is(s.writes(), nil) // once is enough
		})
	}
}

// TestCorrectionIsBounded: whatever the pull requests hold, a run sends few requests.
func TestCorrectionIsBounded(t *testing.T) {
	bubble(t, func(s *inside) {
		for n := range 30 {
			s.hub.AddPull(fmt.Sprint("m", n), merged(100+n, fmt.Sprint("m", n), "main"))
			s.hub.AddComment(100+n, actionsBot, Marker{Subject: "comment a", Run: 6, Command: "plan", Digest: "d"}.String())
			for range 150 {
				s.hub.AddComment(100+n, "ada", "text")
			}
		}
		s.must(correction().Write(s.Context(), s.client, "acme/orgs"))
		if sent := s.sent(); len(sent) != 1+3*20 {
			s.Errorf("%d requests", len(sent))
		}
	})
}

// TestCorrectionFails: an error names the pull request. A comment that somebody has just removed is no error.
func TestCorrectionFails(t *testing.T) {
	for _, row := range []struct {
		reason, method, path string
		status               int
		want                 string // "": no error
	}{
		{"the pull requests cannot be listed", "GET", "/repos/acme/orgs/pulls", 403, "GitHub: GET /repos/acme/orgs/pulls?"},
		{"the comments cannot be read", "GET", "/repos/acme/orgs/issues/4/comments", 403, "pull request #4: GitHub: GET "},
		{"the commits cannot be compared", "GET", "/repos/acme/orgs/compare", 403, "pull request #4: GitHub: GET "},
		{"the comment cannot be edited", "PATCH", "/repos/acme/orgs/issues/comments", 403, "pull request #4: GitHub: PATCH "},
		{"the comment is gone", "PATCH", "/repos/acme/orgs/issues/comments", 404, ""},
	} {
		story(t, row.reason, func(s *inside) {
			s.hub.AddPull(made, merged(4, made, "main"))
			s.hub.AddComment(4, actionsBot, Marker{Subject: "comment a", Run: 6, Command: "plan", Digest: "d"}.String())
			s.hub.Fail(githubtest.Fault{Method: row.method, Path: row.path, Status: row.status, Times: -1})
			err := correction().Write(s.Context(), s.client, "acme/orgs")
			if (err == nil) != (row.want == "") || err != nil && !strings.HasPrefix(err.Error(), row.want) {
				s.Errorf("got %v", err)
			}
		})
	}
}
