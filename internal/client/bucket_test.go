package client

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// answered returns an answer with the headers of a bucket.
func answered(status int, limit, left, body string) *http.Response {
	header := http.Header{}
	header.Set("RateLimit-Limit", limit)
	header.Set("RateLimit-Remaining", left)
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body))}
}

// taken reserves room for n requests.
func taken(l limit, now time.Time, n int) (slots []slot) {
	for range n {
		slots = append(slots, l.take(now))
	}
	return slots
}

// waits returns for how many seconds each of the next requests would wait.
func waits(l limit, now time.Time, n int) (all []int) {
	for _, s := range taken(l, now, n) {
		all = append(all, int(s.at.Sub(now)/time.Second))
	}
	return all
}

const maxWaitSeconds = int(maxRetryAfter / time.Second)

func TestBucketLearns(t *testing.T) {
	now := time.Now()
	refusal := func(body string) *http.Response { return answered(429, "", "", body) }
	one := func(response *http.Response) func(*bucket) { // one request, and its answer
		return func(b *bucket) { b.learn(now, b.take(now), response) }
	}
	for _, row := range []struct {
		reason string
		events func(*bucket)
		at     time.Duration // when the next requests come
		want   []int         // for how many seconds they wait
	}{
		{"no request waits before Atlas shows that it counts", func(*bucket) {}, 0, make([]int, 50)},
		{"an answer without numbers makes no request wait", one(answered(200, "", "", "")), 0, make([]int, 50)},
		{"a missing answer makes no request wait", one(nil), 0, make([]int, 50)},
		{"invalid numbers make no request wait", one(answered(200, "-1", "many", "")), 0, make([]int, 50)},
		{"the tokens that are left, then the documented five a minute", one(answered(200, "10", "2", "")), 0, []int{0, 0, 60, 60, 60, 60, 60, 120}},
		{"more tokens are left than the documented size", one(answered(200, "", "12", "")), 0, []int{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 60}},
		{"an answer with only the size", one(answered(200, "3", "", "")), 0, []int{0, 0, 60}},
		{"a bucket never holds more than its size", one(answered(200, "3", "2", "")), time.Hour, []int{0, 0, 0, 60}},
		{"requests in flight may still take some of the tokens that are left", func(b *bucket) {
			slots := taken(b, now, 4)
			b.learn(now, slots[0], answered(200, "10", "5", ""))
		}, 0, []int{0, 0, 60}},
		{"the number of tokens left shows that Atlas has counted all requests in flight", func(b *bucket) {
			slots := taken(b, now, 4)
			b.learn(now, slots[0], answered(200, "10", "6", ""))
		}, 0, []int{0, 0, 0, 0, 0, 0, 60}},
		{"there is room for all requests in flight, although the documented size is smaller", func(b *bucket) {
			slots := taken(b, now, 12)
			b.learn(now, slots[0], answered(200, "", "13", ""))
		}, 0, []int{0, 0, 60}},
		{"too many requests were sent before the first answer: later requests do not wait for their tokens, too", func(b *bucket) {
			slots := taken(b, now, 40)
			b.learn(now, slots[0], answered(200, "10", "9", ""))
		}, 0, []int{60, 60, 60, 60, 60, 120}},
		{"the same, if the first answer is a refusal", func(b *bucket) {
			slots := taken(b, now, 40)
			b.learn(now, slots[0], refusal(""))
		}, 0, []int{60, 60, 60, 60, 60, 120}},
		{"the size is at least the number of tokens that Atlas once had left", one(answered(200, "", "12", "")), time.Hour, []int{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 60}},
		{"a bucket that is larger than documented", func(b *bucket) {
			slots := taken(b, now, 40)
			b.learn(now, slots[0], answered(200, "42", "41", ""))
		}, 0, []int{0, 0, 60}},
		{"two requests in flight: both have taken their tokens, whichever is answered first", func(b *bucket) {
			one(answered(200, "10", "9", ""))(b)
			slots := taken(b, now, 2)
			b.learn(now, slots[1], answered(200, "10", "7", ""))
		}, 0, []int{0, 0, 0, 0, 0, 0, 0, 60}},
		{"answers arrive in another order: the lowest number counts", func(b *bucket) {
			slots := taken(b, now, 2)
			b.learn(now, slots[1], answered(200, "10", "0", ""))
			b.learn(now, slots[0], answered(200, "10", "9", ""))
		}, 0, []int{60}},
		{"requests were sent together: the lowest number counts", func(b *bucket) {
			slots := taken(b, now, 2)
			b.learn(now, slots[0], answered(200, "10", "0", ""))
			b.learn(now, slots[1], answered(200, "10", "9", ""))
		}, 0, []int{60}},
		{"a single request in flight shows more tokens than expected: new ones have come", func(b *bucket) {
			one(answered(200, "10", "0", ""))(b)
			one(answered(200, "10", "2", ""))(b)
		}, 0, []int{0, 0, 60}},
		{"Atlas changes the size", func(b *bucket) {
			one(answered(200, "10", "9", ""))(b)
			one(answered(200, "12", "8", ""))(b)
		}, time.Hour, []int{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 60}},
		{"a request whose answer has no numbers took a token", func(b *bucket) {
			one(answered(200, "10", "2", ""))(b)
			one(answered(200, "", "", ""))(b)
		}, 0, []int{0, 60}},
		{"a request without an answer may have taken a token", func(b *bucket) {
			one(answered(200, "10", "2", ""))(b)
			one(nil)(b)
		}, 0, []int{0, 60}},
		{"a booked request that was never sent stops counting", func(b *bucket) {
			b.period = time.Hour
			taken(b, now, 1)
			later := now.Add(maxInFlight + time.Second)
			for _, left := range []string{"0", "2"} { // the second shows that tokens came, because no other is in flight
				b.learn(later, b.take(later), answered(200, "10", left, ""))
			}
		}, maxInFlight + time.Second, []int{0, 0, 3600}},
		{"a refusal says when tokens come, and all sizes", one(refusal(`{"errorCode":"RATE_LIMITED_TOKEN_BUCKET","parameters":["x",20,3,2,30]}`)), 0, []int{20, 20, 50, 50, 80}},
		{"a refusal that says so only in its text", one(refusal(`{"errorCode":"RATE_LIMITED_TOKEN_BUCKET","parameters":null,
			"detail":"Rate limit exceeded for x. Please retry after 20 seconds. Request capacity: 3. Refill rate: 2 per 30 seconds."}`)), 0, []int{20, 20, 50, 50, 80}},
		{"the size of the refusal counts", one(refusal(`{"errorCode":"RATE_LIMITED_TOKEN_BUCKET","parameters":["x",20,3,2,30]}`)), time.Hour, []int{0, 0, 0, 20}},
		{"a refusal without numbers: no token is left", one(refusal("")), 0, []int{60, 60, 60, 60, 60, 120}},
		{"impossible sizes are ignored", one(refusal(`{"errorCode":"RATE_LIMITED_TOKEN_BUCKET","parameters":["x",20,0,0,0]}`)), 0, []int{20, 20, 20, 20, 20, 80}},
		{"numbers of a refusal with another code are no sizes", one(refusal(`{"errorCode":"RATE_LIMITED","parameters":["x",20,3,2,30]}`)), 0,
			[]int{maxWaitSeconds, maxWaitSeconds, maxWaitSeconds, maxWaitSeconds, maxWaitSeconds, maxWaitSeconds + 60}},
	} {
		b := newBucket(10, 5)
		row.events(b)
		if got := waits(b, now.Add(row.at), len(row.want)); !slices.Equal(got, row.want) {
			t.Errorf("%s: got %v, want %v", row.reason, got, row.want)
		}
	}
}
