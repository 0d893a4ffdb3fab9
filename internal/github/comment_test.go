package github

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/github/githubtest"
)

// by returns the marker of a run with the subject of these tests.
func by(run int64) string { return Marker{Subject: "comment default", Run: run}.String() }

const (
	commentsPath = "/repos/acme/orgs/issues/5/comments"
	oneComment   = "/repos/acme/orgs/issues/comments/"
)

// upsert writes the comment of run 7, with the text "new".
func (s *inside) upsert(mayAdd bool) error {
	s.Helper()
	keep := func(there Marker) bool { return there.Command == "apply" }
	n := StickyComment{Marker: Marker{Subject: "comment default", Run: 7}, Text: "new", Optional: !mayAdd, KeepExisting: keep}
	err := s.client.UpsertComment(s.Context(), "acme/orgs", 5, n)
	if err != nil && strings.Contains(err.Error(), s.client.Token) {
		s.Errorf("the error contains the token: %v", err)
	}
	return err
}

// comments returns the author and text of each comment on the pull request.
func (s *inside) comments() (all []string) {
	for _, c := range s.hub.Comments(5) {
		all = append(all, c.User+": "+c.Body)
	}
	return all
}

// is fails the test if got differs from want.
func (s *inside) is(got, want []string) {
	s.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		s.Errorf("(-want +got):\n%s", diff)
	}
}

func TestUpsertComment(t *testing.T) {
	const us, new = actionsBot + ": ", "new"
	done := Marker{Subject: "comment default", Run: 6, Command: "apply"}.String()
	for _, row := range []struct {
		reason string
		before []string // author and text of each comment
		mayAdd bool
		want   []string
		writes []string
	}{
		{"the first run adds the comment", nil, true, []string{us + by(7) + new}, []string{"POST " + commentsPath}},
		{"an optional comment is not added", nil, false, nil, nil},
		{"the next run edits the comment", []string{actionsBot, by(6) + "old"}, true, []string{us + by(7) + new}, []string{"PATCH " + oneComment + "1"}},
		{"an optional comment is edited", []string{actionsBot, by(6) + "old"}, false, []string{us + by(7) + new}, []string{"PATCH " + oneComment + "1"}},
		{"a rerun edits its own comment", []string{actionsBot, by(7) + "old"}, true, []string{us + by(7) + new}, []string{"PATCH " + oneComment + "1"}},
		{"an equal comment is not edited", []string{actionsBot, by(7) + new}, true, []string{us + by(7) + new}, nil},
		{"an equal text of an earlier run is edited, because its marker changes", []string{actionsBot, by(6) + new}, true, []string{us + by(7) + new},
			[]string{"PATCH " + oneComment + "1"}},
		{"an equal comment with \\r\\n is not edited", []string{actionsBot, strings.ReplaceAll(by(7)+new, "\n", "\r\n")}, true,
			[]string{us + strings.ReplaceAll(by(7)+new, "\n", "\r\n")}, nil},
		{"a marker by another author does not count", []string{"mallory", by(6) + "old"}, true, []string{"mallory: " + by(6) + "old", us + by(7) + new}, []string{"POST " + commentsPath}},
		{"a marker of a later run by another author does not count", []string{"mallory", by(99) + "old"}, true, []string{"mallory: " + by(99) + "old", us + by(7) + new},
			[]string{"POST " + commentsPath}},
		{"a marker by a deleted account does not count", []string{"", by(6) + "old"}, true, []string{": " + by(6) + "old", us + by(7) + new}, []string{"POST " + commentsPath}},
		{"a login is case-insensitive", []string{"GitHub-Actions[bot]", by(6) + "old"}, true, []string{"GitHub-Actions[bot]: " + by(7) + new},
			[]string{"PATCH " + oneComment + "1"}},
		{"a quoted marker does not count", []string{actionsBot, "> " + by(6) + "old"}, true, []string{us + "> " + by(6) + "old", us + by(7) + new},
			[]string{"POST " + commentsPath}},
		{"comments with another subject do not count", []string{actionsBot, Marker{Subject: "comment other", Run: 99}.String()}, true,
			[]string{us + Marker{Subject: "comment other", Run: 99}.String(), us + by(7) + new}, []string{"POST " + commentsPath}},
		{"KeepExisting keeps the comment and deletes its duplicate", []string{actionsBot, done + "done", actionsBot, by(6) + "twin"}, true, []string{us + done + "done"}, []string{"DELETE " + oneComment + "2"}},
		{"the oldest of several duplicates stays", []string{actionsBot, by(5) + "a", "ada", "b", actionsBot, by(6) + "c", actionsBot, by(6) + "d"}, true, []string{us + by(7) + new, "ada: b"},
			[]string{"DELETE " + oneComment + "3", "DELETE " + oneComment + "4", "PATCH " + oneComment + "1"}},
	} {
		story(t, row.reason, func(s *inside) {
			for i := 0; i < len(row.before); i += 2 {
				s.hub.AddComment(5, row.before[i], row.before[i+1])
			}
			s.must(s.upsert(row.mayAdd))
			s.is(s.comments(), row.want)
			s.is(s.writes(), row.writes)
		})
	}
}

