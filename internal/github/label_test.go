package github

import (
	"fmt"
	"testing"

	"atlas-gitops/internal/github/githubtest"
)

// TestTrackerLabels: a new issue gets all labels and assignees. If GitHub does not accept them, the issue is opened all the same, and
// the tracker says so once, however many issues it opens.
func TestTrackerLabels(t *testing.T) {
	const opened = "POST " + issuesPath
	long := "0123456789 0123456789 0123456789 0123456789 01234567"
	for _, row := range []struct {
		reason            string
		labels, assignees []string
		change            func(*githubtest.GitHub)
		want              string // labels and assignees of two new issues
		sent              []string
		warnings          []string
	}{
		{"all labels, and assignees", []string{"drift", "a b"}, []string{"ada", "kay"}, nil, "[drift a b] [ada kay], [drift a b] [ada kay]", []string{opened, opened}, nil},
		{"no assignees", []string{"drift"}, nil, nil, "[drift] [], [drift] []", []string{opened, opened}, nil},
		{"GitHub does not know an assignee", []string{"drift"}, []string{"ada", "mallory"}, nil, "[drift] [], [drift] []", []string{opened, opened, opened},
			[]string{"new issues have no assignees: GitHub: POST /repos/acme/orgs/issues: 422: Validation Failed. Check the input assignees"}},
		{"a label is too long", []string{"drift", long}, nil, nil, "[] [], [] []", []string{opened, opened, opened},
			[]string{"new issues have no labels and no assignees: GitHub: POST /repos/acme/orgs/issues: 422: Validation Failed. Check the inputs labels and assignees"}},
		{"both", []string{"drift", long}, []string{"mallory"}, nil, "[] [], [] []", []string{opened, opened, opened, opened},
			[]string{"new issues have no labels and no assignees: GitHub: POST /repos/acme/orgs/issues: 422: Validation Failed. Check the inputs labels and assignees"}},
		{"GitHub drops labels of an account that may not push", []string{"drift"}, []string{"ada"}, func(g *githubtest.GitHub) { g.Pushes = false }, "[] [], [] []", []string{opened, opened},
			[]string{"GitHub did not add the label drift to an issue; give the job permissions: issues: write"}},
	} {
		story(t, row.reason, func(s *inside) {
			s.hub.Assignable = []string{"ada", "kay"}
			if row.change != nil {
				row.change(s.hub)
			}
			tracker, err := s.client.NewTracker(s.Context(), TrackerOptions{Repository: "acme/orgs", Labels: row.labels, Assignees: row.assignees})
			s.must(err)
			s.must(s.track(tracker, "acme", "new"))
			s.must(s.track(tracker, "other", "new"))
			s.is(s.writes(), row.sent)
			i := s.hub.Issues()
			s.is([]string{fmt.Sprintf("%s %s, %s %s", i[0].Labels, i[0].Assignees, i[1].Labels, i[1].Assignees)}, []string{row.want})
			s.is(tracker.Warnings(), row.warnings)
		})
	}
}

// TestTrackerWithoutLabel: an earlier version opened the issue without the label. It is found, and gets the label, so that there is no
// second one. Somebody may also have removed the label.
func TestTrackerWithoutLabel(t *testing.T) {
	const labelled = "POST " + issuesPath + "/1/labels"
	for _, row := range []struct {
		reason   string
		text     string // "": close the issue
		pushes   bool
		sent     []string
		want     string
		warnings []string
	}{
		{"it stays as it is otherwise", "old", true, []string{labelled}, "open [other drift]", nil},
		{"it is edited", "new", true, []string{labelled, "PATCH " + issuesPath + "/1"}, "open [other drift]", nil},
		{"it is closed, and will be found when drift comes back", "", true, []string{labelled, "PATCH " + issuesPath + "/1"}, "closed [other drift]", nil},
		{"the token may not add it: the next run finds the issue without it", "new", false, []string{labelled, "PATCH " + issuesPath + "/1"}, "open [other]",
			[]string{"issue #1 does not get the label drift: GitHub: POST /repos/acme/orgs/issues/1/labels: 403: Resource not accessible by integration"}},
	} {
		story(t, row.reason, func(s *inside) {
			i := ours("open")
			i.Labels = []string{"other"}
			s.hub.AddIssue(i)
			s.hub.Pushes = row.pushes
			tracker := s.tracker()
			s.must(s.track(tracker, "acme", row.text))
			s.is(s.sent(), row.sent)
			got := s.hub.Issues()
			s.is([]string{fmt.Sprintf("%d %s %s", len(got), got[0].State, got[0].Labels)}, []string{"1 " + row.want})
			s.is(tracker.Warnings(), row.warnings)
		})
	}
}
