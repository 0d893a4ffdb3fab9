package client

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"atlas-gitops/internal/client/paths"
)

// Limits has Atlas's limits of requests, and how much of each is used. The clients of a run share it, because some limits are per
// organization and some per IP address. They also share the memory for lists, and the number of requests at once.
type Limits struct {
	mu          sync.Mutex
	buckets     map[bucketKey]*bucket
	invitations window

	listMemory atomic.Int64  // bytes of the lists that are being read
	slots      chan struct{} // has an item for each request that is under way
}

type bucketKey struct {
	set   paths.Set
	scope string // the organization or the credential
}

// limit is one of Atlas's limits.
type limit interface {
	// take reserves room for one request. now may lie in the future, if another limit holds the request back until then.
	take(now time.Time) slot
	// learn updates the limit from the answer to the request with that slot. response is nil if there was no answer.
	learn(now time.Time, s slot, response *http.Response)
}

// slot is the room of one request in one limit.
type slot struct {
	limit limit
	n     int       // which request it is
	at    time.Time // when it may be sent
}

// NewLimits returns limits that no request has used yet.
func NewLimits() *Limits {
	return &Limits{buckets: map[bucketKey]*bucket{}, slots: make(chan struct{}, requestSlots())}
}

// booking is the room of one request in all limits that count it.
type booking struct {
	at    time.Time // when it may be sent
	name  string    // of the limit that makes it wait; "" if none does
	pace  Pace      // of that limit, if it is the limit of invitations
	slots []slot
}

// take reserves room in one more limit, for the time when the earlier limits allow the request.
func (b *booking) take(name string, l limit) {
	s := l.take(b.at)
	if s.at.After(b.at) {
		b.at, b.name = s.at, name
	}
	b.slots = append(b.slots, s)
}

// book reserves room for a request.
func (l *Limits) book(now time.Time, request *http.Request, credential string) *booking {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, resource, _ := strings.Cut(request.URL.Path, prefix)
	key := keyOf(resource, credential)
	if l.buckets[key] == nil {
		l.buckets[key] = newBucket(key.set.Capacity, key.set.Refill)
	}
	b := &booking{at: now}
	b.take(key.set.Name, l.buckets[key])
	if paths.Invites(request.Method, resource) {
		b.take(invitationLimit, &l.invitations)
	}
	if b.name == invitationLimit {
		b.pace = l.invitations.pace
	}
	return b
}

// invitationLimit is the name of the limit of invitations.
const invitationLimit = "invitations from one IP address"

// Invitations returns the pace that Atlas allows for invitations. It is unknown until Atlas has refused an invitation.
func (l *Limits) Invitations() Pace {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.invitations.pace
}

// learn updates the limits from the answer to the request with that booking. response is nil if there was no answer.
func (l *Limits) learn(now time.Time, b *booking, response *http.Response) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range b.slots {
		s.limit.learn(now, s, response)
	}
}

// keyOf returns the key of the bucket from which a request takes a token.
func keyOf(resource, credential string) bucketKey {
	set := paths.SetOf(resource)
	if set.PerOrg {
		return bucketKey{set, strings.Split(resource, "/")[2]}
	}
	return bucketKey{set, credential}
}

// freshFor is how long a write may wait without its caller having to read the object again.
const freshFor = 2 * time.Second

// rateLimiter holds each request back until Atlas has room for it, as far as answers have shown how much room there is. It does not
// send a write that had to wait: the object may have changed, so the caller must read it again. It keeps the room of such a write
// for when the caller sends it again.
type rateLimiter struct {
	next       http.RoundTripper
	limits     *Limits
	credential string // its id
	waiter     waiter

	mu   sync.Mutex
	kept map[string][]*booking // for writes that had to wait, by keyOfWrite
}

func (r *rateLimiter) RoundTrip(request *http.Request) (*http.Response, error) {
	booking := r.take(request)
	if booking == nil {
		var err error
		if booking, err = r.wait(request); err != nil {
			return nil, err
		}
	}
	response, err := r.next.RoundTrip(request)
	r.limits.learn(time.Now(), booking, response)
	return response, err
}

// wait reserves room for the request and waits for it.
func (r *rateLimiter) wait(request *http.Request) (*booking, error) {
	booking := r.limits.book(time.Now(), request, r.credential)
	wait := time.Until(booking.at)
	if wait <= 0 {
		return booking, nil
	}
	err := r.waiter.wait(request.Context(), Wait{Method: request.Method, Path: request.URL.Path, For: wait, Limit: booking.name, Pace: booking.pace})
	if err == nil && wait > freshFor && mayChange(request) {
		r.keep(request, booking)
		err = &waitedError{booking.name}
	}
	return booking, err
}

func (r *rateLimiter) keep(request *http.Request, b *booking) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.kept == nil {
		r.kept = map[string][]*booking{}
	}
	key := keyOfWrite(request)
	r.kept[key] = append(r.kept[key], b)
}

// keyOfWrite identifies a write: several writes to one path, such as invitations, differ in their bodies.
func keyOfWrite(request *http.Request) string {
	body, _ := bodyOf(request) // reading from memory does not fail
	return request.Method + " " + request.URL.Path + " " + string(body)
}

// take returns the room that was kept for the request, or nil. Callers do not send every write again, so take drops old room.
func (r *rateLimiter) take(request *http.Request) *booking {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := keyOfWrite(request)
	for len(r.kept[key]) > 0 {
		b := r.kept[key][0]
		r.kept[key] = r.kept[key][1:]
		if time.Since(b.at) <= maxInFlight {
			return b
		}
	}
	return nil
}
