package client

import (
	"net/http"
	"slices"
	"time"
)

// window allows a number of requests within any period. Only a refusal says how many, and how long the period is. Until then
// no request waits.
type window struct {
	capacity int // 0 until a refusal
	period   time.Duration
	pace     Pace        // as Atlas said it, or as it was observed; period may be shorter
	sent     []time.Time // when requests were sent, or will be, in order, as far back as it can matter
}

const (
	margin      = time.Second      // how much longer one request may take to reach Atlas than another
	maxPeriod   = 15 * time.Minute // requests do not wait for the end of a longer one
	maxCapacity = 1000             // more than a run ever sends within one period

	// The limit of invitations, for a refusal without numbers (observed).
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

// learn learns from a refusal that the window is full, and its sizes. The refused request is not in it. Atlas may have counted
// requests of others, from the same address, at any time until now; the window assumes now.
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

// invitationPace returns the pace that a refusal of an invitation says, or none.
func invitationPace(e *Error) Pace {
	if isInvitationLimit(e.Code) {
		if n := e.numbers(invitationWords); n != nil && n[0] > 0 && n[1] > 0 {
			return Pace{n[0], time.Duration(n[1]) * time.Minute}
		}
	}
	return Pace{}
}

// resize takes the sizes from a refusal. If that has no numbers, those of an earlier refusal stay.
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
		w.period = maxRetryAfter // if that is too early, the next refusal says so
	}
}
