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
	refill   int  // tokens a minute
	window   bool // no bucket: the capacity counts for any minute
}

// endpointSets are those of organizations, as documented in April 2026. They are no part of Atlas's contract, so what
// its answers say counts more. Of several that fit, the last one counts.
var endpointSets = [...]endpointSet{
	{"Root", "", false, 300, 100, false},
	{"Organizations", "/orgs", false, 300, 100, false},
	{"Organizations", "/orgs/*", true, 500, 250, false},
	{"Organization Settings", "/orgs/*/settings", true, 10, 5, false},
	{"MongoDB Cloud Users", "/orgs/*/users", true, 500, 250, false},
	{"Teams", "/orgs/*/teams", true, 1200, 500, false},
	{"Programmatic API Keys", "/orgs/*/apiKeys", true, 500, 250, false},
	{"Service Accounts", "/orgs/*/serviceAccounts", true, 500, 250, false},
	{"Resource Policies", "/orgs/*/resourcePolicies*", true, 500, 250, false},
	{"Federated Authentication", "/orgs/*/federationSettings", true, 500, 250, false},
}

// invitations are limited by the address that they come from (the words of the refusal; observed by others).
var invitations = endpointSet{"invitations from one address", "", false, 10, 10, true}

// invites tells whether a request sends an invitation, be it by the older path or the newer one.
func invites(method, resource string) bool {
	return method == http.MethodPost && (startsWith(resource, "/orgs/*/invites") || startsWith(resource, "/orgs/*/users"))
}

// Limits knows the limits that Atlas sets to requests, and how much of each is used. The clients of a run share it,
// since some limits are those of an organization and some those of the address. The memory for lists is the run's, too.
type Limits struct {
	mu   sync.Mutex
	used map[limitKey]limit

	lists atomic.Int64 // bytes of the lists that are being gathered
}

type limitKey struct {
	set   endpointSet
	scope string // the organization or the credential
}

// limit is one of Atlas's limits.
type limit interface {
	// take books room for one request and returns when it may be sent, and which one it is, for learn.
	take(now time.Time) (at time.Time, n int)
	// learn hears what was answered to the request that was booked as the n-th; nil if nothing was.
	learn(now time.Time, n int, response *http.Response)
}

// NewLimits returns limits of which nothing is used.
func NewLimits() *Limits { return &Limits{used: map[limitKey]limit{}} }

// booking is the room that one request has in the limits that count it.
type booking struct {
	at     time.Time // when it may be sent
	name   string    // of the limit that makes it wait; "" if none does
	limits []limit
	counts []int // which request it is, by limit
}

// book books room for a request.
func (l *Limits) book(now time.Time, request *http.Request, credential string) *booking {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := &booking{at: now}
	for _, key := range keysOf(request, credential) {
		one := l.limit(key, now)
		at, n := one.take(b.at) // who waits for one limit takes room in the next when he is there
		if at.After(b.at) {
			b.at, b.name = at, key.set.name
		}
		b.limits, b.counts = append(b.limits, one), append(b.counts, n)
	}
	return b
}

// learn hears what was answered to the request with that booking; nil if nothing was.
func (l *Limits) learn(now time.Time, b *booking, response *http.Response) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, one := range b.limits {
		one.learn(now, b.counts[i], response)
	}
}

// limit returns the limit of that key, unused if it is a new one.
func (l *Limits) limit(key limitKey, now time.Time) limit {
	if l.used[key] == nil && key.set.window {
		l.used[key] = &window{capacity: key.set.capacity, period: time.Minute}
	} else if l.used[key] == nil {
		l.used[key] = newBucket(key.set.capacity, key.set.refill, now)
	}
	return l.used[key]
}

// keysOf returns the limits that count a request.
func keysOf(request *http.Request, credential string) []limitKey {
	_, resource, _ := strings.Cut(request.URL.Path, prefix)
	var key limitKey
	for _, set := range endpointSets {
		if startsWith(resource, set.path) {
			key = limitKey{set, credential}
		}
	}
	if key.set.perOrg {
		key.scope = strings.Split(resource, "/")[2]
	}
	keys := []limitKey{key}
	if invites(request.Method, resource) {
		keys = append(keys, limitKey{set: invitations})
	}
	return keys
}

// fresh is how long what was looked at counts as just seen.
const fresh = 2 * time.Second

// paced lets requests go when Atlas has room for them, so that it need not refuse any. A write that had to wait is not
// sent; its room is kept for when it comes again.
type paced struct {
	next       http.RoundTripper
	limits     *Limits
	credential string // its public part
	waiter     waiter

	mu   sync.Mutex
	kept map[string]*booking // by method and path
}

func (p *paced) RoundTrip(request *http.Request) (*http.Response, error) {
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
func (p *paced) wait(request *http.Request) (*booking, error) {
	booking := p.limits.book(time.Now(), request, p.credential)
	wait := time.Until(booking.at)
	if wait <= 0 {
		return booking, nil
	}
	err := p.waiter.wait(request.Context(), Wait{request.Method, request.URL.Path, wait, booking.name, nil})
	if err == nil && wait > fresh && mayChange(request) {
		p.keep(request, booking)
		err = &waitedError{booking.name}
	}
	return booking, err
}

func (p *paced) keep(request *http.Request, b *booking) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.kept == nil {
		p.kept = map[string]*booking{}
	}
	p.kept[request.Method+" "+request.URL.Path] = b
}

// take returns the room that was kept for the request, or nil.
func (p *paced) take(request *http.Request) *booking {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := request.Method + " " + request.URL.Path
	b := p.kept[key]
	delete(p.kept, key)
	return b
}
