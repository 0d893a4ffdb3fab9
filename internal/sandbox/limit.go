package sandbox

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// limitSet is a set of operations that share a token bucket. Capacities, refills and
// scopes are documented.
type limitSet struct {
	name     string
	perOrg   bool // one bucket for each organization; otherwise one for each credential
	capacity int
	refill   int // tokens a minute

	// throttled reports whether the operation counts as an invitation, of which an address has ten a minute; nil: it does not.
	throttled func(Behavior) bool
}

// Sets that several kinds share.
var (
	organizations = limitSet{name: "Organizations", perOrg: true, capacity: 500, refill: 250}
	perCaller     = limitSet{name: "Organizations", capacity: 300, refill: 100}
)

// inviting is the set for an operation of it that sends an invitation.
func (l limitSet) inviting(throttled func(Behavior) bool) limitSet {
	l.throttled = throttled
	return l
}

// bucket holds the tokens left. They come back all at once at the end of each minute since
// it was first used: the documented example, 55 seconds to wait at 5 per 60, allows no
// steady trickle.
type bucket struct {
	tokens int
	since  time.Time // start of the running minute
}

type bucketKey struct {
	set   string
	scope string
}

type buckets map[bucketKey]*bucket

// of is the caller's bucket of its operation, refilled up to now.
func (b buckets) of(c *call) *bucket {
	key := bucketKey{c.op.limit.name, "credential " + c.actor}
	if c.op.limit.perOrg {
		key.scope = "organization " + c.caller.OrgID
	}
	if b[key] == nil {
		b[key] = &bucket{c.op.limit.capacity, c.now}
	}
	one := b[key]
	minutes := int(c.now.Sub(one.since) / time.Minute)
	one.tokens = min(c.op.limit.capacity, one.tokens+minutes*c.op.limit.refill)
	one.since = one.since.Add(time.Duration(minutes) * time.Minute)
	return one
}

// limits hold callers to their pace.
type limits struct {
	buckets     buckets
	invitations windows // by IP address
	behavior    *Behavior
}

func newLimits(b *Behavior) *limits { return &limits{buckets{}, windows{}, b} }

// announce tells how many tokens are left, whatever becomes of the call.
func (l *limits) announce(c *call) error {
	c.w.Header().Set("RateLimit-Limit", strconv.Itoa(c.op.limit.capacity))
	c.w.Header().Set("RateLimit-Remaining", strconv.Itoa(l.buckets.of(c).tokens))
	return nil
}

// spend takes one token, and for an invitation one of the ten a minute that an address has.
func (l *limits) spend(c *call) error {
	b := l.buckets.of(c)
	if b.tokens == 0 {
		wait := int(math.Ceil(b.since.Add(time.Minute).Sub(c.now).Seconds()))
		return tooMany(c.op.limit, wait)
	}
	b.tokens--
	c.w.Header().Set("RateLimit-Remaining", strconv.Itoa(b.tokens))
	throttled := c.op.limit.throttled
	if throttled != nil && throttled(*l.behavior) && !l.invitations.allow(address(c.r), 10, c.now) {
		return tooManyInvitations()
	}
	return nil
}

// tooManyInvitations is a 400, not a 429, and does not say when to come back (observed). Its
// parameters are unknown; null was observed elsewhere.
func tooManyInvitations() *failure {
	f := bad("INVITATIONS_RATE_LIMITED_IP", "Rate limit of 10 invitations per 1 minutes exceeded.")
	f.Parameters = []any(nil)
	return f
}

// tooManyRequests is the refusal of a limit without a bucket: documented for tokens, whose
// pace it tells, and for other paths assumed.
func tooManyRequests(path string) *failure {
	return refuse(http.StatusTooManyRequests, "RATE_LIMITED",
		"Resource "+path+" is limited to "+strconv.Itoa(maxMints)+" requests every 1 minutes.", path, maxMints, 1)
}

func tooMany(set limitSet, wait int) *failure {
	const path = "api/atlas/v2/orgs" // for every set of organization paths (documented example)
	f := refuse(http.StatusTooManyRequests, "RATE_LIMITED_TOKEN_BUCKET",
		"Rate limit exceeded for "+path+". Please retry after "+strconv.Itoa(wait)+" seconds. Request capacity: "+
			strconv.Itoa(set.capacity)+". Refill rate: "+strconv.Itoa(set.refill)+" per 60 seconds.",
		path, wait, set.capacity, set.refill, 60)
	f.header.Set("Retry-After", strconv.Itoa(wait))
	return f
}

// windows holds what happened in the last minute, by key.
type windows map[string][]time.Time

// allow counts one more event under key, unless the last minute already holds limit.
func (w windows) allow(key string, limit int, now time.Time) bool {
	recent := slices.DeleteFunc(w[key], func(t time.Time) bool { return now.Sub(t) >= time.Minute })
	if len(recent) >= limit {
		w[key] = recent
		return false
	}
	w[key] = append(recent, now)
	return true
}
