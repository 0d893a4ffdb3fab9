package github

import (
	"fmt"
	"strings"
	"testing"

	"atlas-gitops/internal/github/githubtest"
)

// about returns the marker of a run about an organization.
func about(org string, run int64) Marker { return Marker{Subject: "drift " + org, Run: run} }

// ours is our issue about acme, with the text "old", written by run 6.
func ours(state string) githubtest.Text {
	return githubtest.Text{User: actionsBot, Title: "Drift in acme", Body: about("acme", 6).String() + "old", State: state, Labels: []string{"Drift", "more"}}
}

// options are those of the trackers in the tests. GitHub ignores the case of labels.
var options = TrackerOptions{Repository: "acme/orgs", Labels: []string{"drift", "atlas"}}

// issues returns for each issue: number, author, state and reason, title, run of the marker, and text.
func (s *inside) issues() (all []string) {
	for _, i := range s.hub.Issues() {
		m, _ := markerOf(i.Body)
		state := strings.TrimSpace(i.State + " " + i.Reason)
		all = append(all, fmt.Sprintf("#%d %s %s %s: %d %s", i.ID, i.User, state, i.Title, m.Run, strings.TrimSpace(withoutMarker(i.Body))))
	}
	return all
}

// tracker reads the open issues, and checks and removes those requests from the log.
func (s *inside) tracker() *Tracker {
	s.Helper()
	tracker, err := s.client.NewTracker(s.Context(), options)
	s.must(err)
	s.is(s.sent(), []string{openIssues + "&labels=drift", openIssues})
	return tracker
}

const (
	openIssues   = "GET " + issuesPath + "?per_page=100&state=open&sort=created&direction=asc&creator=github-actions%5Bbot%5D"
	closedIssues = "GET " + issuesPath + "?per_page=100&state=closed&sort=updated&direction=desc&creator=github-actions%5Bbot%5D&labels=drift"
)

// TestTracker: run 7 opens or closes the issue about acme.
func TestTracker(t *testing.T) {
	changed := func(i githubtest.Text, change func(*githubtest.Text)) githubtest.Text {
		change(&i)
		return i
	}
	const bot = " " + actionsBot + " "
	for _, row := range []struct {
		reason string
		before []githubtest.Text
		text   string // "": close the issue
		want   []string
		sent   []string
	}{
		{"no issue: one is opened", nil, "new", []string{"#1" + bot + "open Drift in acme: 7 new"}, []string{closedIssues, "POST " + issuesPath}},
		{"an open issue is edited; closed ones are not read", []githubtest.Text{ours("open")}, "new", []string{"#1" + bot + "open Drift in acme: 7 new"},
			[]string{"PATCH " + issuesPath + "/1"}},
		{"an equal text of an earlier run is not edited", []githubtest.Text{ours("open")}, "old", []string{"#1" + bot + "open Drift in acme: 6 old"}, nil},
		{"a changed name changes the title", []githubtest.Text{changed(ours("open"), func(i *githubtest.Text) { i.Title = "Drift in Acme" })}, "old",
			[]string{"#1" + bot + "open Drift in acme: 6 old"}, []string{"PATCH " + issuesPath + "/1"}},
		{"a closed issue is reopened", []githubtest.Text{ours("closed")}, "old", []string{"#1" + bot + "open reopened Drift in acme: 6 old"},
			[]string{closedIssues, "PATCH " + issuesPath + "/1"}},
		{"a closed issue is reopened with the new text", []githubtest.Text{ours("closed")}, "new", []string{"#1" + bot + "open reopened Drift in acme: 7 new"},
			[]string{closedIssues, "PATCH " + issuesPath + "/1"}},
		{"an open issue is preferred to an older closed one", []githubtest.Text{ours("closed"), ours("open")}, "new",
			[]string{"#1" + bot + "closed Drift in acme: 6 old", "#2" + bot + "open Drift in acme: 7 new"}, []string{"PATCH " + issuesPath + "/2"}},
		{"the oldest of several open issues is used", []githubtest.Text{ours("open"), ours("open")}, "new",
			[]string{"#1" + bot + "open Drift in acme: 7 new", "#2" + bot + "open Drift in acme: 6 old"}, []string{"PATCH " + issuesPath + "/1"}},
		{"an issue of another author does not count", []githubtest.Text{changed(ours("open"), func(i *githubtest.Text) { i.User = "mallory" })}, "new",
			[]string{"#1 mallory open Drift in acme: 6 old", "#2" + bot + "open Drift in acme: 7 new"}, []string{closedIssues, "POST " + issuesPath}},
		{"an issue of a deleted account does not count", []githubtest.Text{changed(ours("open"), func(i *githubtest.Text) { i.User = "" })}, "new",
			[]string{"#1  open Drift in acme: 6 old", "#2" + bot + "open Drift in acme: 7 new"}, []string{closedIssues, "POST " + issuesPath}},
		{"a login is case-insensitive", []githubtest.Text{changed(ours("open"), func(i *githubtest.Text) { i.User = "GitHub-Actions[bot]" })}, "new",
			[]string{"#1 GitHub-Actions[bot] open Drift in acme: 7 new"}, []string{"PATCH " + issuesPath + "/1"}},
		{"a pull request does not count", []githubtest.Text{changed(ours("open"), func(i *githubtest.Text) { i.IsPull = true })}, "new",
			[]string{"#1" + bot + "open Drift in acme: 6 old", "#2" + bot + "open Drift in acme: 7 new"}, []string{closedIssues, "POST " + issuesPath}},
		{"an issue without a marker does not count", []githubtest.Text{changed(ours("open"), func(i *githubtest.Text) { i.Body = "" })}, "new",
			[]string{"#1" + bot + "open Drift in acme: 0 ", "#2" + bot + "open Drift in acme: 7 new"}, []string{closedIssues, "POST " + issuesPath}},
		{"an issue about another organization stays open", []githubtest.Text{changed(ours("open"), func(i *githubtest.Text) { i.Body = about("other", 6).String() })}, "",
			[]string{"#1" + bot + "open Drift in acme: 6 "}, nil},
		{"an issue is closed with a last text", []githubtest.Text{ours("open")}, "", []string{"#1" + bot + "closed completed Drift in acme: 7 in order"},
			[]string{"PATCH " + issuesPath + "/1"}},
		{"a closed issue stays as it is", []githubtest.Text{ours("closed")}, "", []string{"#1" + bot + "closed Drift in acme: 6 old"}, nil},
		{"no issue: nothing to close", nil, "", nil, nil},
	} {
		story(t, row.reason, func(s *inside) {
			for _, i := range row.before {
				s.hub.AddIssue(i)
			}
			tracker := s.tracker()
			s.must(s.track(tracker, "acme", row.text))
			s.is(s.sent(), row.sent)
			s.is(s.issues(), row.want)
		})
	}
}

