package sandbox

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// inRounds runs do in a bubble, with a client of a sandbox whose rounds end after 10 ms without a request. The client
// has a token, and the log is empty.
func inRounds(t *testing.T, do func(t *testing.T, c *client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := demoDirect(t, "ACME_PROD").bearer()
		c.control("PATCH", behaviorPath, `{"roundMilliseconds":10}`).want(t, 200, "")
		c.control("DELETE", "/_sandbox/log", "").want(t, 204, "")
		do(t, c)
	})
}

// wantRounds checks the rounds of the requests in the log, and their number.
func (c *client) wantRounds(count int, want ...int) {
	c.t.Helper()
	log := c.s.Log()
	if len(log) != len(want) || c.s.Rounds() != count {
		c.t.Fatalf("%d requests, %d rounds: %+v", len(log), c.s.Rounds(), log)
	}
	for i, e := range log {
		if e.Round != want[i] {
			c.t.Errorf("request %d, %s %s, was answered in round %d, want %d", i+1, e.Method, e.Path, e.Round, want[i])
		}
	}
}

// TestRounds: the number of rounds is the length of the longest chain of requests.
func TestRounds(t *testing.T) {
	get := func(c *client) { c.do("GET", v2, "").want(c.t, 200, "") }
	for _, row := range []struct {
		reason string
		do     func(*client)
		count  int
		want   []int
	}{
		{"no request, no round", func(*client) {}, 0, nil},
		{"a chain", func(c *client) { get(c); get(c); get(c) }, 3, []int{1, 2, 3}},
		{"together", func(c *client) { together(get, get, get)(c) }, 1, []int{1, 1, 1}},
		{"the longer of two chains counts", together(func(c *client) { get(c); get(c); get(c) }, get), 3, []int{1, 1, 2, 3}},
		{"a challenge and a token are answers, too", func(c *client) {
			c.nonce()
			c.mint().want(c.t, 200, "")
		}, 2, []int{1, 2}},
		{"an error, and a path that does not exist", together(
			func(c *client) { c.do("GET", v2+"/x", "").want(c.t, 404, "INVALID_ORG_ID") },
			func(c *client) { c.do("GET", "/api/things", "") },
		), 1, []int{1, 1}},
		{"an answer that does not come ends in its round", func(c *client) {
			if err := c.s.Inject(Fault{Kind: "reset-after"}); err != nil {
				c.t.Fatal(err)
			}
			request := c.signed(request{method: "GET", path: v2})
			c.rt = c.s // it turns the reset into an error
			if res, err := c.try(request); err == nil {
				c.t.Errorf("got %d", res.status)
			}
			get(c)
		}, 2, []int{1, 2}},
		{"the log begins again", func(c *client) {
			get(c)
			c.control("DELETE", "/_sandbox/log", "")
			get(c)
		}, 1, []int{1}},
		{"switched off", func(c *client) {
			get(c)
			c.control("PATCH", behaviorPath, `{"roundMilliseconds":0}`)
			get(c)
		}, 1, []int{1, 0}},
	} {
		t.Run(row.reason, func(t *testing.T) {
			inRounds(t, func(_ *testing.T, c *client) {
				row.do(c)
				c.wantRounds(row.count, row.want...)
			})
		})
	}
}

// together runs all at the same time.
func together(all ...func(*client)) func(*client) {
	return func(c *client) {
		var wg sync.WaitGroup
		for _, do := range all {
			wg.Go(func() { do(c) })
		}
		wg.Wait()
	}
}

// TestRoundEnds: a round ends when no request has arrived for the whole time. The effects are not late, and control
// requests do not count.
func TestRoundEnds(t *testing.T) {
	inRounds(t, func(t *testing.T, c *client) {
		start := time.Now()
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				time.Sleep(time.Duration(i) * 7 * time.Millisecond)
				c.do("GET", v2, "").want(t, 200, "")
				if took := time.Since(start); took != 31*time.Millisecond {
					t.Errorf("request %d was answered after %v", i, took)
				}
			})
		}
		time.Sleep(30 * time.Millisecond)
		if n := len(c.s.Log()); n != 4 {
			t.Errorf("%d requests were carried out before the round ends", n)
		}
		c.control("GET", behaviorPath, "").want(t, 200, "")
		wg.Wait()
		c.wantRounds(1, 1, 1, 1, 1)
	})
}

// TestHeldAnswers: what sends held answers early.
func TestHeldAnswers(t *testing.T) {
	for _, row := range []struct {
		reason string
		do     func(*client)
	}{
		{"the log is cleared", func(c *client) { c.control("DELETE", "/_sandbox/log", "") }},
		{"rounds were switched off, and a request comes", func(c *client) {
			c.control("PATCH", behaviorPath, `{"roundMilliseconds":0}`)
			c.do("GET", v2, "")
		}},
	} {
		t.Run(row.reason, func(t *testing.T) {
			inRounds(t, func(t *testing.T, c *client) {
				start := time.Now()
				together(
					func(c *client) { c.do("GET", v2, "").want(t, 200, "") },
					func(c *client) { time.Sleep(3 * time.Millisecond); row.do(c) },
				)(c)
				if took := time.Since(start); took != 3*time.Millisecond {
					t.Errorf("the answer came after %v", took)
				}
			})
		})
	}
}

// TestRoundWithoutClient: a client that goes away does not wait for its round, and the others get their answers in it.
// The latency begins when the round ends.
func TestRoundWithoutClient(t *testing.T) {
	inRounds(t, func(t *testing.T, c *client) {
		if err := c.s.Behave(Behavior{RoundMilliseconds: 10, LatencyMilliseconds: 100}); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		var wg sync.WaitGroup
		wg.Go(func() {
			ctx, goAway := context.WithTimeout(t.Context(), 4*time.Millisecond)
			defer goAway()
			_, _ = c.try(c.signed(request{method: "GET", path: v2}).WithContext(ctx))
			if took := time.Since(start); took != 4*time.Millisecond {
				t.Errorf("the client was gone after 4 ms, its request after %v", took)
			}
		})
		c.do("GET", v2, "").want(t, 200, "")
		if took := time.Since(start); took != 110*time.Millisecond {
			t.Errorf("the other client got its answer after %v", took)
		}
		wg.Wait()
		c.wantRounds(1, 1, 1)
	})
}

// TestRoundOfWaitingRequests: a request that has arrived keeps the round open, even if the sandbox is busy for longer.
func TestRoundOfWaitingRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r rounds
		r.arrive()
		first, sent := r.join(time.Millisecond)
		r.arrive()
		time.Sleep(time.Second)
		select {
		case <-sent:
			t.Error("the round ended while a request waited for its answer")
		default:
		}
		second, _ := r.join(time.Millisecond)
		<-sent
		if first != 1 || second != 1 || r.count() != 1 {
			t.Errorf("rounds %d and %d of %d", first, second, r.count())
		}
	})
}
