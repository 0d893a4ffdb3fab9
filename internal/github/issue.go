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
}

// Tracker keeps one issue for each subject in a repository. The issue is open as long as there is something to report.
type Tracker struct {
	client     *Client
	repository string
	login      string
	issues     map[string]Issue // our issues that were read or written, by subject
	hasClosed  bool             // the closed ones were read, too
}

// NewTracker reads the open issues of a repository.
func (c *Client) NewTracker(ctx context.Context, repository string) (*Tracker, error) {
	login, err := c.login(ctx)
	if err != nil {
		return nil, err
	}
	t := &Tracker{c, repository, login, map[string]Issue{}, false}
	return t, t.read(ctx, "open")
}

// read adds our issues with a state. If several have the same subject, the oldest open one is used. It lists only what our login
// has created, because a repository may have more issues and pull requests than a run may read. The login of an app ends with [bot].
// See GitHub's "List repository issues", creator.
func (t *Tracker) read(ctx context.Context, state string) error {
	list := t.path() + "?per_page=100&sort=created&direction=asc&state=" + state + "&creator=" + url.QueryEscape(t.login)
	issues, err := all[Issue](ctx, t.client, list)
	if err != nil {
		return err
	}
	for _, i := range issues {
		m, ok := markerBy(t.login, i.User, i.Body)
		if _, known := t.issues[m.Subject]; ok && !known && i.Pull == nil {
			t.issues[m.Subject] = i
		}
	}
	return nil
}

func (t *Tracker) path() string { return "/repos/" + t.repository + "/issues" }

// Open makes sure that there is an open issue with the subject of the marker, and with that title and text. It reopens
// a closed issue.
func (t *Tracker) Open(ctx context.Context, m Marker, title, text string) error {
	if _, known := t.issues[m.Subject]; !known && !t.hasClosed {
		if err := t.read(ctx, "closed"); err != nil {
			return err
		}
		t.hasClosed = true
	}
	want := Issue{Title: title, Body: m.String() + text, State: "open"}
	have, known := t.issues[m.Subject]
	if !known {
		return t.send(ctx, m, http.MethodPost, t.path(), map[string]string{"title": want.Title, "body": want.Body})
	}
	return t.edit(ctx, m, have, want, "reopened")
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

// edit changes what differs between the issue and the wanted one.
func (t *Tracker) edit(ctx context.Context, m Marker, have, want Issue, reason string) error {
	changes := map[string]string{}
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
func (t *Tracker) send(ctx context.Context, m Marker, method, path string, fields map[string]string) error {
	var now Issue
	_, err := t.client.do(ctx, method, path, fields, &now)
	if err == nil {
		t.issues[m.Subject] = now
	}
	return err
}

// sameText compares two texts without their markers. So a run with the same result does not write.
func sameText(a, b string) bool { return sameBody(withoutMarker(a), withoutMarker(b)) }
