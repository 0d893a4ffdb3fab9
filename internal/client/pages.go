package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

const (
	itemsPerPage = 500 // the most that Atlas gives at once
	maxPages     = 200 // more than any list of an organization has
)

// page fetches a page. One without results, not even none, is no page: to take it for an empty list could have
// everything on it made again.
func (c *Client) page(ctx context.Context, path string) (p page, err error) {
	err = c.Do(ctx, http.MethodGet, path, nil, &p)
	switch {
	case err != nil:
	case p.Results == nil:
		err = pageError(path, errors.New("the answer is not a page of results"))
	case len(p.Results) > itemsPerPage:
		err = pageError(path, fmt.Errorf("a page has %d results, and %d were asked for", len(p.Results), itemsPerPage))
	}
	return p, err
}

func pageError(path string, err error) error { return pageHint(path, err, "") }

// pageHint is a pageError that says what to do.
func pageHint(path string, err error, hint string) error {
	return &Error{Method: http.MethodGet, Path: resourcePath(path), Status: http.StatusOK, Err: err, Hint: hint}
}

// resourcePath is the path of a list, without its query.
func resourcePath(path string) string {
	resource, _, _ := strings.Cut(path, "?")
	return prefix + resource
}

// pagePath never asks for a list without a count: that takes the totals away, and the links to the next page (observed).
func pagePath(path string, number int) string {
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	return path + separator + "itemsPerPage=" + strconv.Itoa(itemsPerPage) + "&pageNum=" + strconv.Itoa(number)
}

type page struct {
	Links []struct {
		Rel string `json:"rel"`
	} `json:"links"`
	Results    []json.RawMessage `json:"results"`
	TotalCount *int              `json:"totalCount"` // nil if Atlas does not say it
}

// hasNext tells whether another page may follow. A full page is never the last, whatever its links say, and a page
// without results always is.
func (p page) hasNext() bool {
	if len(p.Results) == 0 || len(p.Results) == itemsPerPage {
		return len(p.Results) > 0
	}
	for _, link := range p.Links {
		if link.Rel == "next" {
			return true
		}
	}
	return false
}
