package sandbox

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// limitSet is a set of operations that share a token bucket. Capacities, refills and scopes are from
// [doc rate-limits].
type limitSet struct {
	name     string
	perOrg   bool // true: one bucket for each organization; false: one for each credential
	capacity int
	refill   int // tokens a minute

	// throttled reports whether the operation counts as an invitation; nil means no. An IP address may send ten
	// invitations a minute.
	throttled func(Behavior) bool
}

// Sets that several kinds share.
var (
	organizations = limitSet{name: "Organizations", perOrg: true, capacity: 500, refill: 250}
	perCaller     = limitSet{name: "Organizations", capacity: 300, refill: 100}
)

// inviting returns the set for an operation that sends an invitation.
func (l limitSet) inviting(throttled func(Behavior) bool) limitSet {
	l.throttled = throttled
	return l
}

// bucket holds the tokens that are left. All refill tokens come at once, at the end of each minute since the bucket's
// first use [seen bucket-refill]. The example in [doc rate-limits] agrees: 55 seconds to wait at 5 tokens per 60
// seconds.
type bucket struct {
	tokens int
	since  time.Time // start of the current minute
}

type bucketKey struct {
	set   string
	scope string
}

type buckets map[bucketKey]*bucket

// of returns the caller's bucket for the operation, refilled up to now.
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

// limits enforces the rate limits.
type limits struct {
	buckets     buckets
	invitations windows // by IP address
	behavior    *Behavior
}

func newLimits(b *Behavior) *limits { return &limits{buckets{}, windows{}, b} }

// announce sets the header with the number of tokens left, for success and for errors.
func (l *limits) announce(c *call) error {
	c.w.Header().Set("RateLimit-Limit", strconv.Itoa(c.op.limit.capacity))
	c.w.Header().Set("RateLimit-Remaining", strconv.Itoa(l.buckets.of(c).tokens))
	return nil
}

// spend takes one token. For an invitation, it also counts one of the ten a minute of the address.
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

// tooManyInvitations is a 400, not a 429, and does not say how long to wait [seen reports]. Its parameters are
// unknown. They are null here, as in other errors [seen null-error-code].
func tooManyInvitations() *failure {
	f := bad("INVITATIONS_RATE_LIMITED_IP", "Rate limit of 10 invitations per 1 minutes exceeded.")
	f.Parameters = []any(nil)
	return f
}

// tooManyRequests is the error of a limit that is not a bucket. It is documented for tokens [doc service-accounts], and
// assumed for other paths.
func tooManyRequests(path string) *failure {
	return refuse(http.StatusTooManyRequests, "RATE_LIMITED",
		"Resource "+path+" is limited to "+strconv.Itoa(maxMints)+" requests every 1 minutes.", path, maxMints, 1)
}

func tooMany(set limitSet, wait int) *failure {
	const path = "api/atlas/v2/orgs" // the same path for every organization path, as in the example of [doc rate-limits]
	f := refuse(http.StatusTooManyRequests, "RATE_LIMITED_TOKEN_BUCKET",
		"Rate limit exceeded for "+path+". Please retry after "+strconv.Itoa(wait)+" seconds. Request capacity: "+
			strconv.Itoa(set.capacity)+". Refill rate: "+strconv.Itoa(set.refill)+" per 60 seconds.",
		path, wait, set.capacity, set.refill, 60)
	f.header.Set("Retry-After", strconv.Itoa(wait))
	return f
}

// windows holds the events of the last minute by key.
type windows map[string][]time.Time

// allow counts an event under key, unless there were already limit events in the last minute.
func (w windows) allow(key string, limit int, now time.Time) bool {
	recent := slices.DeleteFunc(w[key], func(t time.Time) bool { return now.Sub(t) >= time.Minute })
	if len(recent) >= limit {
		w[key] = recent
		return false
	}
	w[key] = append(recent, now)
	return true
}
