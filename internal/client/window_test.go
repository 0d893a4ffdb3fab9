package client

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// throttled returns a refusal of an invitation.
func throttled(detail, parameters string) *http.Response {
	body := `{"errorCode":"INVITATIONS_RATE_LIMITED_IP","detail":"` + detail + `","parameters":` + parameters + `}`
	return &http.Response{StatusCode: 400, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
}

func TestWindowLearns(t *testing.T) {
	const second = time.Second
	now := time.Now()
	refuse := func(w *window, at time.Duration, detail, parameters string) {
		w.learn(now.Add(at), w.take(now.Add(at)), throttled(detail, parameters))
	}
	for _, row := range []struct {
		reason string
		events func(*window)
		at     time.Duration // when the next requests come
		want   []int         // for how many seconds they wait
	}{
		{"no request waits before Atlas refuses one", func(w *window) { taken(w, now, 30) }, 0, make([]int, 30)},
		{"a refusal with another code makes no request wait", func(w *window) { w.learn(now, w.take(now), answered(429, "", "", "{}")) }, 0, make([]int, 30)},
		{"the text counts more than the parameters", func(w *window) { refuse(w, 0, "Rate limit of 3 invitations per 2 minutes exceeded.", "[10,1]") }, 0,
			[]int{121, 121, 121, 242}},
		{"the parameters, if the text has no numbers", func(w *window) { refuse(w, 0, "Too many.", "[3,2]") }, 0, []int{121, 121, 121, 242}},
		{"parameters that are text", func(w *window) { refuse(w, 0, "Too many.", `["3","2"]`) }, 0, []int{121, 121, 121, 242}},
		{"the default, if neither has numbers", func(w *window) { refuse(w, 0, "Too many.", "null") }, 0,
			[]int{61, 61, 61, 61, 61, 61, 61, 61, 61, 61, 122}},
		{"impossible numbers count as none", func(w *window) { refuse(w, 0, "Rate limit of 0 invitations per 0 minutes exceeded.", "null") }, 0,
			[]int{61, 61, 61, 61, 61, 61, 61, 61, 61, 61, 122}},
		{"a later refusal with other numbers counts", func(w *window) {
			refuse(w, 0, "Rate limit of 10 invitations per 1 minutes exceeded.", "null")
			refuse(w, 0, "Rate limit of 2 invitations per 3 minutes exceeded.", "null")
		}, 0, []int{181, 181, 362}},
		{"a later refusal without numbers changes nothing", func(w *window) {
			refuse(w, 0, "Rate limit of 2 invitations per 3 minutes exceeded.", "null")
			refuse(w, 0, "Too many.", "null")
		}, 0, []int{181, 181, 362}},
		{"our requests leave the window a minute after they were sent", func(w *window) {
			taken(w, now, 1)
			taken(w, now.Add(20*second), 1)
			refuse(w, 30*second, "Rate limit of 2 invitations per 1 minutes exceeded.", "null")
		}, 30 * second, []int{31, 51, 92}},
		{"requests of others leave the window a minute after the refusal, because their times are unknown", func(w *window) {
			taken(w, now, 1)
			refuse(w, 30*second, "Rate limit of 2 invitations per 1 minutes exceeded.", "null")
		}, 30 * second, []int{31, 61, 92}},
		{"our requests that have left the window do not count", func(w *window) {
			taken(w, now, 5)
			refuse(w, 70*second, "Rate limit of 2 invitations per 1 minutes exceeded.", "null")
		}, 70 * second, []int{61, 61, 122}},
		{"requests that still wait do not count yet", func(w *window) {
			late := w.take(now)
			refuse(w, 0, "Rate limit of 2 invitations per 1 minutes exceeded.", "null")
			taken(w, now, 2) // they wait
			w.learn(now.Add(30*second), late, throttled("Rate limit of 3 invitations per 1 minutes exceeded.", "null"))
		}, 30 * second, []int{61, 92, 92}},
		{"refused requests do not count", func(w *window) {
			slots := taken(w, now, 4) // all in flight
			for _, s := range slots[2:] {
				w.learn(now, s, throttled("Rate limit of 2 invitations per 1 minutes exceeded.", "null"))
			}
		}, 0, []int{61, 61, 122}},
		{"a period of a day: the next request is sent earlier, and refused again", func(w *window) { refuse(w, 0, "Rate limit of 1 invitations per 1440 minutes exceeded.", "null") }, 0,
			[]int{maxWaitSeconds + 1}},
		{"a window that was not used for an hour has all its room", func(w *window) { refuse(w, 0, "Rate limit of 2 invitations per 1 minutes exceeded.", "null") }, time.Hour,
			[]int{0, 0, 61}},
	} {
		w := &window{}
		row.events(w)
		if got := waits(w, now.Add(row.at), len(row.want)); !slices.Equal(got, row.want) {
			t.Errorf("%s: got %v, want %v", row.reason, got, row.want)
		}
	}
}

// TestWindowForgets: the window drops old requests, so its memory stays small in a long run.
func TestWindowForgets(t *testing.T) {
	w, now := &window{}, time.Now()
	for range 100 {
		now = now.Add(time.Minute)
		w.learn(now, w.take(now), nil)
	}
	if len(w.sent) > 20 {
		t.Errorf("remembers %d", len(w.sent))
	}
}

// TestPace: the pace comes from the last refusal with numbers, even if its number or its period is
// larger than the window keeps.
func TestPace(t *testing.T) {
	l, now := NewLimits(), time.Now()
	w := &l.invitations
	if got := l.Invitations().Time(480); got != 0 {
		t.Errorf("the pace is unknown, but they take %s", got)
	}
	for _, row := range []struct {
		detail string
		want   time.Duration // for 480
	}{
		{"Too many.", 48 * time.Minute},
		{"Rate limit of 3 invitations per 2 minutes exceeded.", 320 * time.Minute},
		{"Too many.", 320 * time.Minute},
		{"Rate limit of 3 invitations per 0 minutes exceeded.", 320 * time.Minute},
		{"Rate limit of 2000 invitations per 10 minutes exceeded.", 144 * time.Second},
		{"Rate limit of 100 invitations per 1440 minutes exceeded.", 115*time.Hour + 12*time.Minute},
	} {
		w.learn(now, w.take(now), throttled(row.detail, "null"))
		if got := l.Invitations().Time(480); got != row.want {
			t.Errorf("%s: 480 take %s, want %s", row.detail, got, row.want)
		}
	}
}
