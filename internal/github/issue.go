package github

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Issue is an issue in GitHub's API.
type Issue struct {
	Number int       `json:"number"`
	Title  string    `json:"title"`
	Body   string    `json:"body"`
	State  string    `json:"state"` // open or closed
	User   *user     `json:"user"`
	Pull   *struct{} `json:"pull_request"` // GitHub lists pull requests among the issues
	Labels []label   `json:"labels"`
}

type label struct {
	Name string `json:"name"`
}

// has reports whether the issue has a label. GitHub ignores the case of labels.
func (i Issue) has(name string) bool {
	return slices.ContainsFunc(i.Labels, func(l label) bool { return strings.EqualFold(l.Name, name) })
}

// TrackerOptions say where the issues are, and what new ones get.
type TrackerOptions struct {
	Repository string   // OWNER/NAME
	Labels     []string // of a new issue, at least one; the tracker finds its issues by the first one
	Assignees  []string // logins, of a new issue
}

// Tracker keeps one issue for each subject in a repository. The issue is open as long as there is something to report.
type Tracker struct {
	client *Client
	TrackerOptions
	login     string
	issues    map[string]Issue // our issues that were read or written, by subject
	hasClosed bool             // the closed ones were read, too
	accepted  extras           // what GitHub accepts in a new issue, as far as it is known
	warnings  []string
}

// maxIssuePages is how many pages of 100 issues a tracker reads of a list that may have more than its own open issues.
const maxIssuePages = 10

// NewTracker reads our open issues: those with the label, and those that an earlier version opened without it.
func (c *Client) NewTracker(ctx context.Context, o TrackerOptions) (*Tracker, error) {
	login, err := c.login(ctx)
	if err != nil {
		return nil, err
	}
	t := &Tracker{client: c, TrackerOptions: o, login: login, issues: map[string]Issue{}}
	labelled, err := all[Issue](ctx, c, t.list("state=open&sort=created&direction=asc", o.Labels[0]))
	if err != nil {
		return nil, err
	}
	without, _, err := firstPages[Issue](ctx, c, t.list("state=open&sort=created&direction=asc", ""), maxIssuePages)
	t.add(labelled)
	t.add(without)
	return t, err
}

// list returns the path of a list of issues. It has only what our login has created, and only issues with the label, unless that is
// "": a repository may have more issues and pull requests than a run may read. The login of an app ends with [bot]. See GitHub's
// "List repository issues", creator and labels.
func (t *Tracker) list(which, label string) string {
	list := t.path() + "?per_page=100&" + which + "&creator=" + url.QueryEscape(t.login)
	if label != "" {
		list += "&labels=" + url.QueryEscape(label)
	}
	return list
}

// add remembers our issues of a list. Of several with the same subject it keeps the first one.
func (t *Tracker) add(issues []Issue) {
	for _, i := range issues {
		m, ok := markerBy(t.login, i.User, i.Body)
		if _, known := t.issues[m.Subject]; ok && !known && i.Pull == nil {
			t.issues[m.Subject] = i
		}
	}
}

// addClosed reads our closed issues with the label, once: first those that were edited last. Without the bound, a fleet with years of
// closed issues would use up the requests that GitHub allows in an hour. An older issue stays closed, and a new one is opened.
func (t *Tracker) addClosed(ctx context.Context) error {
	if t.hasClosed {
		return nil
	}
	closed, _, err := firstPages[Issue](ctx, t.client, t.list("state=closed&sort=updated&direction=desc", t.Labels[0]), maxIssuePages)
	if err == nil {
		t.add(closed)
		t.hasClosed = true
	}
	return err
}

func (t *Tracker) path() string { return "/repos/" + t.Repository + "/issues" }

// Open makes sure that there is an open issue with the subject of the marker, and with that title and text. It reopens a closed
// issue. It returns the number of the issue.
func (t *Tracker) Open(ctx context.Context, m Marker, title, text string) (number int, err error) {
	if _, known := t.issues[m.Subject]; !known {
		if err := t.addClosed(ctx); err != nil {
			return 0, err
		}
	}
	want := Issue{Title: title, Body: m.String() + text, State: "open"}
	if have, known := t.issues[m.Subject]; known {
		err = t.edit(ctx, m, have, want, "reopened")
	} else {
		err = t.create(ctx, m, want)
	}
	return t.issues[m.Subject].Number, err
}

// Close closes the open issue with the subject of the marker, if there is one, with a last text.
func (t *Tracker) Close(ctx context.Context, m Marker, text string) error {
	have := t.issues[m.Subject]
	if have.State != "open" { // or there is none
		return nil
	}
	return t.edit(ctx, m, have, Issue{Title: have.Title, Body: m.String() + text, State: "closed"}, "completed")
}

// OpenIssues returns the markers of our open issues.
func (t *Tracker) OpenIssues() (open []Marker) {
	for _, i := range t.issues {
		if m, ok := markerOf(i.Body); ok && i.State == "open" {
			open = append(open, m)
		}
	}
	slices.SortFunc(open, func(a, b Marker) int { return strings.Compare(a.Subject, b.Subject) })
	return open
}

// edit changes what differs between the issue and the wanted one. First it adds the label, so that the next run finds the issue.
func (t *Tracker) edit(ctx context.Context, m Marker, have, want Issue, reason string) error {
	if !have.has(t.Labels[0]) {
		have = t.addLabel(ctx, have)
		t.issues[m.Subject] = have
	}
	changes := map[string]any{}
	if have.Title != want.Title {
		changes["title"] = want.Title
	}
	if !sameText(have.Body, want.Body) {
		changes["body"] = want.Body
	}
	if have.State != want.State {
		changes["state"], changes["state_reason"] = want.State, reason
	}
	if len(changes) == 0 {
		return nil
	}
	return t.send(ctx, m, http.MethodPatch, fmt.Sprintf("%s/%d", t.path(), have.Number), changes)
}

// send writes an issue, and remembers GitHub's answer.
func (t *Tracker) send(ctx context.Context, m Marker, method, path string, fields map[string]any) error {
	var now Issue
	_, err := t.client.do(ctx, method, path, fields, &now)
	if err == nil {
		t.issues[m.Subject] = now
	}
	return err
}

// sameText compares two texts without their markers. So a run with the same result does not write.
func sameText(a, b string) bool { return sameBody(withoutMarker(a), withoutMarker(b)) }