// TestUpsertCommentOutdated: a slow run neither overwrites the comment of a later run nor adds another one.
func TestUpsertCommentOutdated(t *testing.T) {
	for _, row := range []struct {
		reason string
		bodies []string
	}{
		{"a later run has written", []string{by(8) + "later"}},
		{"an earlier and a later run have written", []string{by(6) + "earlier", by(8) + "later"}},
		{"a later and an earlier run have written", []string{by(8) + "later", by(6) + "earlier"}},
	} {
		story(t, row.reason, func(s *inside) {
			for _, body := range row.bodies {
				s.hub.AddComment(5, actionsBot, body)
			}
			if err := s.upsert(true); !errors.Is(err, ErrOutdated) || len(s.writes()) > 0 || len(s.comments()) != len(row.bodies) {
				s.Errorf("got %v, %q", err, s.comments())
			}
		})
	}
}

// TestUpsertCommentPages: the comment may be on any page. Comments on other pull requests do not count.
func TestUpsertCommentPages(t *testing.T) {
	bubble(t, func(s *inside) {
		for i := range 250 {
			s.hub.AddComment(5, "ada", fmt.Sprint(i))
		}
		s.hub.AddComment(6, actionsBot, by(99)+"of another pull request")
		s.hub.AddComment(5, actionsBot, by(6)+"old")
		s.must(s.upsert(true))
		s.is(s.writes(), []string{"PATCH " + oneComment + "252"})
		if all := s.comments(); len(all) != 251 || all[250] != actionsBot+": "+by(7)+"new" {
			s.Errorf("got %q", all[len(all)-1])
		}
	})
}

// TestUpsertCommentPersonalToken: with the token of a person, the comments of a workflow are not ours.
func TestUpsertCommentPersonalToken(t *testing.T) {
	bubble(t, func(s *inside) {
		s.hub.Login, s.hub.IsApp = "ada", false
		s.hub.AddComment(5, actionsBot, by(6)+"of a workflow")
		s.must(s.upsert(true))
		s.must(s.upsert(true))
		s.is(s.comments(), []string{actionsBot + ": " + by(6) + "of a workflow", "ada: " + by(7) + "new"})
	})
}

// TestUpsertCommentErrors: if the answer to a creation was lost, the program looks for the comment.
func TestUpsertCommentErrors(t *testing.T) {
	const post, remove, edit, read = "POST", "DELETE", "PATCH", "GET"
	ours := []string{actionsBot + ": " + by(7) + "new"}
	for _, row := range []struct {
		reason string
		before int // number of our comments
		faults []githubtest.Fault
		want   []string
		err    string // start of the error; "" for none
	}{
		{"the comment was added, but the answer was lost", 0, []githubtest.Fault{{Method: post, Path: "/repos/", Times: 1, After: true}}, ours, ""},
		{"the comment was added, but a gateway answered", 0, []githubtest.Fault{{Method: post, Path: "/repos/", Times: 1, Status: 504, After: true}}, ours, ""},
		{"the request was lost", 0, []githubtest.Fault{{Method: post, Path: "/repos/", Times: 1}}, nil, "GitHub: POST " + commentsPath + ": connection reset by peer"},
		{"GitHub refuses the comment", 0, []githubtest.Fault{{Method: post, Path: "/repos/", Times: 1, Status: 422, Message: "Validation Failed"}}, nil,
			"GitHub: POST " + commentsPath + ": 422: Validation Failed"},
		{"the login is unknown", 1, []githubtest.Fault{{Method: read, Path: "/user", Times: -1, Status: 500}}, []string{actionsBot + ": " + by(1) + "old"},
			"GitHub: GET /user: 500"},
		{"the list cannot be read", 1, []githubtest.Fault{{Method: read, Path: "/repos/", Times: -1, Status: 500}}, []string{actionsBot + ": " + by(1) + "old"},
			"GitHub: GET " + commentsPath + "?per_page=100: 500"},
		{"an edit is sent again", 1, []githubtest.Fault{{Method: edit, Times: 1, Status: 500}}, ours, ""},
		{"the comment was just removed: a new one is added", 1, []githubtest.Fault{{Method: edit, Times: 1, Status: 404, Message: "Not Found"}},
			[]string{actionsBot + ": " + by(1) + "old", ours[0]}, ""},
		{"the edit is refused", 1, []githubtest.Fault{{Method: edit, Times: 1, Status: 403, Message: "no"}}, []string{actionsBot + ": " + by(1) + "old"},
			"GitHub: PATCH " + oneComment + "1: 403: no"},
		{"a duplicate was removed, but the answer was lost", 2, []githubtest.Fault{{Method: remove, Times: 1, Status: 502, After: true}}, ours, ""},
		{"another run has just removed the duplicate", 2, []githubtest.Fault{{Method: remove, Times: 1, Status: 404, Message: "Not Found", After: true}}, ours, ""},
		{"a duplicate cannot be removed: the comment is edited anyway", 3, []githubtest.Fault{{Method: remove, Path: oneComment + "2", Times: 1, Status: 403, Message: "no"}},
			[]string{ours[0], actionsBot + ": " + by(2) + "old"}, "an older comment cannot be deleted: GitHub: DELETE " + oneComment + "2: 403: no"},
	} {
		story(t, row.reason, func(s *inside) {
			for i := range row.before {
				s.hub.AddComment(5, actionsBot, by(int64(i+1))+"old")
			}
			for _, f := range row.faults {
				s.hub.Fail(f)
			}
			err := s.upsert(true)
			if row.err == "" {
				s.must(err)
			} else if err == nil || !strings.HasPrefix(err.Error(), row.err) {
				s.Errorf("got %v, want %q", err, row.err)
			}
			s.is(s.comments(), row.want)
		})
	}
}

