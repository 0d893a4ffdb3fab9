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

// by is the marker of a run, of the kind that the tests write.
func by(run int64) string { return Marker{Subject: "comment default", Run: run}.String() }

const (
	commentsPath = "/repos/acme/orgs/issues/5/comments"
	oneComment   = "/repos/acme/orgs/issues/comments/"
)

// upsert writes the comment of run 7, which says new.
func (s *inside) upsert(mayAdd bool) error {
	s.Helper()
	keep := func(there Marker) bool { return there.Command == "apply" }
	n := StickyComment{Marker: Marker{Subject: "comment default", Run: 7}, Text: "new", Optional: !mayAdd, KeepExisting: keep}
	err := s.client.UpsertComment(s.Context(), "acme/orgs", 5, n)
	if err != nil && strings.Contains(err.Error(), s.client.Token) {
		s.Errorf("it tells the token: %v", err)
	}
	return err
}

// comments shows what is below the pull request: who wrote it, and what.
func (s *inside) comments() (all []string) {
	for _, c := range s.hub.Comments(5) {
		all = append(all, c.User+": "+c.Body)
	}
	return all
}

// is fails the test unless it is what is wanted.
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
		before []string // who, and what
		mayAdd bool
		want   []string
		writes []string
	}{
		{"the first run adds it", nil, true, []string{us + by(7) + new}, []string{"POST " + commentsPath}},
		{"unless it may not", nil, false, nil, nil},
		{"the next one edits it", []string{actionsBot, by(6) + "old"}, true, []string{us + by(7) + new}, []string{"PATCH " + oneComment + "1"}},
		{"also if it could not have added it", []string{actionsBot, by(6) + "old"}, false, []string{us + by(7) + new}, []string{"PATCH " + oneComment + "1"}},
		{"a run that is done again edits its own", []string{actionsBot, by(7) + "old"}, true, []string{us + by(7) + new}, []string{"PATCH " + oneComment + "1"}},
		{"what says it already stays", []string{actionsBot, by(7) + new}, true, []string{us + by(7) + new}, nil},
		{"of an earlier run it does not: the marker is what one approves by", []string{actionsBot, by(6) + new}, true, []string{us + by(7) + new},
			[]string{"PATCH " + oneComment + "1"}},
		{"also with the line ends of the web", []string{actionsBot, strings.ReplaceAll(by(7)+new, "\n", "\r\n")}, true,
			[]string{us + strings.ReplaceAll(by(7)+new, "\n", "\r\n")}, nil},
		{"everybody can write a marker", []string{"mallory", by(6) + "old"}, true, []string{"mallory: " + by(6) + "old", us + by(7) + new}, []string{"POST " + commentsPath}},
		{"and nobody is kept from writing by one of a later run", []string{"mallory", by(99) + "old"}, true, []string{"mallory: " + by(99) + "old", us + by(7) + new},
			[]string{"POST " + commentsPath}},
		{"somebody who is gone may have written one", []string{"", by(6) + "old"}, true, []string{": " + by(6) + "old", us + by(7) + new}, []string{"POST " + commentsPath}},
		{"a name is the same in other letters", []string{"GitHub-Actions[bot]", by(6) + "old"}, true, []string{"GitHub-Actions[bot]: " + by(7) + new},
			[]string{"PATCH " + oneComment + "1"}},
		{"what we quote is another comment", []string{actionsBot, "> " + by(6) + "old"}, true, []string{us + "> " + by(6) + "old", us + by(7) + new},
			[]string{"POST " + commentsPath}},
		{"comments of another kind have nothing to do with it", []string{actionsBot, Marker{Subject: "comment other", Run: 99}.String()}, true,
			[]string{us + Marker{Subject: "comment other", Run: 99}.String(), us + by(7) + new}, []string{"POST " + commentsPath}},
		{"what is spared stays", []string{actionsBot, done + "done", actionsBot, by(6) + "twin"}, true, []string{us + done + "done"}, []string{"DELETE " + oneComment + "2"}},
		{"of twins the oldest stays", []string{actionsBot, by(5) + "a", "ada", "b", actionsBot, by(6) + "c", actionsBot, by(6) + "d"}, true, []string{us + by(7) + new, "ada: b"},
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

// TestUpsertCommentOutdated: a run that was slow does not write over what a later one said, or beside it.
func TestUpsertCommentOutdated(t *testing.T) {
	for _, row := range []struct {
		reason string
		bodies []string
	}{
		{"a later run wrote", []string{by(8) + "later"}},
		{"and so did an earlier one", []string{by(6) + "earlier", by(8) + "later"}},
		{"in any order", []string{by(8) + "later", by(6) + "earlier"}},
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

// TestUpsertCommentFarDown: the comment may be on any page, and elsewhere there may be others.
func TestUpsertCommentFarDown(t *testing.T) {
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

// TestUpsertCommentByAPerson: a token may be somebody's own.
func TestUpsertCommentByAPerson(t *testing.T) {
	bubble(t, func(s *inside) {
		s.hub.Login, s.hub.IsApp = "ada", false
		s.hub.AddComment(5, actionsBot, by(6)+"of a workflow")
		s.must(s.upsert(true))
		s.must(s.upsert(true))
		s.is(s.comments(), []string{actionsBot + ": " + by(6) + "of a workflow", "ada: " + by(7) + "new"})
	})
}

// TestUpsertCommentTrouble: what was lost on the way may have been done, and is looked for.
func TestUpsertCommentTrouble(t *testing.T) {
	const post, remove, edit, read = "POST", "DELETE", "PATCH", "GET"
	ours := []string{actionsBot + ": " + by(7) + "new"}
	for _, row := range []struct {
		reason string
		before int // how many comments of ours there are
		faults []githubtest.Fault
		want   []string
		err    string // that it begins with; "" is none
	}{
		{"the answer was lost after it was added", 0, []githubtest.Fault{{Method: post, Path: "/repos/", Times: 1, After: true}}, ours, ""},
		{"by a gateway", 0, []githubtest.Fault{{Method: post, Path: "/repos/", Times: 1, Status: 504, After: true}}, ours, ""},
		{"it was lost before", 0, []githubtest.Fault{{Method: post, Path: "/repos/", Times: 1}}, nil, "GitHub: POST " + commentsPath + ": connection reset by peer"},
		{"it is not taken", 0, []githubtest.Fault{{Method: post, Path: "/repos/", Times: 1, Status: 422, Message: "Validation Failed"}}, nil,
			"GitHub: POST " + commentsPath + ": 422: Validation Failed"},
		{"nobody knows which are ours", 1, []githubtest.Fault{{Method: read, Path: "/user", Times: -1, Status: 500}}, []string{actionsBot + ": " + by(1) + "old"},
			"GitHub: GET /user: 500"},
		{"the list cannot be read", 1, []githubtest.Fault{{Method: read, Path: "/repos/", Times: -1, Status: 500}}, []string{actionsBot + ": " + by(1) + "old"},
			"GitHub: GET " + commentsPath + "?per_page=100: 500"},
		{"to edit is sent again", 1, []githubtest.Fault{{Method: edit, Times: 1, Status: 500}}, ours, ""},
		{"somebody removed it just now, and nobody is left without", 1, []githubtest.Fault{{Method: edit, Times: 1, Status: 404, Message: "Not Found"}},
			[]string{actionsBot + ": " + by(1) + "old", ours[0]}, ""},
		{"and may be refused", 1, []githubtest.Fault{{Method: edit, Times: 1, Status: 403, Message: "no"}}, []string{actionsBot + ": " + by(1) + "old"},
			"GitHub: PATCH " + oneComment + "1: 403: no"},
		{"a twin that was removed before the answer was lost is gone", 2, []githubtest.Fault{{Method: remove, Times: 1, Status: 502, After: true}}, ours, ""},
		{"another run was faster to remove it", 2, []githubtest.Fault{{Method: remove, Times: 1, Status: 404, Message: "Not Found", After: true}}, ours, ""},
		{"a twin that stays does not keep the other from being right", 3, []githubtest.Fault{{Method: remove, Path: oneComment + "2", Times: 1, Status: 403, Message: "no"}},
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

// TestUpsertCommentLooksInVain: what cannot be looked for is told together with what was lost.
func TestUpsertCommentLooksInVain(t *testing.T) {
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

// TestUpsertCommentOverHTTP: it is the same over a connection, which breaks after the comment was added.
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

// TestUpsertCommentForbidden: forks may read, and say so by a refusal that is told apart.
func TestUpsertCommentForbidden(t *testing.T) {
	bubble(t, func(s *inside) {
		s.hub.Write["pull-requests"] = false
		if e := s.refusal(s.upsert(true)); !e.Forbidden() || e.Message != "Resource not accessible by integration" {
			s.Errorf("got %+v", e)
		}
		s.is(s.sent(), []string{"GET " + commentsPath + "?per_page=100", "POST " + commentsPath}) // there is nothing to look for
	})
}

// TestUpsertCommentOldest: which of twins stays is the same for all runs, in whatever order they get to see them.
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

// TestCommentListedTwice: a list that changes while it is read may show a comment on two pages. It is no duplicate of itself.
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
