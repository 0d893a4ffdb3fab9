package client

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// endpointSet is a set of operations that share a token bucket in Atlas.
type endpointSet struct {
	name     string
	path     string // what the paths of its operations start with
	perOrg   bool   // a bucket for each organization; otherwise for each credential
	capacity int
	refill   int // tokens a minute
}

// endpointSets are those of organizations, as documented in April 2026. They are no part of Atlas's contract, so what
// its answers say counts more. Of several that fit, the last one counts.
var endpointSets = [...]endpointSet{
	{"Root", "", false, 300, 100},
	{"Organizations", "/orgs", false, 300, 100},
	{"Organizations", "/orgs/*", true, 500, 250},
	{"Organization Settings", "/orgs/*/settings", true, 10, 5},
	{"MongoDB Cloud Users", "/orgs/*/users", true, 500, 250},
	{"Teams", "/orgs/*/teams", true, 1200, 500},
	{"Programmatic API Keys", "/orgs/*/apiKeys", true, 500, 250},
	{"Service Accounts", "/orgs/*/serviceAccounts", true, 500, 250},
	{"Resource Policies", "/orgs/*/resourcePolicies*", true, 500, 250},
	{"Federated Authentication", "/orgs/*/federationSettings", true, 500, 250},
}

// invites tells whether a request sends an invitation, be it by the older path or the newer one. They are limited by the
// address that they come from (the words of the refusal, observed), on top of the token bucket.
func invites(method, resource string) bool {
	return method == http.MethodPost && (startsWith(resource, "/orgs/*/invites") || startsWith(resource, "/orgs/*/users"))
}

// Limits knows the limits that Atlas sets to requests, and how much of each is used. The clients of a run share it,
// since some limits are those of an organization and some those of the address. The memory for lists is the run's, too.
type Limits struct {
	mu          sync.Mutex
	buckets     map[bucketKey]*bucket
	invitations window

	lists atomic.Int64 // bytes of the lists that are being gathered
}

type bucketKey struct {
	set   endpointSet
	scope string // the organization or the credential
}

// limit is one of Atlas's limits.
type limit interface {
	// take books room for one request. It is asked for now, or for when the request may be sent by another limit.
	take(now time.Time) slot
	// learn hears what was answered to the request with that slot; nil if nothing was.
	learn(now time.Time, s slot, response *http.Response)
}

// slot is the room that one request has in one limit.
type slot struct {
	limit limit
	n     int       // which request it is
	at    time.Time // when it may be sent
}

// NewLimits returns limits of which nothing is used.
func NewLimits() *Limits { return &Limits{buckets: map[bucketKey]*bucket{}} }

// booking is the room that one request has in the limits that count it.
type booking struct {
	at    time.Time // when it may be sent
	name  string    // of the limit that makes it wait; "" if none does
	slots []slot
}

// take takes room in one more limit: who waits for one takes room in the next when he is there.
func (b *booking) take(name string, l limit) {
	s := l.take(b.at)
	if s.at.After(b.at) {
		b.at, b.name = s.at, name
	}
	b.slots = append(b.slots, s)
}

// book books room for a request.
func (l *Limits) book(now time.Time, request *http.Request, credential string) *booking {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, resource, _ := strings.Cut(request.URL.Path, prefix)
	key := keyOf(resource, credential)
	if l.buckets[key] == nil {
		l.buckets[key] = newBucket(key.set.capacity, key.set.refill)
	}
	b := &booking{at: now}
	b.take(key.set.name, l.buckets[key])
	if invites(request.Method, resource) {
		b.take("invitations from one address", &l.invitations)
	}
	return b
}

// learn hears what was answered to the request with that booking; nil if nothing was.
func (l *Limits) learn(now time.Time, b *booking, response *http.Response) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range b.slots {
		s.limit.learn(now, s, response)
	}
}

// keyOf returns the bucket from which a request takes a token.
func keyOf(resource, credential string) (key bucketKey) {
	for _, set := range endpointSets {
		if startsWith(resource, set.path) {
			key = bucketKey{set, credential}
		}
	}
	if key.set.perOrg {
		key.scope = strings.Split(resource, "/")[2]
	}
	return key
}

// freshFor is how long what was looked at counts as just seen.
const freshFor = 2 * time.Second

// rateLimiter lets requests go when Atlas has room for them, as far as Atlas has shown how much it has. A write that had to wait is
// not sent; its room is kept for when it comes again.
type rateLimiter struct {
	next       http.RoundTripper
	limits     *Limits
	credential string // its public part
	waiter     waiter

	mu   sync.Mutex
	kept map[string][]*booking // by method and path
}

func (p *rateLimiter) RoundTrip(request *http.Request) (*http.Response, error) {
	booking := p.take(request)
	if booking == nil {
		var err error
		if booking, err = p.wait(request); err != nil {
			return nil, err
		}
	}
	response, err := p.next.RoundTrip(request)
	p.limits.learn(time.Now(), booking, response)
	return response, err
}

// wait books room for the request and waits for it.
func (p *rateLimiter) wait(request *http.Request) (*booking, error) {
	booking := p.limits.book(time.Now(), request, p.credential)
	wait := time.Until(booking.at)
	if wait <= 0 {
		return booking, nil
	}
	err := p.waiter.wait(request.Context(), Wait{request.Method, request.URL.Path, wait, booking.name, nil})
	if err == nil && wait > freshFor && mayChange(request) {
		p.keep(request, booking)
		err = &waitedError{booking.name}
	}
	return booking, err
}

func (p *rateLimiter) keep(request *http.Request, b *booking) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.kept == nil {
		p.kept = map[string][]*booking{}
	}
	key := request.Method + " " + request.URL.Path
	p.kept[key] = append(p.kept[key], b)
}

// take returns the room that was kept for the request, or nil. Nobody comes for some of it.
func (p *rateLimiter) take(request *http.Request) *booking {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := request.Method + " " + request.URL.Path
	for len(p.kept[key]) > 0 {
		b := p.kept[key][0]
		p.kept[key] = p.kept[key][1:]
		if time.Since(b.at) <= maxInFlight {
			return b
		}
	}
	return nil
}
