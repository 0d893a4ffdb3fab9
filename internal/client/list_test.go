package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/client/httpdigest"
)

// listServer returns a client of a server with a list, which is already logged in. page returns a page by its number. Each reading of
// the list starts with page 1.
func listServer(t testing.TB, limits *Limits, notice func(InexactTotal), page func(number int) string) *Client {
	t.Helper()
	c, err := New(Config{BaseURL: "https://atlas.example", Limits: limits, Notice: notice, Transport: roundTrip(func(r *http.Request) *http.Response {
		number, err := strconv.Atoi(r.URL.Query().Get("pageNum"))
		if err != nil {
			t.Error(err)
		}
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(page(number)))}
	})})
	if err != nil {
		t.Fatal(err)
	}
	c.login.(*digest).hold(httpdigest.Find(http.Header{"Www-Authenticate": {`Digest realm="r", nonce="n", qop="auth"`}}))
	return c
}

// pageBody returns a page of entries with these ids. A negative total is left out.
func pageBody(total int, hasNext bool, ids ...string) string {
	var entries []string
	for _, id := range ids {
		entries = append(entries, fmt.Sprintf(`{"id":%q}`, id))
	}
	body := `{"links":[{"rel":"self"}`
	if hasNext {
		body += `,{"rel":"next"}`
	}
	body += `],"results":[` + strings.Join(entries, ",") + `]`
	if total >= 0 {
		body += fmt.Sprintf(`,"totalCount":%d`, total)
	}
	return body + "}"
}

// numbered returns the ids 0 to n-1.
func numbered(n int) (ids []string) {
	for i := range n {
		ids = append(ids, strconv.Itoa(i))
	}
	return ids
}

// idsOf returns the ids that a list yields, and its error.
func idsOf(t testing.TB, c *Client, path string) (ids []string, err error) {
	t.Helper()
	for fields, e := range c.All(t.Context(), path) {
		if err != nil {
			t.Error("All yields something after an error")
		}
		if err = e; err == nil {
			id, _ := fields["id"].(string)
			ids = append(ids, id)
		}
	}
	return ids, err
}

// adviceText returns the error and its advice, as people see them.
func adviceText(err error) string {
	var e *Error
	if !errors.As(err, &e) {
		return errorText(err)
	}
	return strings.TrimSuffix(e.Error()+"; "+e.Advice(), "; ")
}

