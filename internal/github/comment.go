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

// user is the author of a comment or issue.
type user struct {
	Login string `json:"login"`
}

// actionsBot is the login of the token of a workflow.
const actionsBot = "github-actions[bot]"

// login returns the login of the token's account. The REST API answers it only for a person's token. For an app, such
// as a workflow's token, the GraphQL API answers it. If there is no GraphQL API, login assumes the token of a workflow.
func (c *Client) login(ctx context.Context) (login string, err error) {
	if c.account == "" {
		c.account, err = askLogin(ctx, c)
	}
	return c.account, err
}

func askLogin(ctx context.Context, c *Client) (string, error) {
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

// isMissing reports whether the server does not support a request.
func isMissing(err error) bool {
	var refused *Error
	return errors.As(err, &refused) && !refused.Limited && (refused.Status/100 == 4 || refused.Status == http.StatusNotImplemented)
}

const graphQLPath = "/graphql"

// graphQL returns a client of the GraphQL API: at /graphql, or with GitHub Enterprise Server at /api/graphql instead of
// /api/v3.
func (c *Client) graphQL() *Client {
	other := *c
	other.URL = strings.TrimSuffix(c.URL, "/v3")
	return &other
}

type comment struct {
	ID   int64  `json:"id"`
	Body string `json:"body"`
	User *user  `json:"user"` // null if the account was deleted
}

// markerBy returns the marker at the start of a text, if the author has that login.
func markerBy(login string, author *user, body string) (Marker, bool) {
	m, ok := markerOf(body)
	return m, ok && author != nil && strings.EqualFold(author.Login, login)
}

// ErrOutdated says that a later run has already written the comment.
var ErrOutdated = errors.New("GitHub: a later run has written the comment")

// StickyComment is a comment on a pull request. There is one comment for each Subject.
type StickyComment struct {
	Marker
	Text string

	Optional     bool              // edit the comment if there is one, but do not add it
	KeepExisting func(Marker) bool // leave the existing comment as it is, if that has such a marker; may be nil
}

// UpsertComment adds the comment, or edits the comment of an earlier run.
func (c *Client) UpsertComment(ctx context.Context, repository string, pull int, s StickyComment) error {
	login, err := c.login(ctx)
	if err != nil {
		return err
	}
	list := commentsOf(repository, pull)
	ours, err := c.ourComments(ctx, list, login, s.Marker)
	if err != nil {
		return err
	}
	body := map[string]string{"body": s.String() + s.Text}
	if len(ours) == 0 {
		if s.Optional {
			return nil
		}
		if ours, err = c.addComment(ctx, list, login, s.Marker, body); len(ours) == 0 {
			return err
		}
	}
	failed := c.deleteAll(ctx, repository, ours[1:]) // two runs began at once; an old plan must not be approved
	found, _ := markerOf(ours[0].Body)
	if s.KeepExisting != nil && s.KeepExisting(found) || sameBody(ours[0].Body, body["body"]) {
		return failed
	}
	_, err = c.do(ctx, http.MethodPatch, pathOf(repository, ours[0]), body, nil)
	if isGone(err) { // somebody removed it just now
		_, err = c.do(ctx, http.MethodPost, list, body, nil)
	}
	return errors.Join(failed, err)
}

func (c *Client) deleteAll(ctx context.Context, repository string, comments []comment) error {
	var errs []error
	for _, one := range comments {
		if _, err := c.do(ctx, http.MethodDelete, pathOf(repository, one), nil, nil); err != nil && !isGone(err) {
			errs = append(errs, fmt.Errorf("an older comment cannot be deleted: %w", err))
		}
	}
	return errors.Join(errs...)
}

func pathOf(repository string, one comment) string {
	return fmt.Sprintf("/repos/%s/issues/comments/%d", repository, one.ID)
}

// addComment adds a comment. If it is unknown whether GitHub added it, addComment returns our comments with the same
// subject.
func (c *Client) addComment(ctx context.Context, list, login string, m Marker, body any) ([]comment, error) {
	_, err := c.do(ctx, http.MethodPost, list, body, nil)
	var refused *Error
	if !errors.As(err, &refused) || !refused.ambiguous() {
		return nil, err
	}
	ours, lookErr := c.ourComments(ctx, list, login, m)
	return ours, errors.Join(err, lookErr)
}

func commentsOf(repository string, pull int) string {
	return fmt.Sprintf("/repos/%s/issues/%d/comments", repository, pull)
}

// isGone reports whether a comment no longer exists. Another run may have deleted it, or our own first request, whose
// answer was lost.
func isGone(err error) bool {
	var refused *Error
	return errors.As(err, &refused) && refused.Status == http.StatusNotFound
}

// ourComments returns our comments with the subject of a marker, oldest first, and each once: if the list changes
// between two requests, two pages may contain the same comment.
func (c *Client) ourComments(ctx context.Context, list, login string, m Marker) ([]comment, error) {
	comments, err := all[comment](ctx, c, list+"?per_page=100")
	if err != nil {
		return nil, err
	}
	outdated := false
	comments = slices.DeleteFunc(comments, func(o comment) bool {
		found, ok := markerBy(login, o.User, o.Body)
		ok = ok && found.Subject == m.Subject
		outdated = outdated || ok && found.Run > m.Run
		return !ok
	})
	if outdated {
		return nil, ErrOutdated
	}
	slices.SortFunc(comments, func(a, b comment) int { return cmp.Compare(a.ID, b.ID) })
	return slices.CompactFunc(comments, func(a, b comment) bool { return a.ID == b.ID }), nil
}
