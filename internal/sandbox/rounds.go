package sandbox

import (
	"context"
	"sync"
	"time"
)

// rounds holds answers until no request has arrived for a while, and then sends them together: one round. So the number
// of rounds is the length of the longest chain of requests in which each waited for the answer to the one before.
type rounds struct {
	mu       sync.Mutex
	last     int           // number of the round, or of the last one if none is open; from 1
	sent     chan struct{} // closed when the round ends; nil: no round is open
	arriving int           // requests that are here, but have no answer yet
	timer    *time.Timer   // ends the round
	deadline time.Time     // when the timer ends the round, if no request arrives
}

// arrive counts a request that will join.
func (r *rounds) arrive() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.arriving++
}

// join adds the answer of a request to the open round, or to a new one. It returns the number of the round, and a
// channel that is closed when the answer may be sent. The round ends after quiet without a request. If quiet is 0,
// answers are not held: the number is 0, and the channel is nil.
func (r *rounds) join(quiet time.Duration) (number int, sent <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.arriving--
	if quiet == 0 {
		r.release()
		return 0, nil
	}
	r.deadline = time.Now().Add(quiet)
	if r.sent == nil {
		r.last++
		r.sent, r.timer = make(chan struct{}), time.AfterFunc(quiet, r.end)
	} else {
		r.timer.Reset(quiet)
	}
	return r.last, r.sent
}

// end ends the round, unless a request has arrived since the timer was set. That request sets the timer again.
func (r *rounds) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.arriving == 0 && !time.Now().Before(r.deadline) {
		r.release()
	}
}

// release ends the round if one is open.
func (r *rounds) release() {
	if r.sent == nil {
		return
	}
	r.timer.Stop()
	close(r.sent)
	r.sent = nil
}

// clear ends the round. The next one has the number 1.
func (r *rounds) clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.release()
	r.last = 0
}

func (r *rounds) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last
}

// await returns when sent is closed, or when ctx ends. It does not wait for a nil channel.
func await(ctx context.Context, sent <-chan struct{}) {
	if sent == nil {
		return
	}
	select {
	case <-sent:
	case <-ctx.Done():
	}
}
