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
	itemsPerPage = 500 // the maximum of Atlas [api listOrgUsers]
	maxPages     = 200 // more than any list of an organization has
	pagesAtOnce  = 8   // of one list
)

// page reads a page. An answer without a list of results is an error: if it counted as an empty list, the program could create
// everything on the list again.
func (c *Client) page(ctx context.Context, path string) (p page, err error) {
	err = c.Do(ctx, http.MethodGet, path, nil, &p)
	switch {
	case err != nil:
	case p.Results == nil:
		err = listError(path, errors.New("the answer holds no list named results"), "")
	case len(p.Results) > itemsPerPage:
		err = listError(path, fmt.Errorf("a page has %d results, but at most %d were requested", len(p.Results), itemsPerPage), "")
	}
	return p, err
}

// listError is an error about a list. The hint says what to do next; it may be "".
func listError(path string, err error, hint string) error {
	return &Error{Method: http.MethodGet, Path: resourcePath(path), Status: http.StatusOK, Err: err, Hint: hint}
}

// resourcePath returns the path of a list, without its query.
func resourcePath(path string) string {
	resource, _, _ := strings.Cut(path, "?")
	return prefix + resource
}

// pagePath returns the path of a page. It does not set includeCount=false: Atlas then leaves out the totals and the links to the
// next page [seen no-count].
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
	TotalCount *int              `json:"totalCount"` // nil if the answer has none
}

// pageOrError is how the request for a page ended.
type pageOrError struct {
	page
	err error
}

// expected returns how many pages the list of this first page has: as many as the total needs, if all pages are as long as this one. A
// full page is never the last one, so a page without entries may follow it.
func (p page) expected() int {
	if p.TotalCount == nil || len(p.Results) == 0 {
		return 1
	}
	last, rest := *p.TotalCount/len(p.Results), *p.TotalCount%len(p.Results)
	if rest > 0 || len(p.Results) == itemsPerPage {
		last++
	}
	return last
}

// hasNext reports whether another page may follow. The links count only for a page that is neither full nor empty: a full page may
// always have a next one, and an empty page never.
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
