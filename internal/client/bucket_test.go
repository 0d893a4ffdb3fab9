package client

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// answered is an answer with what it says of a bucket.
func answered(status int, limit, left, body string) *http.Response {
	header := http.Header{}
	header.Set("RateLimit-Limit", limit)
	header.Set("RateLimit-Remaining", left)
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body))}
}

// taken takes room for n requests.
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

const maxToldSeconds = int(maxRetryAfter / time.Second)

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
		{"nobody waits before Atlas shows that it counts", func(*bucket) {}, 0, make([]int, 50)},
		{"nor if it answers and shows nothing", one(answered(200, "", "", "")), 0, make([]int, 50)},
		{"nor if nothing is answered", one(nil), 0, make([]int, 50)},
		{"nor if it shows nonsense", one(answered(200, "-1", "many", "")), 0, make([]int, 50)},
		{"what is left, and then the documented five a minute", one(answered(200, "10", "2", "")), 0, []int{0, 0, 60, 60, 60, 60, 60, 120}},
		{"what is left, however much is documented", one(answered(200, "", "12", "")), 0, []int{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 60}},
		{"how much it holds, if that is all that is said", one(answered(200, "3", "", "")), 0, []int{0, 0, 60}},
		{"never more than it holds", one(answered(200, "3", "2", "")), time.Hour, []int{0, 0, 0, 60}},
		{"what is on its way may take of what is left", func(b *bucket) {
			slots := taken(b, now, 4)
			b.learn(now, slots[0], answered(200, "10", "5", ""))
		}, 0, []int{0, 0, 60}},
		{"unless all that was sent explains what is left", func(b *bucket) {
			slots := taken(b, now, 4)
			b.learn(now, slots[0], answered(200, "10", "6", ""))
		}, 0, []int{0, 0, 0, 0, 0, 0, 60}},
		{"or there is room for all of it, however little is documented", func(b *bucket) {
			slots := taken(b, now, 12)
			b.learn(now, slots[0], answered(200, "", "13", ""))
		}, 0, []int{0, 0, 60}},
		{"what was sent before anything was known may be too much; nobody waits for its tokens", func(b *bucket) {
			slots := taken(b, now, 40)
			b.learn(now, slots[0], answered(200, "10", "9", ""))
		}, 0, []int{60, 60, 60, 60, 60, 120}},
		{"nor where a refusal is all that is known", func(b *bucket) {
			slots := taken(b, now, 40)
			b.learn(now, slots[0], refusal(""))
		}, 0, []int{60, 60, 60, 60, 60, 120}},
		{"it holds what Atlas once had left", one(answered(200, "", "12", "")), time.Hour, []int{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 60}},
		{"a bucket that is larger than documented", func(b *bucket) {
			slots := taken(b, now, 40)
			b.learn(now, slots[0], answered(200, "42", "41", ""))
		}, 0, []int{0, 0, 60}},
		{"those that are on their way together have their tokens, whichever is answered first", func(b *bucket) {
			one(answered(200, "10", "9", ""))(b)
			slots := taken(b, now, 2)
			b.learn(now, slots[1], answered(200, "10", "7", ""))
		}, 0, []int{0, 0, 0, 0, 0, 0, 0, 60}},
		{"of answers that overtake each other the lowest is right", func(b *bucket) {
			slots := taken(b, now, 2)
			b.learn(now, slots[1], answered(200, "10", "0", ""))
			b.learn(now, slots[0], answered(200, "10", "9", ""))
		}, 0, []int{60}},
		{"also of those that were on their way together, in whichever order they began", func(b *bucket) {
			slots := taken(b, now, 2)
			b.learn(now, slots[0], answered(200, "10", "0", ""))
			b.learn(now, slots[1], answered(200, "10", "9", ""))
		}, 0, []int{60}},
		{"but one alone that has more left than thought shows that tokens came", func(b *bucket) {
			one(answered(200, "10", "0", ""))(b)
			one(answered(200, "10", "2", ""))(b)
		}, 0, []int{0, 0, 60}},
		{"another size", func(b *bucket) {
			one(answered(200, "10", "9", ""))(b)
			one(answered(200, "12", "8", ""))(b)
		}, time.Hour, []int{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 60}},
		{"an answer that says nothing took a token", func(b *bucket) {
			one(answered(200, "10", "2", ""))(b)
			one(answered(200, "", "", ""))(b)
		}, 0, []int{0, 60}},
		{"and so may one that never came", func(b *bucket) {
			one(answered(200, "10", "2", ""))(b)
			one(nil)(b)
		}, 0, []int{0, 60}},
		{"what was booked and never sent is given up", func(b *bucket) {
			b.period = time.Hour
			taken(b, now, 1)
			later := now.Add(maxInFlight + time.Second)
			for _, left := range []string{"0", "2"} { // the second shows that tokens came, as it is alone
				b.learn(later, b.take(later), answered(200, "10", left, ""))
			}
		}, maxInFlight + time.Second, []int{0, 0, 3600}},
		{"a refusal says until when there is nothing, and all sizes", one(refusal(`{"errorCode":"RATE_LIMITED_TOKEN_BUCKET","parameters":["x",20,3,2,30]}`)), 0, []int{20, 20, 50, 50, 80}},
		{"also in its words alone", one(refusal(`{"errorCode":"RATE_LIMITED_TOKEN_BUCKET","parameters":null,
			"detail":"Rate limit exceeded for x. Please retry after 20 seconds. Request capacity: 3. Refill rate: 2 per 30 seconds."}`)), 0, []int{20, 20, 50, 50, 80}},
		{"and holds no more than that", one(refusal(`{"errorCode":"RATE_LIMITED_TOKEN_BUCKET","parameters":["x",20,3,2,30]}`)), time.Hour, []int{0, 0, 0, 20}},
		{"one without numbers says that there is nothing", one(refusal("")), 0, []int{60, 60, 60, 60, 60, 120}},
		{"sizes that cannot be are none", one(refusal(`{"errorCode":"RATE_LIMITED_TOKEN_BUCKET","parameters":["x",20,0,0,0]}`)), 0, []int{20, 20, 20, 20, 20, 80}},
		{"words of something else are no sizes", one(refusal(`{"errorCode":"RATE_LIMITED","parameters":["x",20,3,2,30]}`)), 0,
			[]int{maxToldSeconds, maxToldSeconds, maxToldSeconds, maxToldSeconds, maxToldSeconds, maxToldSeconds + 60}},
	} {
		b := newBucket(10, 5)
		row.events(b)
		if got := waits(b, now.Add(row.at), len(row.want)); !slices.Equal(got, row.want) {
			t.Errorf("%s: got %v, want %v", row.reason, got, row.want)
		}
	}
}
