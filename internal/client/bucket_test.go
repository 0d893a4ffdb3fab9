package client

import (
	"io"
	"net/http"
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
			if at := l.take(now); at != now {
				t.Errorf("%s: waits for room that there is", name)
			}
		}
		if wait := l.take(now).Sub(now); wait != time.Minute+margin {
			t.Errorf("%s: waits %s", name, wait)
		}
	}
}

// TestWindowLearns from a refusal how long its time is, and that it is full, whoever filled it.
func TestWindowLearns(t *testing.T) {
	now, w := time.Now(), &window{capacity: 10, period: time.Minute}
	w.take(now)
	body := `{"errorCode":"RATE_LIMITED_IP","parameters":[10,2]}`
	w.learn(now, 1, &http.Response{StatusCode: 400, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))})
	for i := range 10 {
		if wait := w.take(now).Sub(now); wait != 2*time.Minute+margin {
			t.Errorf("request %d waits %s", i, wait)
		}
	}
	if wait := w.take(now).Sub(now); wait != 4*time.Minute+2*margin {
		t.Errorf("and the next one %s", wait)
	}
}
