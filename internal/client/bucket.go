package client

import (
	"maps"
	"net/http"
	"strconv"
	"time"
)

// bucket is a token bucket as Atlas has them. Each request takes a token, and some come back together at the end of
// each period: the documented refusal, 55 seconds at 5 tokens a minute, knows no steady trickle. When the periods begin
// is Atlas's secret, so we expect tokens as late as they can come.
//
// Sizes that are only documented are what we believe. Nobody waits before an answer shows that Atlas counts.
type bucket struct {
	capacity, refill int
	period           time.Duration
	counts           bool              // an answer showed that Atlas counts
	left             int               // what Atlas had left: the least that it said since the last refill
	next             time.Time         // when the next tokens come, at the latest
	taken            int               // how many requests were booked
	alone            int               // the newest of them that began while no other was on its way
	flying           map[int]time.Time // when those without an answer were sent or will be
}

// maxFlight is how long a request with its login can take. One without an answer after that was never sent.
const maxFlight = 2 * time.Minute

// newBucket returns a full bucket of the documented sizes.
func newBucket(capacity, refill int) *bucket {
	return &bucket{capacity: capacity, refill: refill, period: time.Minute, left: capacity, flying: map[int]time.Time{}}
}

func (b *bucket) take(now time.Time) slot {
	b.fill(now)
	b.taken++
	if len(b.flying) == 0 {
		b.alone = b.taken
	}
	at := now
	if lacking := len(b.flying) - b.left; b.counts && lacking >= 0 {
		at = b.next.Add(time.Duration(lacking/b.refill) * b.period) // after the refills that are for others
	}
	b.flying[b.taken] = at
	return slot{limit: b, n: b.taken, at: at}
}

// fill adds the tokens that came since.
func (b *bucket) fill(now time.Time) {
	maps.DeleteFunc(b.flying, func(_ int, at time.Time) bool { return now.Sub(at) > maxFlight })
	if !b.counts || now.Before(b.next) {
		return
	}
	periods := int(now.Sub(b.next)/b.period) + 1
	b.left = min(b.capacity, b.left+periods*b.refill)
	b.next = b.next.Add(time.Duration(periods) * b.period)
}

func (b *bucket) learn(now time.Time, s slot, response *http.Response) {
	b.fill(now)
	delete(b.flying, s.n)
	left, known := 0, false
	if response != nil {
		left, known = number(response.Header, "RateLimit-Remaining")
		b.show(now, response)
	}
	switch {
	case response != nil && response.StatusCode == http.StatusTooManyRequests:
		b.empty(now, response)
	case !known:
		b.left = max(b.left-1, 0)
	case left > b.left && s.n == b.alone && s.n == b.taken: // no other was on its way meanwhile
		b.left, b.next = left, now.Add(b.period) // they came back before this answer
	default:
		b.left = min(b.left, left) // of answers that overtake each other the lowest is right
	}
}

// show hears whether Atlas counts, and how much the bucket holds. The first answer that says so came after Atlas began
// to count, so the next tokens come within a period.
func (b *bucket) show(now time.Time, response *http.Response) {
	limit, saysLimit := number(response.Header, "RateLimit-Limit")
	left, saysLeft := number(response.Header, "RateLimit-Remaining")
	if limit > 0 {
		b.capacity = limit
	}
	b.capacity = max(b.capacity, left)
	if !b.counts && (saysLimit || saysLeft || response.StatusCode == http.StatusTooManyRequests) {
		b.counts, b.left, b.next = true, b.capacity, now.Add(b.period)
	}
}

// empty hears a refusal: there is nothing left, and Atlas says until when. It may also say the bucket's sizes.
func (b *bucket) empty(now time.Time, response *http.Response) {
	b.left = 0
	if wait, told := toldToWait(response); told {
		b.next = now.Add(min(wait, maxTold)) // who comes then may be told more
	}
	e := readError(response)
	if n := e.numbers(bucketWords); e.Code == "RATE_LIMITED_TOKEN_BUCKET" && n != nil {
		period := time.Duration(n[3]) * time.Second
		if n[1] > 0 && n[2] > 0 && period > 0 && period <= maxTold {
			b.capacity, b.refill, b.period = n[1], n[2], period
		}
	}
}

func number(header http.Header, name string) (int, bool) {
	n, err := strconv.Atoi(header.Get(name))
	if err != nil || n < 0 {
		return 0, false
	}
	return n, true
}
