package client

import (
	"maps"
	"net/http"
	"strconv"
	"time"
)

// bucket is a token bucket of Atlas. Each request takes a token. At the end of each period, the refill tokens come back all at once
// [seen bucket-refill]. The documented example agrees: 55 seconds at 5 tokens a minute is too long a wait for tokens that come back
// one by one [doc rate-limits]. Only a refusal shows when the next period begins, so until then the bucket assumes the latest
// possible time.
//
// It starts with the documented sizes. No request waits before an answer shows that Atlas counts.
type bucket struct {
	capacity, refill int
	period           time.Duration
	counts           bool              // an answer showed that Atlas counts
	tokens           int               // left, as far as is known; below zero: so many requests wait for a token
	next             time.Time         // when the next tokens come, at the latest
	taken            int               // how many requests were booked
	lastAlone        int               // the newest request that was booked while no other was in flight
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
		before := (-b.tokens - 1) / b.refill // refills that other waiting requests use up
		at = b.next.Add(time.Duration(before) * b.period)
	}
	b.inFlight[b.taken] = at
	return slot{limit: b, n: b.taken, at: at}
}

// fill adds the tokens that have come back since the last call.
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
	case left > b.tokens && s.n == b.lastAlone && s.n == b.taken: // no other request was in flight
		b.tokens, b.next = left, now.Add(b.period) // new tokens came back before this answer
	case left >= 0:
		b.tokens = min(b.tokens, left) // answers may overtake each other; the lowest number is the newest
	}
	b.capacity = max(b.capacity, left)
}

// begin handles the first answer that shows that Atlas counts. limit and left are negative if the answer does not have them. Atlas
// began to count before this answer, so the next tokens come within one period.
func (b *bucket) begin(now time.Time, limit, left int) {
	b.counts, b.next = true, now.Add(b.period)
	if limit > 0 {
		b.tokens += limit - b.capacity // minus the requests that were sent
	}
	b.tokens = max(b.tokens, 0)
	certain := max(left-len(b.inFlight), 0) // if each request in flight takes a token
	if left >= 0 && (left < b.tokens || certain > b.tokens) {
		b.tokens = certain
	}
}

// empty handles a refusal: no token is left, and Atlas may say for how long. It may also say the sizes of the bucket.
func (b *bucket) empty(now time.Time, response *http.Response) {
	b.tokens = min(b.tokens, 0)
	if wait, asked := retryAfter(response); asked {
		b.next = now.Add(min(wait, maxRetryAfter)) // if this is too early, the next refusal shows it
	}
	e := readError(response)
	if n := e.numbers(bucketWords); e.Code == "RATE_LIMITED_TOKEN_BUCKET" && n != nil {
		period := time.Duration(n[3]) * time.Second
		if n[1] > 0 && n[2] > 0 && period > 0 && period <= maxRetryAfter {
			b.capacity, b.refill, b.period = n[1], n[2], period
		}
	}
}

// number returns the number in a header, or -1 if the header has no valid number.
func number(header http.Header, name string) int {
	n, err := strconv.Atoi(header.Get(name))
	if err != nil {
		return -1
	}
	return max(n, -1)
}
