package client

import (
	"slices"
	"strings"
	"testing"
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