func TestListIsReadAgain(t *testing.T) {
	const changing = "GET /api/atlas/v2/orgs: the list changed each time it was read (3 times); run it again"
	more, last := func(total int, ids ...string) string { return pageBody(total, true, ids...) }, func(total int, ids ...string) string { return pageBody(total, false, ids...) }
	steady := []string{more(3, "a", "b"), last(3, "c")}
	lost := []string{more(3, "a", "b"), last(2)} // a was removed between the pages, so c moved to the first page
	short := []string{last(47, numbered(46)...)}
	for _, row := range []struct {
		reason   string
		readings [][]string // the pages of each
		want     string     // the ids
		notice   *InexactTotal
		wantErr  string
	}{
		{"two pages without a change", [][]string{steady}, "a b c", nil, ""},
		{"one page", [][]string{{last(2, "a", "b")}}, "a b", nil, ""},
		{"one page without a total", [][]string{{last(-1, "a", "b")}}, "a b", nil, ""},
		{"an empty page", [][]string{{last(0)}}, "", nil, ""},
		{"the total shows that an entry is missing", [][]string{lost, {last(2, "b", "c")}}, "b c", nil, ""},
		{"the list grew between the pages, so an id came twice", [][]string{{more(3, "a", "b"), last(4, "b", "c")}, {more(4, "n", "a"), last(4, "b", "c")}}, "n a b c", nil, ""},
		{"an id came twice, although the total is right", [][]string{{more(4, "a", "b"), last(4, "b", "c")}, {more(3, "a", "b"), last(3, "c")}}, "a b c", nil, ""},
		{"fewer entries than the total", [][]string{{more(3, "a", "b"), last(3)}, {more(3, "a", "b"), last(3, "c")}}, "a b c", nil, ""},
		{"more entries than the total", [][]string{{more(2, "a", "b"), last(2, "c")}, {more(3, "a", "b"), last(3, "c")}}, "a b c", nil, ""},
		{"totals are estimates: if they differ, the list is only read again", [][]string{{more(4, "a", "b"), last(3, "c")}, {more(2, "a", "b"), last(3, "c")}}, "a b c", nil, ""},
		{"several pages, one without a total", [][]string{{more(3, "a", "b"), last(-1, "c")}, {more(3, "a", "b"), last(-1, "c")}}, "a b c", nil, ""},
		{"several pages without totals", [][]string{{more(-1, "a", "b"), last(-1, "c")}, {more(-1, "a", "b"), last(-1, "c")}}, "a b c", nil, ""},
		{"two readings with the same ids in another order", [][]string{{more(-1, "a", "b"), last(-1, "c")}, {more(-1, "c", "b"), last(-1, "a")}}, "c b a", nil, ""},
		{"the third reading has the ids of the first", [][]string{{more(-1, "a"), last(-1, "b")}, {more(-1, "a"), last(-1)}, {more(-1, "a"), last(-1, "b")}}, "a b", nil, ""},
		{"the third reading has the ids of the second", [][]string{lost, {more(4, "a"), last(3, "c")}, {more(4, "a"), last(2, "c")}}, "a c", nil, ""},
		{"three readings with different ids", [][]string{{more(-1, "a"), last(-1, "b")}, {more(-1, "a"), last(-1)}, {more(-1, "b"), last(-1)}}, "", nil, changing},
		{"the total asks for pages behind the end, which do not count", [][]string{{more(9, "a"), last(3, "b", "c")}, {more(3, "a"), last(3, "b", "c")}}, "a b c", nil, ""},
		{"the total asks for too few pages", [][]string{{more(2, "a"), more(3, "b"), last(3, "c")}, {more(3, "a"), more(3, "b"), last(3, "c")}}, "a b c", nil, ""},
		{"a negative total", [][]string{{more(-1, "a"), last(-1, "b")}, {more(-1, "a"), last(-1, "b")}}, "a b", nil, ""},
		{"Atlas lists an id twice in both readings", [][]string{{last(2, "a", "a")}, {last(2, "a", "a")}}, "a a", nil, ""},
		{"46 entries with a total of 47 [seen inexact-total]", [][]string{short, short}, strings.Join(numbered(46), " "), &InexactTotal{"/api/atlas/v2/orgs", 47, 46}, ""},
		{"one of twenty entries is missing, which is accepted", [][]string{{last(20, numbered(19)...)}, {last(20, numbered(19)...)}}, strings.Join(numbered(19), " "), &InexactTotal{"/api/atlas/v2/orgs", 20, 19}, ""},
		{"one of nineteen entries is missing, which is too much", [][]string{{last(19, numbered(18)...)}, {last(19, numbered(18)...)}}, "", nil,
			"GET /api/atlas/v2/orgs: totalCount is 19, but the list has 18 entries, a difference of more than 5%; run it again; if that does not help, ask MongoDB support"},
		{"one entry with a total of 0", [][]string{{last(0, "a")}, {last(0, "a")}}, "", nil,
			"GET /api/atlas/v2/orgs: totalCount is 0, but the list has 1 entries, a difference of more than 5%; run it again; if that does not help, ask MongoDB support"},
	} {
		reading, notices := -1, []InexactTotal{}
		c := listServer(t, nil, func(n InexactTotal) { notices = append(notices, n) }, func(number int) string {
			if number == 1 {
				reading++
			}
			if pages := row.readings[reading]; number <= len(pages) {
				return pages[number-1]
			}
			return pageBody(99, false, "behind the end") // a wrong total can ask for it
		})
		got, err := idsOf(t, c, "/orgs?name=a")
		if strings.Join(got, " ") != row.want || adviceText(err) != row.wantErr {
			t.Errorf("%s: got %q, %v", row.reason, got, err)
		}
		if reading != len(row.readings)-1 {
			t.Errorf("%s: read %d times, want %d", row.reason, reading+1, len(row.readings))
		}
		if want := (row.notice != nil); want != (len(notices) == 1) || want && notices[0] != *row.notice {
			t.Errorf("%s: notices %+v", row.reason, notices)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// TestListIDs: which field identifies an entry in the next reading.
func TestListIDs(t *testing.T) {
	for _, row := range []struct {
		reason, first, second string
		same                  bool
	}{
		{"the same id, and another field changed", `{"id":"a","n":1}`, `{"id":"a","n":2}`, true},
		{"another id", `{"id":"a"}`, `{"id":"b"}`, false},
		{"the same clientId of a service account", `{"clientId":"a","n":1}`, `{"clientId":"a","n":2}`, true},
		{"another clientId", `{"clientId":"a"}`, `{"clientId":"b"}`, false},
		{"a null or empty id, and the same clientId", `{"id":null,"clientId":"a"}`, `{"id":"","clientId":"a"}`, true},
		{"neither id nor clientId, and the same fields", `{"n":1}`, `{"n":1}`, true},
		{"neither id nor clientId, and other fields", `{"n":1}`, `{"n":2}`, false},
	} {
		reading := 0
		c := listServer(t, nil, nil, func(number int) string {
			if number > 1 {
				return pageBody(-1, false)
			}
			reading++
			entry := row.first
			if reading%2 == 0 {
				entry = row.second
			}
			return `{"links":[{"rel":"next"}],"results":[` + entry + `]}`
		})
		if _, err := idsOf(t, c, "/orgs"); err != nil {
			t.Errorf("%s: %v", row.reason, err)
		}
		if want := map[bool]int{true: 2, false: 3}[row.same]; reading != want {
			t.Errorf("%s: read %d times, want %d", row.reason, reading, want)
		}
	}
}

// TestFullPageIsNotTheLast: without a count Atlas sends no link to the next page, not even on a full page [seen no-count].
func TestFullPageIsNotTheLast(t *testing.T) {
	all := numbered(itemsPerPage + 1)
	c := listServer(t, nil, nil, func(number int) string {
		return pageBody(len(all), false, all[(number-1)*itemsPerPage:min(number*itemsPerPage, len(all))]...)
	})
	if got, err := idsOf(t, c, "/orgs"); err != nil || len(got) != len(all) {
		t.Errorf("got %d of %d, %v", len(got), len(all), err)
	}
}

// TestListBounds: the message names the limit. If all lists together are too long, it also says how to read fewer at once.
func TestListBounds(t *testing.T) {
	r := &reading{held: &memoryUse{run: &NewLimits().listMemory}}
	r.size.Store(maxList - 1000)
	if err := r.hold("/orgs", page{Results: []json.RawMessage{[]byte(`{}`)}}); err != nil {
		t.Errorf("got %v within the bound", err)
	}
	if err := r.hold("/orgs", page{Results: []json.RawMessage{[]byte(`{"id":"` + strings.Repeat("x", 1000) + `"}`)}}); errorText(err) != "GET /api/atlas/v2/orgs: the list is longer than 32 MiB" {
		t.Errorf("got %v", err)
	}

	limits, one := NewLimits(), func(int) string { return pageBody(1, false, "a") }
	for _, err := range listServer(t, limits, nil, one).All(t.Context(), "/orgs") {
		if err != nil || limits.listMemory.Load() < entryOverhead {
			t.Errorf("a list that is being read holds %d bytes, %v", limits.listMemory.Load(), err)
		}
		limits.listMemory.Add(maxAllLists - limits.listMemory.Load()) // other lists hold the rest
		_, err := idsOf(t, listServer(t, limits, nil, one), "/orgs")
		if want := "GET /api/atlas/v2/orgs: the lists that are read at the same time are longer than 256 MiB; run it again with a smaller --parallelism"; adviceText(err) != want {
			t.Errorf("got %v", err)
		}
	}
	if _, err := idsOf(t, listServer(t, limits, nil, one), "/orgs"); err != nil {
		t.Errorf("lists that have ended still count: %v", err)
	}
}

// TestLoopMayEndEarly: a loop over a list may end early. The memory of the list then stops counting.
func TestLoopMayEndEarly(t *testing.T) {
	limits := NewLimits()
	c := listServer(t, limits, nil, func(int) string { return pageBody(2, false, "a", "b") })
	for range c.All(t.Context(), "/orgs") {
		break
	}
	if held := limits.listMemory.Load(); held != 0 {
		t.Errorf("%d bytes are still held", held)
	}
}

// shiftingList is a list that changes while its pages are read. Its totals are exact. Pages that are read side by side come in a random
// order, which depends only on the seed.
type shiftingList struct {
	seed uint64

	mu       sync.Mutex
	random   *rand.Rand
	rate     int // the list changes before one of so many pages
	next     int // the next id
	ids      []string
	stayed   map[string]bool // the ids that were in the list all the time
	readings []*shifted
}

// shifted is what happened during one reading.
type shifted struct {
	pages   map[int][]string // their ids, by number
	last    int              // the first page that had no next one; 0 until then
	changed bool
	swapped bool // between two pages, entries were both added and removed
}

// ids returns the ids on the pages, without those behind the last page.
func (r *shifted) ids() map[string]bool {
	all := map[string]bool{}
	for number, ids := range r.pages {
		for _, id := range ids {
			all[id] = all[id] || number <= r.last
		}
	}
	maps.DeleteFunc(all, func(_ string, counts bool) bool { return !counts })
	return all
}

const smallPage = 4

func (l *shiftingList) page(number int) string {
	l.mu.Lock()
	if number == 1 {
		l.readings = append(l.readings, &shifted{pages: map[int][]string{}})
	}
	r, order := l.readings[len(l.readings)-1], rand.New(rand.NewPCG(l.seed, uint64(1000*len(l.readings)+number)))
	l.mu.Unlock()
	time.Sleep(time.Duration(order.IntN(int(time.Second))))
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.random.IntN(l.rate) == 0 {
		came, went := l.change()
		if number > 1 {
			r.changed, r.swapped = true, r.swapped || came && went
		}
	}
	from, to := min((number-1)*smallPage, len(l.ids)), min(number*smallPage, len(l.ids))
	r.pages[number] = slices.Clone(l.ids[from:to])
	if to == len(l.ids) && (r.last == 0 || number < r.last) {
		r.last = number
	}
	return pageBody(len(l.ids), to < len(l.ids), l.ids[from:to]...)
}

// change adds, removes or moves up to three entries. A removed id does not come back, as in Atlas.
func (l *shiftingList) change() (came, went bool) {
	for range 1 + l.random.IntN(3) {
		at := l.random.IntN(len(l.ids) + 1)
		if l.random.IntN(3) == 0 || at == len(l.ids) {
			l.ids = slices.Insert(l.ids, at, strconv.Itoa(l.next))
			l.next, came = l.next+1, true
			continue
		}
		id := l.ids[at]
		l.ids = slices.Delete(l.ids, at, at+1)
		if l.random.IntN(2) == 0 {
			l.ids = slices.Insert(l.ids, l.random.IntN(len(l.ids)+1), id)
			continue
		}
		delete(l.stayed, id)
		went = true
	}
	return came, went
}

// mayLose reports whether one of the two changes happened that All cannot detect, as its documentation says.
func (l *shiftingList) mayLose() bool {
	last := l.readings[len(l.readings)-1]
	return last.swapped || slices.ContainsFunc(l.readings[:len(l.readings)-1], func(r *shifted) bool {
		return r.changed && last.changed && cmp.Equal(r.ids(), last.ids())
	})
}

// FuzzAll changes a list between its pages. All must yield every entry that stays in the list, except in the two cases that it
// documents.
func FuzzAll(f *testing.F) {
	for seed := range uint64(600) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 0))
			n := 1 + random.IntN(60)
			list := &shiftingList{seed: seed, random: random, rate: 1 + random.IntN(20), next: n, ids: numbered(n), stayed: map[string]bool{}}
			for _, id := range list.ids {
				list.stayed[id] = true
			}
			got, err := idsOf(t, listServer(t, nil, nil, list.page), "/orgs")
			if err != nil {
				return // the list kept changing, and All said so
			}
			for id := range list.stayed {
				if !slices.Contains(got, id) && !list.mayLose() {
					t.Errorf("%s was there all the time and is missing from %v", id, got)
				}
			}
			if len(list.readings) > 3 {
				t.Errorf("read %d times", len(list.readings))
			}
		})
	})
}
