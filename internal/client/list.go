package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
)

const (
	maxReads      = 3
	entryOverhead = 100       // bytes of memory that an entry takes besides its text
	maxList       = 32 << 20  // bytes of one list; 12,000 people with all their teams and projects need less than half
	maxAllLists   = 256 << 20 // bytes of all lists that a run reads at the same time
)

// InexactTotal reports a list whose length differs a little from its total. Atlas calls the total an estimate [api listOrgUsers].
type InexactTotal struct {
	Path  string // of the list, without its query: a query may name people
	Total int    // totalCount
	Got   int    // the number of entries
}

// All reads a whole paged list, and then yields its entries, or only an error. It does not yield page by page, because the
// program creates and removes objects by this list, and the list may change between two pages.
//
// All reads the first page alone. If its total says that more pages follow, All reads these side by side, up to 8 at once. After that
// it reads on, one page after the other, until a page has no next one. It ignores pages behind such a page, and their errors. What follows
// is true in whatever order the answers come.
//
// A list of one page cannot change. All accepts a reading of several pages if each page has the same total, as many entries
// came, and no id came twice. Otherwise it reads the list again, at once, until a reading shows no change or has the same ids
// as an earlier one. After three readings it returns an error.
//
// If the totals are exact, All yields every entry that was in the list all the time, except in two cases that the answers do
// not show:
//   - between the answers to two pages of a reading, as many entries were removed as were added;
//   - the list changed during two readings, and both have the same ids.
//
// All may or may not yield an entry that was added or removed meanwhile. If Atlas lists an id twice in both readings, All yields it
// twice.
func (c *Client) All(ctx context.Context, path string) iter.Seq2[map[string]any, error] {
	return func(yield func(map[string]any, error) bool) {
		held := memoryUse{run: &c.limits.listMemory}
		defer held.release()
		r, err := c.readStable(ctx, path, &held)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, entry := range r.entries {
			var fields map[string]any
			if err := decode(entry, &fields); err != nil {
				yield(nil, listError(path, err, ""))
				return
			}
			if !yield(fields, nil) {
				return
			}
		}
	}
}

// readStable reads a list until a reading is acceptable.
func (c *Client) readStable(ctx context.Context, path string, held *memoryUse) (*reading, error) {
	var before []*reading
	for range maxReads {
		r, err := c.read(ctx, path, held)
		if err != nil {
			return nil, err
		}
		if r.isConsistent() || slices.ContainsFunc(before, r.hasSameIDs) {
			return r, c.checkTotal(path, r)
		}
		before = append(before, r)
	}
	return nil, listError(path, fmt.Errorf("the list changed each time it was read (%d times)", maxReads), "run it again")
}

// read reads a list once, from its first page to its last.
func (c *Client) read(ctx context.Context, path string, held *memoryUse) (*reading, error) {
	r := &reading{ids: map[string]bool{}, held: held}
	for from, to := 1, 1; from <= maxPages; from, to = to+1, min(max(to+1, r.expected), maxPages) {
		for _, p := range c.readPages(ctx, path, from, to, r) {
			if p.err != nil {
				return nil, p.err
			}
			if err := r.add(p.page); err != nil {
				return nil, listError(path, err, "")
			}
			if !p.hasNext() {
				return r, nil
			}
		}
	}
	return nil, listError(path, fmt.Errorf("the list has more than %d pages", maxPages), "")
}

// readPages reads pages of a list side by side. Pages begin in their order. None begins after an error, or after a page without a next
// one, so pages behind that one may be zero.
func (c *Client) readPages(ctx context.Context, path string, from, to int, r *reading) []pageOrError {
	pages := make([]pageOrError, to-from+1)
	var wg sync.WaitGroup
	var ended atomic.Bool
	slots := make(chan struct{}, pagesAtOnce)
	for i := range pages {
		slots <- struct{}{}
		if ended.Load() {
			break
		}
		wg.Go(func() {
			defer func() { <-slots }()
			p := &pages[i]
			if p.page, p.err = c.page(ctx, pagePath(path, from+i)); p.err == nil {
				p.err = r.hold(path, p.page)
			}
			if p.err != nil || !p.hasNext() {
				ended.Store(true)
			}
		})
	}
	wg.Wait()
	return pages
}

