package resource

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"testing"
)

// counting is an API that answers each request with its path, and counts the requests.
type counting struct {
	mu    sync.Mutex
	asked map[string]int
	fail  string // the path that fails
}

var errFails = errors.New("fails")

func (c *counting) ask(path string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked[path]++
	if path == c.fail {
		return errFails
	}
	return nil
}

func (c *counting) Do(_ context.Context, _, path string, _, _ any) error { return c.ask(path) }

func (c *counting) All(_ context.Context, path string) iter.Seq2[Fields, error] {
	return func(yield func(Fields, error) bool) {
		if err := c.ask(path); err != nil {
			yield(nil, err)
			return
		}
		_ = yield(Fields{"id": id("1"), "name": path, "n": 1}, nil) && yield(Fields{"id": id("2"), "name": path, "n": 2}, nil)
	}
}

// failure is an error of an API.
type failure struct {
	error
	ambiguous bool
}

func (f failure) Temporary() bool { return false }
func (f failure) Ambiguous() bool { return f.ambiguous }
func (f failure) Waited() bool    { return false }
func (f failure) Outage() bool    { return false }

// failing is an API whose requests all fail.
type failing struct {
	API
	err error
}

func (f failing) Do(context.Context, string, string, any, any) error { return f.err }

// TestWrites: a write counts unless it certainly had no effect.
func TestWrites(t *testing.T) {
	for _, row := range []struct {
		method string
		err    error
		want   int64
	}{
		{"POST", nil, 1},
		{"POST", failure{errFails, true}, 1},
		{"DELETE", fmt.Errorf("around: %w", failure{errFails, true}), 1},
		{"POST", failure{errFails, false}, 0},
		{"POST", errFails, 0},
		{"GET", nil, 0},
	} {
		s := ApplySession(failing{err: row.err})
		if err := s.Do(t.Context(), row.method, "/", nil, nil); err != row.err || s.Writes() != row.want {
			t.Errorf("%s %v: got %v, %d", row.method, row.err, err, s.Writes())
		}
	}
}

// TestPlanSession: a planning session reads each list once, for all kinds, in All and in Lookup.
func TestPlanSession(t *testing.T) {
	c := &counting{asked: map[string]int{}}
	s := PlanSession(c)
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			n := 0
			for fields, err := range s.All(t.Context(), "/list") {
				if n++; err != nil || fields["n"] != n {
					t.Errorf("got %v, %v", fields, err)
				}
			}
			for range s.Lookup(t.Context(), "/list") {
				break // a caller may stop early
			}
		})
	}
	wg.Wait()
	if c.asked["/list"] != 1 {
		t.Errorf("sent %v, want one request", c.asked)
	}
}

func TestPlanSessionReturnsAnErrorToAllCallers(t *testing.T) {
	s := PlanSession(&counting{asked: map[string]int{}, fail: "/list"})
	for range 2 {
		n := 0
		for _, err := range s.All(t.Context(), "/list") {
			if n++; !errors.Is(err, errFails) {
				t.Errorf("got %v", err)
			}
		}
		if n != 1 {
			t.Errorf("the error was yielded %d times", n)
		}
	}
}

func TestPlanSessionRefusesToWrite(t *testing.T) {
	c := &counting{asked: map[string]int{}}
	for _, method := range []string{"POST", "PATCH", "PUT", "DELETE"} {
		err := PlanSession(c).Do(t.Context(), method, "/value", nil, nil)
		if err == nil || !strings.Contains(err.Error(), "only reads") || len(c.asked) > 0 {
			t.Errorf("%s: got %v, asked %v", method, err, c.asked)
		}
	}
}

// TestEmptySession: an organization that does not exist yet has empty lists, and no request is sent.
func TestEmptySession(t *testing.T) {
	for range EmptySession().All(t.Context(), "/orgs//teams") {
		t.Error("the list has an entry")
	}
	if err := EmptySession().Do(t.Context(), "GET", "/orgs/", nil, nil); err == nil {
		t.Error("a request got an answer")
	}
}

// TestApplySession: All reads the list each time. Lookup remembers a list until something in it is written.
func TestApplySession(t *testing.T) {
	for _, row := range []struct {
		reason, method, path string
		asked                int // for the list of teams, by two look-ups with the request between them
	}{
		{"a write to another list", "PATCH", "/orgs/o/users/1", 1},
		{"a read", "GET", "/orgs/o/teams/1", 1},
		{"a team is created", "POST", "/orgs/o/teams", 2},
		{"a team is renamed", "PATCH", "/orgs/o/teams/1", 2},
		{"a team is deleted", "DELETE", "/orgs/o/teams/1", 2},
		{"a change in a team", "POST", "/orgs/o/teams/1:addUser", 2},
		{"a write with a query", "POST", "/orgs/o/teams?pretty=true", 2},
		{"a write to a list whose name begins with the same word", "POST", "/orgs/o/teamsters", 1},
		{"the organization is renamed", "PATCH", "/orgs/o", 1},
		{"a team is created, but the answer is lost", "POST", "/orgs/o/teams/lost", 2},
	} {
		c := &counting{asked: map[string]int{}, fail: "/orgs/o/teams/lost"}
		s := ApplySession(c)
		for i := range 2 {
			for range s.Lookup(t.Context(), "/orgs/o/teams?itemsPerPage=100") {
				break
			}
			if i == 0 {
				_ = s.Do(t.Context(), row.method, row.path, nil, nil) // one of them fails
			}
		}
		if got := c.asked["/orgs/o/teams?itemsPerPage=100"]; got != row.asked {
			t.Errorf("%s: Lookup read the list %d times, want %d", row.reason, got, row.asked)
		}
		for range 2 {
			for range s.All(t.Context(), "/orgs/o/users") {
				break
			}
		}
		if got := c.asked["/orgs/o/users"]; got != 2 {
			t.Errorf("%s: All read the list %d times, want 2", row.reason, got)
		}
	}
}

// TestApplySessionReadsAgainAfterAnError: after a failed Lookup, the next one sends the request again.
func TestApplySessionReadsAgainAfterAnError(t *testing.T) {
	c := &counting{asked: map[string]int{}, fail: "/list"}
	s := ApplySession(c)
	for _, wantErr := range []error{errFails, nil} {
		for _, err := range s.Lookup(t.Context(), "/list") {
			if !errors.Is(err, wantErr) {
				t.Errorf("got %v, want %v", err, wantErr)
			}
		}
		c.fail = ""
	}
	if c.asked["/list"] != 2 {
		t.Errorf("sent %v", c.asked)
	}
}
