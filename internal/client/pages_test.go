package client

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestPages: where a list ends. All yields nothing before it has found the end.
func TestPages(t *testing.T) {
	ok := func(body string) answer { return answer{200, "", body} }
	full := pageBody(-1, false, numbered(itemsPerPage)...)
	for _, row := range []struct {
		reason  string
		answers []answer
		want    int // entries
		wantErr string
	}{
		{"a short page with a link to the next", []answer{ok(pageBody(3, true, "a", "b")), ok(pageBody(3, false, "c"))}, 3, ""},
		{"a page without entries is the last, even with a link to the next", []answer{ok(pageBody(1, true, "a")), ok(pageBody(1, true))}, 1, ""},
		{"a short page without links is the last", []answer{ok(`{"results":[{"id":"x"}]}`)}, 1, ""},
		{"a full page is never the last", []answer{ok(full), ok(pageBody(-1, false)), ok(full), ok(pageBody(-1, false))}, itemsPerPage, ""},
		{"an empty list", []answer{ok(`{"results":[]}`)}, 0, ""},
		{"an answer without results is not an empty list", []answer{ok(`{}`)}, 0, "GET /api/atlas/v2/orgs: the answer holds no list named results"},
		{"a page with more entries than requested", []answer{ok(pageBody(-1, false, numbered(501)...))}, 0, "GET /api/atlas/v2/orgs: a page has 501 results, but at most 500 were requested"},
		{"an entry that is null", []answer{ok(`{"results":[{},null]}`)}, 0, "GET /api/atlas/v2/orgs: an entry of the list is not an object"},
		{"an error after the first page: only the error is yielded", []answer{ok(pageBody(2, true, "a")), {404, "", ""}}, 0, "GET /api/atlas/v2/orgs: 404 Not Found"},
	} {
		s := &script{t: t, answers: row.answers}
		got, err := idsOf(t, s.client(), "/orgs?name=a%26b")
		s.done()
		if len(got) != row.want || errorText(err) != row.wantErr {
			t.Errorf("%s: got %d entries, %v; want %d, %s", row.reason, len(got), err, row.want, row.wantErr)
		}
		lines := s.lines()
		if lines[0] != "GET /api/atlas/v2/orgs?name=a%26b&itemsPerPage=500&pageNum=1 (no login)" {
			t.Errorf("%s: the first page is %s", row.reason, lines[0])
		}
		if slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, "includeCount") }) {
			t.Errorf("%s: without a count the pages have no links: %v", row.reason, lines)
		}
	}
}

// TestPagesEnd: a list that never ends is an error.
func TestPagesEnd(t *testing.T) {
	c := listServer(t, nil, nil, func(int) string { return pageBody(-1, true, "x") })
	if got, err := idsOf(t, c, "/orgs?name=a"); len(got) > 0 || errorText(err) != "GET /api/atlas/v2/orgs: the list has more than 200 pages" {
		t.Errorf("%d entries, %v", len(got), err)
	}
}

// TestPagesSideBySide: how long a list takes, and how many requests it needs. Each page takes a second.
func TestPagesSideBySide(t *testing.T) {
	for _, row := range []struct {
		reason   string
		entries  int
		total    int // that the pages say
		rounds   int
		requests int
		wantErr  string
	}{
		{"one page", 3, 3, 1, 1, ""},
		{"the first page is full, so another one may follow", 500, 500, 2, 2, ""},
		{"eight pages after the first one, at once", 4100, 4100, 2, 9, ""},
		{"nine pages after the first one", 4600, 4600, 3, 10, ""},
		{"full pages: the empty one behind them is read beside them", 2000, 2000, 2, 5, ""},
		{"the total is a little too small: the rest is read afterwards, and all again", 1510, 1500, 4, 8, ""},
		{"the total is a little too large: the page behind the end is read in vain, and all again", 1000, 1010, 4, 6, ""},
		{"without totals: one after the other, and again", 1200, -1, 6, 6, ""},
		{"more pages than a list may have", 200_000, 200_000, 26, 200, "GET /api/atlas/v2/orgs: the list has more than 200 pages"},
	} {
		synctest.Test(t, func(t *testing.T) {
			all, requests, now, most := numbered(row.entries), 0, 0, 0
			var mu sync.Mutex
			count := func(by int) {
				mu.Lock()
				defer mu.Unlock()
				requests += max(by, 0)
				now += by
				most = max(most, now)
			}
			c := listServer(t, nil, nil, func(number int) string {
				count(1)
				defer count(-1)
				time.Sleep(time.Second)
				from, to := min((number-1)*itemsPerPage, len(all)), min(number*itemsPerPage, len(all))
				return pageBody(row.total, to < len(all), all[from:to]...)
			})
			start := time.Now()
			got, err := idsOf(t, c, "/orgs")
			if errorText(err) != row.wantErr || err == nil && !slices.Equal(got, all) {
				t.Errorf("%s: got %d entries, %v", row.reason, len(got), err)
			}
			if took := time.Since(start); took != time.Duration(row.rounds)*time.Second || requests != row.requests || most > pagesAtOnce {
				t.Errorf("%s: %s, %d requests, up to %d at once", row.reason, took, requests, most)
			}
		})
	}
}

// TestPagesBehindTheEnd: after an error, or after the last page, no other page begins, whatever the total says. Those that have begun
// do not count, not even if they are wrong.
func TestPagesBehindTheEnd(t *testing.T) {
	for _, row := range []struct {
		reason  string
		total   int
		third   string
		entries int
		wantErr string
	}{
		{"an answer that is not a list", 50_000, "{}", 0, "GET /api/atlas/v2/orgs: the answer holds no list named results"},
		{"the last page, far before the end of the total", 50_000, pageBody(50_000, false, "z"), 0,
			"GET /api/atlas/v2/orgs: totalCount is 50000, but the list has 1001 entries, a difference of more than 5%"},
		{"the last page, and a total that is a little too large", 1501, pageBody(1501, false, numbered(1430)[1000:]...), 1430, ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			var requests atomic.Int32
			c := listServer(t, nil, nil, func(number int) string {
				requests.Add(1)
				time.Sleep(time.Second)
				switch number {
				case 1, 2:
					return pageBody(row.total, true, numbered(number * itemsPerPage)[(number-1)*itemsPerPage:]...)
				case 3:
					return row.third
				}
				return "{}"
			})
			got, err := idsOf(t, c, "/orgs")
			if errorText(err) != row.wantErr || len(got) != row.entries || requests.Load() > 2*(1+2*pagesAtOnce) {
				t.Errorf("%s: got %d entries, %v, after %d requests", row.reason, len(got), err, requests.Load())
			}
		})
	}
}