// TestUpsertCommentUnknown: if the search fails too, the error has both reasons.
func TestUpsertCommentUnknown(t *testing.T) {
	bubble(t, func(s *inside) {
		lost := false
		s.client.Transport = answers(func(r *http.Request) (*http.Response, error) {
			if r.URL.Path == commentsPath && r.Method == "POST" {
				lost = true
				return answer(502, ""), nil
			}
			if lost {
				return answer(422, `{"message":"no list"}`), nil
			}
			return s.hub.RoundTrip(r)
		})
		err := s.upsert(true)
		if want := "GitHub: POST " + commentsPath + ": 502: Bad Gateway\nGitHub: GET " + commentsPath + "?per_page=100: 422: no list"; err == nil || err.Error() != want {
			s.Errorf("got %v, want %q", err, want)
		}
	})
}

// TestUpsertCommentOverHTTP: over a real connection, which breaks after the comment was added.
func TestUpsertCommentOverHTTP(t *testing.T) {
	hub := githubtest.New()
	server := httptest.NewServer(hub)
	defer server.Close()
	for i := range 150 {
		hub.AddComment(5, "ada", fmt.Sprint(i))
	}
	hub.Fail(githubtest.Fault{Method: "POST", Path: "/repos/", Times: 1, After: true})
	s := &inside{t, hub, &Client{URL: server.URL, Token: hub.Token, UserAgent: "test", Transport: server.Client().Transport}}
	s.must(s.upsert(true))
	if all := s.comments(); len(all) != 151 || all[150] != actionsBot+": "+by(7)+"new" {
		t.Errorf("got %d, at last %q", len(all), all[len(all)-1])
	}
}

// TestUpsertCommentForbidden: a run for a fork may only read. The caller can recognize the error.
func TestUpsertCommentForbidden(t *testing.T) {
	bubble(t, func(s *inside) {
		s.hub.Write["pull-requests"] = false
		if e := s.refusal(s.upsert(true)); !e.Forbidden() || e.Message != "Resource not accessible by integration" {
			s.Errorf("got %+v", e)
		}
		s.is(s.sent(), []string{"GET " + commentsPath + "?per_page=100", "POST " + commentsPath}) // a refused creation needs no search
	})
}

// TestUpsertCommentOldest: the oldest duplicate stays, in any order of the list. So all runs keep the same one.
func TestUpsertCommentOldest(t *testing.T) {
	bubble(t, func(s *inside) {
		for _, text := range []string{"a", "b", "c"} {
			s.hub.AddComment(5, actionsBot, by(6)+text)
		}
		s.client.Transport = answers(func(r *http.Request) (*http.Response, error) {
			if r.Method != "GET" || r.URL.Path != commentsPath {
				return s.hub.RoundTrip(r)
			}
			list := []comment{}
			for _, c := range s.hub.Comments(5) {
				list = append([]comment{{c.ID, c.Body, &user{c.User}}}, list...)
			}
			data, err := json.Marshal(list)
			return answer(200, string(data)), err
		})
		s.must(s.upsert(true))
		s.is(s.writes(), []string{"DELETE " + oneComment + "2", "DELETE " + oneComment + "3", "PATCH " + oneComment + "1"})
	})
}

// TestCommentListedTwice: if the list changes while it is read, two pages may contain the same comment. It is not its
// own duplicate.
func TestCommentListedTwice(t *testing.T) {
	bubble(t, func(s *inside) {
		s.hub.AddComment(5, actionsBot, by(6)+"old")
		s.client.Transport = answers(func(r *http.Request) (*http.Response, error) {
			if r.Method != "GET" || r.URL.Path != commentsPath {
				return s.hub.RoundTrip(r)
			}
			data, err := json.Marshal([]comment{{1, by(6) + "old", &user{actionsBot}}})
			if r.URL.Query().Get("page") == "2" {
				return answer(200, string(data)), err
			}
			return answer(200, string(data), "Link", "<"+api+commentsPath+`?per_page=100&page=2>; rel="next"`), err
		})
		s.must(s.upsert(true))
		s.is(s.writes(), []string{"PATCH " + oneComment + "1"})
	})
}