// checkTotal compares the number of entries with the total. A small difference that stays is only a notice: Atlas has sent a total
// of 47 with 46 entries [seen inexact-total].
func (c *Client) checkTotal(path string, r *reading) error {
	total, got := r.total(), len(r.entries)
	switch difference := max(total-got, got-total); {
	case difference == 0:
	case difference > total/20:
		return listError(path, fmt.Errorf("totalCount is %d, but the list has %d entries, a difference of more than 5%%", total, got),
			"run it again; if that does not help, ask MongoDB support")
	case c.notice != nil:
		c.notice(InexactTotal{resourcePath(path), total, got})
	}
	return nil
}

// reading is one reading of a list.
type reading struct {
	entries []json.RawMessage
	ids     map[string]bool
	totals  []int // of the pages that have one
	pages   int
	repeats bool // an id came twice

	expected int // how many pages the list has, according to the first one

	size atomic.Int64 // bytes of all pages that came, also of those that are not added yet
	held *memoryUse
}

// hold counts the memory of a page when it comes. Several goroutines may call it.
func (r *reading) hold(path string, p page) error {
	size := entryOverhead * len(p.Results)
	for _, entry := range p.Results {
		size += len(entry)
	}
	if r.size.Add(int64(size)) > maxList {
		return listError(path, fmt.Errorf("the list is longer than %d MiB", maxList>>20), "")
	}
	if !r.held.take(size) {
		return listError(path, fmt.Errorf("the lists that are read at the same time are longer than %d MiB", maxAllLists>>20), "run it again with a smaller --parallelism")
	}
	return nil
}

// add adds the next page.
func (r *reading) add(p page) error {
	if r.pages++; r.pages == 1 {
		r.expected = p.expected()
	}
	if p.TotalCount != nil {
		r.totals = append(r.totals, *p.TotalCount)
	}
	for _, entry := range p.Results {
		id, err := idOf(entry)
		if err != nil {
			return err
		}
		r.repeats = r.repeats || r.ids[id]
		r.ids[id] = true
	}
	r.entries = append(r.entries, p.Results...)
	return nil
}

// isConsistent reports whether the reading shows no change of the list between its pages. Without totals only a single page is
// consistent, because several pages would not show a change.
func (r *reading) isConsistent() bool {
	differs := func(total int) bool { return total != len(r.entries) }
	return !r.repeats && !slices.ContainsFunc(r.totals, differs) && (r.pages == 1 || len(r.totals) == r.pages)
}

func (r *reading) hasSameIDs(other *reading) bool {
	for id := range r.ids {
		if !other.ids[id] {
			return false
		}
	}
	return len(r.ids) == len(other.ids)
}

// total returns the total of the last page that has one, which is newer than the first page, or the number of entries if there is none.
func (r *reading) total() int {
	if len(r.totals) == 0 {
		return len(r.entries)
	}
	return r.totals[len(r.totals)-1]
}

// idOf returns the text that identifies an entry: its id, the clientId of a service account, or else the whole entry.
func idOf(entry json.RawMessage) (string, error) {
	if !bytes.HasPrefix(entry, []byte("{")) {
		return "", errors.New("an entry of the list is not an object")
	}
	var e struct{ ID, ClientID any }
	if err := json.Unmarshal(entry, &e); err != nil {
		return "", err
	}
	for _, id := range []any{e.ID, e.ClientID} {
		if text, ok := id.(string); ok && text != "" {
			return text, nil
		}
	}
	return string(entry), nil
}

// memoryUse counts the bytes of all readings of a list. They are a part of the bytes of the run.
type memoryUse struct {
	run   *atomic.Int64
	bytes atomic.Int64
}

// take adds bytes, and reports whether they fit. It does not wait for other lists to end: they could wait for this one.
func (h *memoryUse) take(size int) bool {
	h.bytes.Add(int64(size))
	return h.run.Add(int64(size)) <= maxAllLists
}

func (h *memoryUse) release() { h.run.Add(-h.bytes.Load()) }