// track opens the issue about an organization, or closes it if the text is empty.
func (s *inside) track(t *Tracker, org, text string) error {
	if text == "" {
		return t.Close(s.Context(), about(org, 7), "in order")
	}
	_, err := t.Open(s.Context(), about(org, 7), "Drift in "+org, text)
	return err
}

// TestTrackerSeveralTexts: one run may write several texts about the same subject.
func TestTrackerSeveralTexts(t *testing.T) {
	bubble(t, func(s *inside) {
		tracker := s.tracker()
		s.must(s.track(tracker, "acme", "one"))
		s.must(s.track(tracker, "acme", "two"))
		s.must(s.track(tracker, "acme", ""))
		s.must(s.track(tracker, "acme", ""))
		s.must(s.track(tracker, "acme", "three"))
		s.is(s.issues(), []string{"#1 " + actionsBot + " open reopened Drift in acme: 7 three"})
		s.is(s.writes(), []string{"POST " + issuesPath, "PATCH " + issuesPath + "/1", "PATCH " + issuesPath + "/1", "PATCH " + issuesPath + "/1"})
	})
}

// TestTrackerReadsClosedOnce: closed issues are read once, and only for a subject without an open issue.
func TestTrackerReadsClosedOnce(t *testing.T) {
	bubble(t, func(s *inside) {
		for i := range 120 {
			s.hub.AddIssue(githubtest.Text{User: actionsBot, Title: fmt.Sprint(i), State: "closed", Labels: []string{"drift"}}) // of another workflow
			s.hub.AddIssue(githubtest.Text{User: "ada", Title: fmt.Sprint(i), State: "open", Labels: []string{"drift"}})
		}
		s.hub.AddIssue(ours("open"))
		last := ours("closed")
		last.Body = about("last", 6).String() + "old"
		s.hub.AddIssue(last)
		over := ours("closed")
		over.Body = about("over", 6).String() + "what somebody may read there"
		s.hub.AddIssue(over)
		tracker := s.tracker()
		s.must(s.track(tracker, "acme", "new"))
		s.must(s.track(tracker, "last", "new"))
		s.must(s.track(tracker, "third", "new"))
		s.must(s.track(tracker, "over", ""))
		s.is(s.sent(), []string{"PATCH " + issuesPath + "/241", closedIssues,
			"GET /repositories/1296269/issues?creator=github-actions%5Bbot%5D&direction=desc&labels=drift&page=2&per_page=100&sort=updated&state=closed", "PATCH " + issuesPath + "/242", "POST " + issuesPath})
	})
}

