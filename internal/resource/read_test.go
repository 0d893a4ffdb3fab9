package resource

import (
	"context"
	"errors"
	"iter"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// counting answers every question with its own path, and counts.
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

// TestOnce: a plan asks no question twice, however many kinds want to know.
func TestOnce(t *testing.T) {
	c := &counting{asked: map[string]int{}}
	api := newOnce(c)
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			n := 0
			for fields, err := range api.All(t.Context(), "/list") {
				if n++; err != nil || fields["n"] != n {
					t.Errorf("got %v, %v", fields, err)
				}
			}
			for range api.All(t.Context(), "/list") {
				break // not everybody wants all
			}
		})
	}
	wg.Wait()
	if c.asked["/list"] != 1 {
		t.Errorf("asked %v, want once", c.asked)
	}
}

// TestRemember: what references are looked up in may be as old as the run; what a kind is about to change may not.
func TestRemember(t *testing.T) {
	c := &counting{asked: map[string]int{}}
	api := Remember(c)
	person := Object{Fields: Fields{"teams": []any{"Platform"}}}
	for range 2 {
		if _, err := readDirectory(t.Context(), api, "o", person); err != nil {
			t.Error(err)
		}
		if err := api.Do(t.Context(), "PATCH", "/orgs/o", Fields{}, nil); err != nil {
			t.Error(err)
		}
	}
	for range 2 {
		for range api.All(t.Context(), "/orgs/o/teams") {
			break
		}
	}
	want := map[string]int{"/orgs/o/teams": 1 + 2, "/orgs/o": 2}
	if diff := cmp.Diff(want, c.asked); diff != "" {
		t.Error(diff)
	}
}

func TestOnceTellsTroubleToAll(t *testing.T) {
	api := newOnce(&counting{asked: map[string]int{}, fail: "/list"})
	for range 2 {
		n := 0
		for _, err := range api.All(t.Context(), "/list") {
			if n++; !errors.Is(err, errFails) {
				t.Errorf("got %v", err)
			}
		}
		if n != 1 {
			t.Errorf("told %d times", n)
		}
	}
}

func TestOnceRefusesToWrite(t *testing.T) {
	c := &counting{asked: map[string]int{}}
	for _, method := range []string{"POST", "PATCH", "PUT", "DELETE"} {
		err := newOnce(c).Do(t.Context(), method, "/value", nil, nil)
		if err == nil || !strings.Contains(err.Error(), "only reads") || len(c.asked) > 0 {
			t.Errorf("%s: got %v, asked %v", method, err, c.asked)
		}
	}
}
