package github

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// user is an author.
type user struct {
	Login string `json:"login"`
}

// actionsBot is whom the token of a workflow stands for.
const actionsBot = "github-actions[bot]"

// login returns whom the token stands for. Only a person may ask that of the REST API; an app, such as the one that
// workflows are, has to ask the other one, and where that is missing too it is the workflow.
func (c *Client) login(ctx context.Context) (string, error) {
	var me user
	_, err := c.do(ctx, http.MethodGet, "/user", nil, &me)
	switch {
	case err == nil && me.Login != "":
		return me.Login, nil
	case err != nil && !isForbidden(err):
		return "", err
	}
	var answer struct {
		Data struct {
			Viewer user `json:"viewer"`
		} `json:"data"`
	}
	query := map[string]string{"query": "{viewer{login}}"}
	if _, err := c.graphQL().do(ctx, http.MethodPost, graphQLPath, query, &answer); err != nil && !isMissing(err) {
		return "", err
	}
	return cmp.Or(answer.Data.Viewer.Login, actionsBot), nil
}

func isForbidden(err error) bool {
	var refused *Error
	return errors.As(err, &refused) && refused.Forbidden()
}

// isMissing tells whether a server answers, and there is nobody there who could do it, now or later.
func isMissing(err error) bool {
	var refused *Error
	return errors.As(err, &refused) && !refused.Limited && (refused.Status/100 == 4 || refused.Status == http.StatusNotImplemented)
}

const graphQLPath = "/graphql"

// graphQL is beside the REST API: at /graphql, and with GitHub Enterprise Server at /api/graphql instead of /api/v3.
func (c *Client) graphQL() *Client {
	other := *c
	other.URL = strings.TrimSuffix(c.URL, "/v3")
	return &other
}

type comment struct {
	ID   int64  `json:"id"`
	Body string `json:"body"`
	User *user  `json:"user"` // null for somebody who is gone
}

// markerBy returns the marker that a text begins with, if it is by that author.
func markerBy(login string, author *user, body string) (Marker, bool) {
	m, ok := markerOf(body)
	return m, ok && author != nil && strings.EqualFold(author.Login, login)
}

// ErrOutdated says that a later run wrote already.
var ErrOutdated = errors.New("GitHub: a later run has written the comment")

// Note is a text for a pull request, below which there is one of its kind.
type Note struct {
	Marker
	Text string

	Optional bool              // it need not be there: then it is edited, and not added
	Spares   func(Marker) bool // what is to stay as it is, by what stands there; nil for nothing
}

// Stick makes a text the one comment of its kind below a pull request: the first run adds it, the others edit it.
func (c *Client) Stick(ctx context.Context, repository string, pull int, n Note) error {
	login, err := c.login(ctx)
	if err != nil {
		return err
	}
	list := commentsOf(repository, pull)
	ours, err := c.ours(ctx, list, login, n.Marker)
	if err != nil {
		return err
	}
	body := map[string]string{"body": n.String() + n.Text}
	switch {
	case len(ours) == 0 && n.Optional:
		return nil
	case len(ours) == 0:
		_, err := c.do(ctx, http.MethodPost, list, body, nil)
		var refused *Error
		if !errors.As(err, &refused) || !refused.lost() {
			return err
		}
		var lookErr error // what was lost may have been done
		if ours, lookErr = c.ours(ctx, list, login, n.Marker); len(ours) == 0 {
			return errors.Join(err, lookErr)
		}
	}
	one := func(o comment) string { return fmt.Sprintf("/repos/%s/issues/comments/%d", repository, o.ID) }
	var errs []error
	for _, twin := range ours[1:] { // two runs began at once; nobody shall approve by an old plan
		if _, err := c.do(ctx, http.MethodDelete, one(twin), nil, nil); err != nil && !isGone(err) {
			errs = append(errs, fmt.Errorf("an older comment stays: %w", err))
		}
	}
	found, _ := markerOf(ours[0].Body)
	if n.Spares != nil && n.Spares(found) || sameBody(ours[0].Body, body["body"]) {
		return errors.Join(errs...)
	}
	_, err = c.do(ctx, http.MethodPatch, one(ours[0]), body, nil)
	if isGone(err) { // somebody removed it just now
		_, err = c.do(ctx, http.MethodPost, list, body, nil)
	}
	return errors.Join(append(errs, err)...)
}

func commentsOf(repository string, pull int) string {
	return fmt.Sprintf("/repos/%s/issues/%d/comments", repository, pull)
}

// isGone tells whether there is nothing any more, be it that another run was faster, or that the answer to our first
// attempt was lost.
func isGone(err error) bool {
	var refused *Error
	return errors.As(err, &refused) && refused.Status == http.StatusNotFound
}

// ours returns our comments of that kind, the oldest first.
func (c *Client) ours(ctx context.Context, list, login string, m Marker) ([]comment, error) {
	comments, err := all[comment](ctx, c, list+"?per_page=100")
	if err != nil {
		return nil, err
	}
	outdated := false
	comments = slices.DeleteFunc(comments, func(o comment) bool {
		found, ok := markerBy(login, o.User, o.Body)
		ok = ok && found.Of == m.Of
		outdated = outdated || ok && found.Run > m.Run
		return !ok
	})
	if outdated {
		return nil, ErrOutdated
	}
	slices.SortFunc(comments, func(a, b comment) int { return cmp.Compare(a.ID, b.ID) })
	return comments, nil
}
