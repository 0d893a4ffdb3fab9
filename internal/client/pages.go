package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"strconv"
	"strings"
)

const (
	itemsPerPage = 500 // the most that Atlas gives at once
	maxPages     = 200 // more than any list of an organization has
)

// All yields the results of a paged list, page by page. It ends after the first error.
func (c *Client) All(ctx context.Context, path string) iter.Seq2[map[string]any, error] {
	return func(yield func(map[string]any, error) bool) {
		for number := 1; ; number++ {
			p, err := c.page(ctx, pagePath(path, number))
			if err != nil {
				yield(nil, err)
				return
			}
			for _, result := range p.Results {
				var fields map[string]any
				if err := decode(result, &fields); err != nil {
					yield(nil, pageError(path, err))
					return
				}
				if !yield(fields, nil) {
					return
				}
			}
			if !p.hasNext() {
				return
			}
			if number == maxPages {
				yield(nil, pageError(path, fmt.Errorf("the list does not end after %d pages", maxPages)))
				return
			}
		}
	}
}

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

func pageError(path string, err error) error {
	resource, _, _ := strings.Cut(path, "?")
	return &Error{Method: http.MethodGet, Path: prefix + resource, Status: http.StatusOK, Err: err}
}

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
	Results []json.RawMessage `json:"results"`
}

// hasNext goes by the link to the next page, and by the size of this one where there are no links. The total that
// Atlas gives is an estimate. A page without results is the last in any case.
func (p page) hasNext() bool {
	if len(p.Results) == 0 || len(p.Links) == 0 {
		return len(p.Results) == itemsPerPage
	}
	for _, link := range p.Links {
		if link.Rel == "next" {
			return true
		}
	}
	return false
}
