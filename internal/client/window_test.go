package client

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// throttled is a refusal of an invitation.
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
		{"nobody waits before Atlas refuses", func(w *window) { taken(w, now, 30) }, 0, make([]int, 30)},
		{"nor if something else is refused", func(w *window) { w.learn(now, w.take(now), answered(429, "", "", "{}")) }, 0, make([]int, 30)},
		{"the words count, not the parameters", func(w *window) { refuse(w, 0, "Rate limit of 3 invitations per 2 minutes exceeded.", "[10,1]") }, 0,
			[]int{121, 121, 121, 242}},
		{"the parameters, if there are no such words", func(w *window) { refuse(w, 0, "Too many.", "[3,2]") }, 0, []int{121, 121, 121, 242}},
		{"they may be text", func(w *window) { refuse(w, 0, "Too many.", `["3","2"]`) }, 0, []int{121, 121, 121, 242}},
		{"what was observed, if there is neither", func(w *window) { refuse(w, 0, "Too many.", "null") }, 0,
			[]int{61, 61, 61, 61, 61, 61, 61, 61, 61, 61, 122}},
		{"what cannot be is nothing", func(w *window) { refuse(w, 0, "Rate limit of 0 invitations per 0 minutes exceeded.", "null") }, 0,
			[]int{61, 61, 61, 61, 61, 61, 61, 61, 61, 61, 122}},
		{"a later refusal with other numbers replaces them", func(w *window) {
			refuse(w, 0, "Rate limit of 10 invitations per 1 minutes exceeded.", "null")
			refuse(w, 0, "Rate limit of 2 invitations per 3 minutes exceeded.", "null")
		}, 0, []int{181, 181, 362}},
		{"one without numbers does not", func(w *window) {
			refuse(w, 0, "Rate limit of 2 invitations per 3 minutes exceeded.", "null")
			refuse(w, 0, "Too many.", "null")
		}, 0, []int{181, 181, 362}},
		{"ours leave the window a minute after they came", func(w *window) {
			taken(w, now, 1)
			taken(w, now.Add(20*second), 1)
			refuse(w, 30*second, "Rate limit of 2 invitations per 1 minutes exceeded.", "null")
		}, 30 * second, []int{31, 51, 92}},
		{"those of others, whenever they came, a minute from now", func(w *window) {
			taken(w, now, 1)
			refuse(w, 30*second, "Rate limit of 2 invitations per 1 minutes exceeded.", "null")
		}, 30 * second, []int{31, 61, 92}},
		{"ours that left before are not in it", func(w *window) {
			taken(w, now, 5)
			refuse(w, 70*second, "Rate limit of 2 invitations per 1 minutes exceeded.", "null")
		}, 70 * second, []int{61, 61, 122}},
		{"those that wait for their time are not in it yet", func(w *window) {
			late := w.take(now)
			refuse(w, 0, "Rate limit of 2 invitations per 1 minutes exceeded.", "null")
			taken(w, now, 2) // they wait
			w.learn(now.Add(30*second), late, throttled("Rate limit of 3 invitations per 1 minutes exceeded.", "null"))
		}, 30 * second, []int{61, 92, 92}},
		{"what was refused is not in it", func(w *window) {
			slots := taken(w, now, 4) // all on their way
			for _, s := range slots[2:] {
				w.learn(now, s, throttled("Rate limit of 2 invitations per 1 minutes exceeded.", "null"))
			}
		}, 0, []int{61, 61, 122}},
		{"a day is for the next run; who comes then hears it again", func(w *window) { refuse(w, 0, "Rate limit of 1 invitations per 1440 minutes exceeded.", "null") }, 0,
			[]int{maxToldSeconds + 1}},
		{"a window that was empty for long has all its room", func(w *window) { refuse(w, 0, "Rate limit of 2 invitations per 1 minutes exceeded.", "null") }, time.Hour,
			[]int{0, 0, 61}},
	} {
		w := &window{}
		row.events(w)
		if got := waits(w, now.Add(row.at), len(row.want)); !slices.Equal(got, row.want) {
			t.Errorf("%s: got %v, want %v", row.reason, got, row.want)
		}
	}
}

// TestWindowForgets: who sends invitations for hours at a server without limits needs no memory for it.
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

// TestPace: how long many invitations take follows from what Atlas said last, also if its period is longer than a request waits.
func TestPace(t *testing.T) {
	l, now := NewLimits(), time.Now()
	w := &l.invitations
	if got := l.Invitations().Time(480); got != 0 {
		t.Errorf("nobody knows the pace, yet they take %s", got)
	}
	for _, row := range []struct {
		detail string
		want   time.Duration // for 480
	}{
		{"Too many.", 48 * time.Minute},
		{"Rate limit of 3 invitations per 2 minutes exceeded.", 320 * time.Minute},
		{"Too many.", 320 * time.Minute},
		{"Rate limit of 100 invitations per 1440 minutes exceeded.", 115*time.Hour + 12*time.Minute},
	} {
		w.learn(now, w.take(now), throttled(row.detail, "null"))
		if got := l.Invitations().Time(480); got != row.want {
			t.Errorf("%s: 480 take %s, want %s", row.detail, got, row.want)
		}
	}
}
