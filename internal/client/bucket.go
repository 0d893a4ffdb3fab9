package client

import (
	"maps"
	"net/http"
	"strconv"
	"time"
)

// bucket is a token bucket of Atlas. Each request takes a token, and some tokens come back together at the end of each
// period: the documented refusal, 55 seconds at 5 tokens a minute, would be too long if they came one by one. Atlas does not
// say when a period begins until it refuses a request, so the bucket expects tokens as late as they can come.
//
// It starts with the documented sizes. No request waits before an answer shows that Atlas counts.
type bucket struct {
	capacity, refill int
	period           time.Duration
	counts           bool              // an answer showed that Atlas counts
	tokens           int               // left as far as we know; below zero, as many requests wait for theirs
	next             time.Time         // when the next tokens come, at the latest
	taken            int               // how many requests were booked
	lastAlone        int               // the newest of them that began while no other was in flight
	inFlight         map[int]time.Time // when requests without an answer were sent, or will be
}

// maxInFlight is how long a request with its login can take. If there is no answer after that, it was never sent.
const maxInFlight = 2 * time.Minute

// newBucket returns a full bucket of the documented sizes.
func newBucket(capacity, refill int) *bucket {
	return &bucket{capacity: capacity, refill: refill, period: time.Minute, tokens: capacity, inFlight: map[int]time.Time{}}
}

func (b *bucket) take(now time.Time) slot {
	b.fill(now)
	b.taken++
	if len(b.inFlight) == 0 {
		b.lastAlone = b.taken
	}
	b.tokens--
	at := now
	if b.tokens < 0 && b.counts {
		before := (-b.tokens - 1) / b.refill // refills that other requests use up
		at = b.next.Add(time.Duration(before) * b.period)
	}
	b.inFlight[b.taken] = at
	return slot{limit: b, n: b.taken, at: at}
}

// fill adds the tokens that came back since the last call.
func (b *bucket) fill(now time.Time) {
	maps.DeleteFunc(b.inFlight, func(_ int, at time.Time) bool { return now.Sub(at) > maxInFlight })
	if !b.counts || now.Before(b.next) {
		return
	}
	periods := int(now.Sub(b.next)/b.period) + 1
	b.tokens = min(b.capacity, b.tokens+periods*b.refill)
	b.next = b.next.Add(time.Duration(periods) * b.period)
}

func (b *bucket) learn(now time.Time, s slot, response *http.Response) {
	b.fill(now)
	delete(b.inFlight, s.n)
	if response == nil {
		return
	}
	limit, left := number(response.Header, "RateLimit-Limit"), number(response.Header, "RateLimit-Remaining")
	refused := response.StatusCode == http.StatusTooManyRequests
	if !b.counts && (limit >= 0 || left >= 0 || refused) {
		b.begin(now, limit, left)
	}
	if limit > 0 {
		b.capacity = limit
	}
	switch {
	case refused:
		b.empty(now, response)
	case left > b.tokens && s.n == b.lastAlone && s.n == b.taken: // no other was in flight meanwhile
		b.tokens, b.next = left, now.Add(b.period) // they came back before this answer
	case left >= 0:
		b.tokens = min(b.tokens, left) // answers may arrive in another order than they were sent; the lowest number is the newest
	}
	b.capacity = max(b.capacity, left)
}

// begin learns from the first answer that Atlas counts. The limit and what is left are less than 0 if the answer does not say
// them. Atlas began to count before, so the next tokens come within a period.
func (b *bucket) begin(now time.Time, limit, left int) {
	b.counts, b.next = true, now.Add(b.period)
	if limit > 0 {
		b.tokens += limit - b.capacity // less what was sent
	}
	b.tokens = max(b.tokens, 0)
	certain := max(left-len(b.inFlight), 0) // if all requests in flight take one
	if left >= 0 && (left < b.tokens || certain > b.tokens) {
		b.tokens = certain
	}
}

// empty learns from a refusal: no token is left, and Atlas says until when. It may also say the sizes of the bucket.
func (b *bucket) empty(now time.Time, response *http.Response) {
	b.tokens = min(b.tokens, 0)
	if wait, told := retryAfter(response); told {
		b.next = now.Add(min(wait, maxRetryAfter)) // if that is too early, the next refusal says so
	}
	e := readError(response)
	if n := e.numbers(bucketWords); e.Code == "RATE_LIMITED_TOKEN_BUCKET" && n != nil {
		period := time.Duration(n[3]) * time.Second
		if n[1] > 0 && n[2] > 0 && period > 0 && period <= maxRetryAfter {
			b.capacity, b.refill, b.period = n[1], n[2], period
		}
	}
}

// number returns the number in a header, or -1 if there is none that makes sense.
func number(header http.Header, name string) int {
	n, err := strconv.Atoi(header.Get(name))
	if err != nil {
		return -1
	}
	return max(n, -1)
}
