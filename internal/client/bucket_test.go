package client

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestMargins: requests take their time to reach Atlas, one more than the other, so nobody comes at the last moment.
func TestMargins(t *testing.T) {
	now := time.Now()
	for name, l := range map[string]limit{
		"bucket": newBucket(10, 5, now),
		"window": &window{capacity: 10, period: time.Minute},
	} {
		for range 10 {
			if waitOf(l, now) > 0 {
				t.Errorf("%s: waits for room that there is", name)
			}
		}
		if wait := waitOf(l, now); wait != time.Minute+margin {
			t.Errorf("%s: waits %s", name, wait)
		}
	}
}

// answered is an answer with what it says of a bucket.
func answered(status int, limit, left, body string) *http.Response {
	header := http.Header{}
	header.Set("RateLimit-Limit", limit)
	header.Set("RateLimit-Remaining", left)
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body))}
}

func waitOf(l limit, now time.Time) time.Duration {
	at, _ := l.take(now)
	return at.Sub(now)
}

// waits returns for how many seconds each of the next requests would wait.
func waits(l limit, now time.Time, n int) (all []int) {
	for range n {
		all = append(all, int(waitOf(l, now)/time.Second))
	}
	return all
}

func TestBucketLearns(t *testing.T) {
	now := time.Now()
	for _, row := range []struct {
		reason string
		events func(*bucket)
		at     time.Duration // when the next requests come
		want   []int         // for how many seconds they wait
	}{
		{"as documented: ten, and then five a minute", func(*bucket) {}, 0,
			[]int{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 61, 61, 61, 61, 61, 121}},
		{"never more than it holds", func(*bucket) {}, time.Hour,
			[]int{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}},
		{"what is left, if less than thought", func(b *bucket) { b.take(now); b.learn(now, 1, answered(200, "10", "1", "")) }, 0, []int{0, 60}},
		{"what is left, if more than thought: tokens came before the answer", func(b *bucket) {
			for range 10 {
				b.take(now)
			}
			for n := range 9 {
				b.learn(now, n+1, nil)
			}
			b.learn(now, 10, answered(200, "10", "2", ""))
		}, 0, []int{0, 0, 60}},
		{"but not from an answer that others overtook", func(b *bucket) {
			b.take(now)
			b.take(now)
			b.learn(now, 2, answered(200, "10", "0", ""))
			b.learn(now, 1, answered(200, "10", "9", ""))
		}, 0, []int{60}},
		{"nor from one that others will follow", func(b *bucket) {
			for range 10 {
				b.take(now)
			}
			b.learn(now, 1, answered(200, "10", "9", ""))
		}, 0, []int{60}},
		{"another size", func(b *bucket) { b.take(now); b.learn(now, 1, answered(200, "12", "11", "")) }, time.Hour,
			[]int{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 60}},
		{"nonsense is nothing", func(b *bucket) { b.take(now); b.learn(now, 1, answered(200, "-1", "-5", "")) }, 0,
			[]int{0, 0, 0, 0, 0, 0, 0, 0, 0, 60}},
		{"nothing, if nothing is said", func(b *bucket) { b.take(now); b.learn(now, 1, answered(200, "", "", "")) }, 0,
			[]int{0, 0, 0, 0, 0, 0, 0, 0, 0, 60}},
		{"that there is nothing, and all sizes, from the words of a refusal", func(b *bucket) {
			b.take(now)
			b.learn(now, 1, answered(429, "", "", `{"errorCode":"RATE_LIMITED_TOKEN_BUCKET","parameters":["x",20,3,2,30]}`))
		}, 0, []int{20, 20, 50, 50, 80}},
		{"which is no bucket's if the words are of something else", func(b *bucket) {
			b.take(now)
			b.learn(now, 1, answered(429, "", "", `{"errorCode":"RATE_LIMITED","parameters":["x",20,3,2,30]}`))
		}, 0, []int{maxToldSeconds, maxToldSeconds, maxToldSeconds, maxToldSeconds, maxToldSeconds, maxToldSeconds + 60}},
	} {
		b := newBucket(10, 5, now)
		row.events(b)
		if got := waits(b, now.Add(row.at), len(row.want)); !slices.Equal(got, row.want) {
			t.Errorf("%s: got %v, want %v", row.reason, got, row.want)
		}
	}
}

const maxToldSeconds = int(maxTold / time.Second)

// TestWindowLearns from a refusal how long its time is, and that it is full, whoever filled it.
func TestWindowLearns(t *testing.T) {
	now, w := time.Now(), &window{capacity: 10, period: time.Minute}
	w.take(now)
	body := `{"errorCode":"RATE_LIMITED_IP","parameters":[10,2]}`
	w.learn(now, 1, &http.Response{StatusCode: 400, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))})
	for i := range 10 {
		if wait := waitOf(w, now); wait != 2*time.Minute+margin {
			t.Errorf("request %d waits %s", i, wait)
		}
	}
	if wait := waitOf(w, now); wait != 4*time.Minute+2*margin {
		t.Errorf("and the next one %s", wait)
	}
}