// TestTrackerInALargeRepository: with 20 open and 60,000 closed issues and pull requests, a run reads few pages, also if all of them are
// by the same account, or even have the label. GitHub allows 1,000 requests an hour.
func TestTrackerInALargeRepository(t *testing.T) {
	for _, row := range []struct {
		reason   string
		text     githubtest.Text
		labelled bool
		want     int // requests
	}{
		{"people wrote them", githubtest.Text{User: "ada"}, false, 2 + 1 + 1},
		{"the same account wrote them, for other workflows", githubtest.Text{User: actionsBot, IsPull: true}, false, 2 + 1 + 1},
		{"they also have the label", githubtest.Text{User: actionsBot}, true, 2 + 10 + 1},
	} {
		story(t, row.reason, func(s *inside) {
			for i := range 60_020 {
				one := row.text
				one.State, one.Title = "closed", fmt.Sprint(i)
				if i >= 60_000 {
					one.State = "open"
				} else if row.labelled {
					one.Labels = []string{"drift"}
				}
				s.hub.AddIssue(one)
			}
			s.hub.AddIssue(ours("closed"))
			tracker, err := s.client.NewTracker(s.Context(), options)
			s.must(err)
			s.must(s.track(tracker, "acme", "new"))
			s.must(s.track(tracker, "other", "new"))
			sent := s.sent()
			if got := len(sent); got != row.want+1 || sent[got-2] != "PATCH "+issuesPath+"/60021" || sent[got-1] != "POST "+issuesPath {
				s.Errorf("%d requests: %q", got, sent)
			}
		})
	}
}

// TestTrackerManyOpen: the search for open issues without the label is also bounded. An issue with the label is always found.
func TestTrackerManyOpen(t *testing.T) {
	bubble(t, func(s *inside) {
		for i := range 3000 {
			s.hub.AddIssue(githubtest.Text{User: actionsBot, Title: fmt.Sprint(i), State: "open"})
		}
		s.hub.AddIssue(ours("open"))
		tracker, err := s.client.NewTracker(s.Context(), options)
		s.must(err)
		s.must(s.track(tracker, "acme", "new"))
		if sent := s.sent(); len(sent) != 1+10+1 || sent[11] != "PATCH "+issuesPath+"/3001" {
			s.Errorf("%d requests: %q", len(sent), sent)
		}
	})
}

// TestTrackerErrors: if a list cannot be read completely, nothing is written.
func TestTrackerErrors(t *testing.T) {
	for _, row := range []struct {
		reason string
		fault  githubtest.Fault
		fresh  bool // true: it fails before there is a tracker
		want   int
	}{
		{"the login cannot be read", githubtest.Fault{Method: "GET", Path: "/user", Times: -1, Status: 500}, true, 500},
		{"the open issues cannot be read", githubtest.Fault{Method: "GET", Path: issuesPath, Times: 1, Status: 410}, true, 410},
		{"the open issues without the label cannot be read", githubtest.Fault{Method: "GET", Path: issuesPath, Skip: 1, Times: 1, Status: 410}, true, 410},
		{"the closed issues cannot be read", githubtest.Fault{Method: "GET", Path: issuesPath, Times: -1, Status: 500}, false, 500},
		{"no permission to open an issue", githubtest.Fault{Method: "POST", Path: issuesPath, Times: -1, Status: 403}, false, 403},
		{"it is unknown whether the issue was opened", githubtest.Fault{Method: "POST", Path: issuesPath, Times: 1, After: true}, false, 0},
	} {
		story(t, row.reason, func(s *inside) {
			if row.fresh {
				s.hub.Fail(row.fault)
				_, err := s.client.NewTracker(s.Context(), options)
				if e := s.refusal(err); e.Status != row.want {
					s.Errorf("got %v", e)
				}
				return
			}
			tracker := s.tracker()
			s.hub.Fail(row.fault)
			if e := s.refusal(s.track(tracker, "acme", "new")); e.Status != row.want {
				s.Errorf("got %v", e)
			}
			if added := len(s.hub.Issues()); added > 0 != row.fault.After {
				s.Errorf("there are %d issues", added)
			}
		})
	}
}

// TestTrackerForbidden: without permission to write issues, the caller can recognize the error.
func TestTrackerForbidden(t *testing.T) {
	bubble(t, func(s *inside) {
		s.hub.Write["issues"] = false
		s.hub.AddIssue(ours("open"))
		tracker := s.tracker()
		for _, text := range []string{"new", ""} {
			if e := s.refusal(s.track(tracker, "acme", text)); !e.Forbidden() {
				s.Errorf("got %+v", e)
			}
		}
		s.must(s.track(tracker, "acme", "old")) // it is there already, so nothing is written
	})
}
