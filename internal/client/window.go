package client

import (
	"net/http"
	"slices"
	"time"
)

// window allows so many requests within any period. How many, and how long the period is, the first refusal says: until
// then nobody waits.
type window struct {
	capacity int // 0 until a refusal
	period   time.Duration
	sent     []time.Time // when requests were let go or will be, in order, as far back as it can matter
}

const (
	margin    = time.Second      // what requests may differ in how long they take to reach Atlas
	maxPeriod = 15 * time.Minute // a run does not wait for longer ones
	maxRoom   = 1000             // more than a run ever sends within one

	// What an invitation's refusal without numbers stands for (observed).
	usualInvitations = 10
	usualPeriod      = time.Minute
)

// take books in the order of being asked, though not all may ask for the same time.
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

// learn hears of a refusal: the window is full, and has the sizes that Atlas says. What was refused is not in it. What is in
// it and does not come from here may have come at any time, at the latest now.
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

// resize takes over what a refusal says. One that says nothing changes nothing that another one said.
func (w *window) resize(e *Error) {
	n := e.numbers(invitationWords)
	switch {
	case n != nil && n[0] > 0 && n[1] > 0:
		w.capacity, w.period = min(n[0], maxRoom), time.Duration(n[1])*time.Minute
	case w.capacity == 0:
		w.capacity, w.period = usualInvitations, usualPeriod
	}
	if w.period > maxPeriod {
		w.period = maxRetryAfter // who comes then hears it again
	}
}
