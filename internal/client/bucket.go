package client

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// bucket is a token bucket as Atlas has them. Each request takes a token, and some come back together at the end of
// each period: the documented refusal, 55 seconds at 5 tokens a minute, knows no steady trickle. When the periods begin
// is Atlas's secret until an answer gives it away, so we expect tokens as late as they can come.
type bucket struct {
	capacity, refill int
	period           time.Duration
	tokens           int       // left as far as we know; below zero, as many requests wait for theirs
	next             time.Time // when the next tokens come, at the latest
	taken            int       // how many requests were booked
	answered         int       // how many of them are known to have ended
}

// margin is what requests may differ in how long they take to reach Atlas.
const margin = time.Second

func newBucket(capacity, refill int, now time.Time) *bucket {
	return &bucket{capacity: capacity, refill: refill, period: time.Minute, tokens: capacity, next: now.Add(time.Minute + margin)}
}

func (b *bucket) take(now time.Time) (at time.Time, n int) {
	b.fill(now)
	b.taken++
	b.tokens--
	if b.tokens >= 0 {
		return now, b.taken
	}
	before := (-b.tokens - 1) / b.refill // refills that are for others
	return b.next.Add(time.Duration(before) * b.period), b.taken
}

// fill adds the tokens that came since.
func (b *bucket) fill(now time.Time) {
	if now.Before(b.next) {
		return
	}
	periods := int(now.Sub(b.next)/b.period) + 1
	b.tokens = min(b.capacity, b.tokens+periods*b.refill)
	b.next = b.next.Add(time.Duration(periods) * b.period)
}

func (b *bucket) learn(now time.Time, n int, response *http.Response) {
	b.fill(now)
	alone := n == b.taken && b.answered == n-1 // no other was on its way meanwhile
	b.answered++
	if response == nil {
		return
	}
	if n == 1 {
		b.next = now.Add(b.period) // Atlas counts from when the first request reached it, at the latest
	}
	if limit, ok := number(response.Header, "RateLimit-Limit"); ok && limit > 0 {
		b.capacity = limit
	}
	left, known := number(response.Header, "RateLimit-Remaining")
	switch {
	case response.StatusCode == http.StatusTooManyRequests:
		b.empty(now, response)
	case known && alone && left > b.tokens:
		b.tokens, b.next = left, now.Add(b.period) // they came back before this answer
	case known:
		b.tokens = min(b.tokens, left) // of answers that overtake each other the lowest is right
	}
}

// empty hears a refusal: there is nothing left, and Atlas says until when. Its words have the bucket's sizes.
func (b *bucket) empty(now time.Time, response *http.Response) {
	b.tokens = min(b.tokens, 0)
	if wait, told := toldToWait(response); told {
		b.next = now.Add(min(wait, maxTold)) // who comes then may be told more
	}
	e := readError(response)
	capacity, ok1 := e.parameter(2, 1)
	refill, ok2 := e.parameter(3, 1)
	period, ok3 := e.parameter(4, time.Second)
	if e.Code == "RATE_LIMITED_TOKEN_BUCKET" && ok1 && ok2 && ok3 && refill > 0 && period > 0 && period <= maxTold {
		b.capacity, b.refill, b.period = int(capacity), int(refill), period
	}
}

func number(header http.Header, name string) (int, bool) {
	n, err := strconv.Atoi(header.Get(name))
	return n, err == nil && n >= 0
}

// window allows so many requests within any period.
type window struct {
	capacity int
	period   time.Duration
	sent     []time.Time // when the newest were let go or will be, in order; not more than the capacity
}

// take books in the order of being asked, though not all may ask for the same time. It does not count them.
func (w *window) take(now time.Time) (at time.Time, n int) {
	at = now
	if len(w.sent) == w.capacity {
		if free := w.sent[0].Add(w.period + margin); free.After(at) {
			at = free
		}
		w.sent = w.sent[1:]
	}
	w.sent = append(w.sent, at)
	slices.SortFunc(w.sent, time.Time.Compare)
	return at, 0
}

// learn hears of a refusal: others use the same window, which is full.
func (w *window) learn(now time.Time, _ int, response *http.Response) {
	if response == nil {
		return
	}
	e := readError(response)
	if !strings.HasSuffix(e.Code, "RATE_LIMITED_IP") {
		return
	}
	if period, ok := e.parameter(1, time.Minute); ok && period > 0 {
		w.period = min(period, maxTold)
	}
	for len(w.sent) < w.capacity {
		w.sent = append(w.sent, now)
	}
	for i, t := range w.sent {
		if t.Before(now) {
			w.sent[i] = now
		}
	}
}
