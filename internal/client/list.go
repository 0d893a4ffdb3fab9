package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync/atomic"
)

const (
	maxReadings = 3
	perEntry    = 100       // bytes that it takes to hold an entry, beside its text
	maxList     = 32 << 20  // bytes of one list; 12,000 people with all their teams and projects have under half
	maxAllLists = 256 << 20 // bytes of all lists that a run gathers at once
)

// Notice tells of a list that is not quite as long as Atlas says. Atlas calls what it says an estimate (API description).
type Notice struct {
	Path  string // of the list, without its query, which may name people
	Total int    // what Atlas says
	Got   int    // what Atlas gives
}

// All yields the entries of a paged list once the whole list was read, or nothing but an error. What is read decides what
// gets created and removed, and a list may change while its pages are fetched one by one.
//
// One page is one answer. Several pages are taken after one reading if it shows no change: each page says the same total,
// as many entries came, and no id came twice. Otherwise the list is read again, at once, until a reading shows no change or
// has the same ids as an earlier one. Three readings without that are an error.
//
// The promise, as far as the totals are exact: an entry that was in the list all the time is yielded, except in two cases,
// which the answers do not show:
//   - between two pages of a reading, as many entries were removed as were added;
//   - the list changed during two readings, and both came out with the same ids.
//
// An entry that came or went meanwhile may be yielded or not. An id that Atlas lists twice in both readings is yielded twice.
func (c *Client) All(ctx context.Context, path string) iter.Seq2[map[string]any, error] {
	return func(yield func(map[string]any, error) bool) {
		held := memoryUse{run: &c.limits.lists}
		defer held.release()
		r, err := c.readStable(ctx, path, &held)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, entry := range r.entries {
			var fields map[string]any
			if err := decode(entry, &fields); err != nil {
				yield(nil, pageError(path, err))
				return
			}
			if !yield(fields, nil) {
				return
			}
		}
	}
}

// readStable reads a list until a reading can be believed.
func (c *Client) readStable(ctx context.Context, path string, held *memoryUse) (*reading, error) {
	var before []*reading
	for range maxReadings {
		r, err := c.read(ctx, path, held)
		if err != nil {
			return nil, err
		}
		if r.isConsistent() || slices.ContainsFunc(before, r.hasSameIDs) {
			return r, c.checkTotal(path, r)
		}
		before = append(before, r)
	}
	return nil, pageHint(path, fmt.Errorf("the list was read %d times and had other entries each time", maxReadings), "run it again")
}

// read reads a list once, from its first page to its last.
func (c *Client) read(ctx context.Context, path string, held *memoryUse) (*reading, error) {
	r := &reading{ids: map[string]bool{}}
	for number := 1; number <= maxPages; number++ {
		p, err := c.page(ctx, pagePath(path, number))
		if err != nil {
			return nil, err
		}
		size, err := r.add(p)
		if err != nil {
			return nil, pageError(path, err)
		}
		if !held.take(size) {
			return nil, pageHint(path, fmt.Errorf("the lists that are being read hold more than %d MiB at once", maxAllLists>>20), "run it again with a smaller --parallelism")
		}
		if !p.hasNext() {
			return r, nil
		}
	}
	return nil, pageError(path, fmt.Errorf("the list does not end after %d pages", maxPages))
}

// checkTotal compares what came with what Atlas says. A difference that stays is no more than a notice if it is small: a
// total of 47 with 46 results was observed.
func (c *Client) checkTotal(path string, r *reading) error {
	total, got := r.total(), len(r.entries)
	switch difference := max(total-got, got-total); {
	case difference == 0:
	case difference > total/20:
		return pageHint(path, fmt.Errorf("totalCount is %d, but Atlas gives %d; the two may differ by one in twenty at most", total, got),
			"run it again, and ask MongoDB support if that does not help")
	case c.notice != nil:
		c.notice(Notice{resourcePath(path), total, got})
	}
	return nil
}

// reading is a list as it was read once.
type reading struct {
	entries []json.RawMessage
	ids     map[string]bool
	totals  []int // what the pages say, those that say anything
	pages   int
	size    int  // bytes
	repeats bool // an id came twice
}

// add adds a page, and returns how many bytes it has.
func (r *reading) add(p page) (size int, err error) {
	r.pages++
	if p.TotalCount != nil {
		r.totals = append(r.totals, *p.TotalCount)
	}
	for _, entry := range p.Results {
		id, err := idOf(entry)
		if err != nil {
			return 0, err
		}
		r.repeats = r.repeats || r.ids[id]
		r.ids[id] = true
		size += len(entry) + perEntry
	}
	r.entries = append(r.entries, p.Results...)
	if r.size += size; r.size > maxList {
		return 0, fmt.Errorf("the list is longer than %d MiB", maxList>>20)
	}
	return size, nil
}

// isConsistent tells whether nothing shows that the list changed while it was read. One page without a total is one answer;
// several without cannot be told from several that moved.
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

// total is the newest total, or what came if Atlas says none.
func (r *reading) total() int {
	if len(r.totals) == 0 {
		return len(r.entries)
	}
	return r.totals[len(r.totals)-1]
}

// idOf returns by what an entry is known: its id, the clientId of a service account, or else all that it says.
func idOf(entry json.RawMessage) (string, error) {
	if !bytes.HasPrefix(entry, []byte("{")) {
		return "", errors.New("a result is not an object")
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

// memoryUse counts the bytes of a list that is being gathered, with all its readings, as part of what the run holds.
type memoryUse struct {
	run   *atomic.Int64
	bytes int64
}

// take adds to what is held. It does not wait for others, since each of them may wait for more, too.
func (h *memoryUse) take(size int) bool {
	h.bytes += int64(size)
	return h.run.Add(int64(size)) <= maxAllLists
}

func (h *memoryUse) release() { h.run.Add(-h.bytes) }
