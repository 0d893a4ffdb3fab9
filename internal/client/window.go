package client

import (
	"net/http"
	"slices"
	"time"
)

// window is a limit that allows a number of requests within any period. Only a refusal shows the number and the period. Until then
// no request waits.
type window struct {
	capacity int // 0 until a refusal
	period   time.Duration
	pace     Pace        // from the refusal, or the default; period may be shorter
	sent     []time.Time // when requests were sent, or will be, in order; old times are dropped
}

const (
	margin      = time.Second      // how much longer one request may take to reach Atlas than another
	maxPeriod   = 15 * time.Minute // requests do not wait for the end of a longer period
	maxCapacity = 1000             // more than any run sends within one period

	// The limit of invitations, for a refusal without numbers [seen reports].
	defaultCapacity = 10
	defaultPeriod   = time.Minute
)

// take gives room in the order of the calls, even if an earlier call is for a later time.
func (w *window) take(now time.Time) slot {
	at := now
	if i := len(w.sent) - w.capacity; w.capacity > 0 && i >= 0 {
		if free := w.sent[i].Add(w.period + margin); free.After(at) {
			at = free
		}
	}
	w.add(at)
	return slot{limit: w, at: at}
}

func (w *window) add(at time.Time) {
	w.sent = append(w.sent, at)
	slices.SortFunc(w.sent, time.Time.Compare)
}

// learn updates the window from a refusal: the window is full, and the refusal may say its sizes. The refused request does not
// count. Atlas may also have counted requests of other runs from the same IP address. Their times are unknown, so the window
// assumes the latest: now.
func (w *window) learn(now time.Time, s slot, response *http.Response) {
	w.sent = slices.DeleteFunc(w.sent, func(t time.Time) bool { return now.Sub(t) > maxPeriod+margin })
	if response == nil {
		return
	}
	e := readError(response)
	if !isInvitationLimit(e.Code) {
		return
	}
	w.resize(e)
	if i := slices.Index(w.sent, s.at); i >= 0 {
		w.sent = slices.Delete(w.sent, i, i+1)
	}
	inside := 0
	for _, t := range w.sent {
		if !t.After(now) && now.Sub(t) < w.period {
			inside++
		}
	}
	for ; inside < w.capacity; inside++ {
		w.add(now)
	}
}

// invitationPace returns the pace that a refusal of an invitation states, or the zero Pace.
func invitationPace(e *Error) Pace {
	if isInvitationLimit(e.Code) {
		if n := e.numbers(invitationWords); n != nil && n[0] > 0 && n[1] > 0 {
			return Pace{n[0], time.Duration(n[1]) * time.Minute}
		}
	}
	return Pace{}
}

// resize takes the sizes from a refusal. If it has no numbers, the sizes of an earlier refusal stay.
func (w *window) resize(e *Error) {
	said := invitationPace(e)
	switch {
	case said.N > 0:
		w.capacity, w.period, w.pace = min(said.N, maxCapacity), said.Per, said
	case w.capacity == 0:
		w.capacity, w.period = defaultCapacity, defaultPeriod
		w.pace = Pace{w.capacity, w.period}
	}
	if w.period > maxPeriod {
		w.period = maxRetryAfter // if this is too short, the next refusal shows it
	}
}
