package client

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestInFlight: a request beyond the most at once waits. The time for an answer begins only when it is sent.
func TestInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limits := NewLimits()
		limits.slots = make(chan struct{}, 2)
		c := listServer(t, limits, nil, func(int) string {
			time.Sleep(20 * time.Second)
			return pageBody(0, false)
		})
		start := time.Now()
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() {
				if _, err := idsOf(t, c, "/orgs"); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		ctx, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		var e *Error
		if err := c.Do(ctx, http.MethodPost, "/orgs", map[string]any{}, nil); !errors.As(err, &e) || e.Ambiguous() || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a request that was not sent: %v", err)
		}
		all.Wait()
		if took := time.Since(start); took != time.Minute {
			t.Errorf("three rounds took %s", took)
		}
	})
}

func TestRequestSlots(t *testing.T) {
	if n := requestSlots(); n < 1 || n > mostRequests {
		t.Errorf("%d requests at once", n)
	}
}
