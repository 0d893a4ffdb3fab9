package sandbox

import (
	"crypto/rand"
	"encoding/base64"
	"slices"
	"time"
)

const (
	maxNonces = 10_000
	maxUses   = 10_000 // of one nonce
)

// nonce is one challenge, and the counts (nc) that clients have used with it.
type nonce struct {
	issued time.Time
	used   map[string]bool
}

// nonces holds the newest challenges, at most maxNonces of them.
type nonces struct {
	live  map[string]*nonce
	order []string // oldest first
}

// issue makes a nonce of 32 base64 characters, as long as Atlas's [seen digest-challenge].
func (n *nonces) issue(now time.Time, life time.Duration) string {
	b := make([]byte, 24)
	_, _ = rand.Read(b) // never fails
	value := base64.StdEncoding.EncodeToString(b)
	n.live[value] = &nonce{now, map[string]bool{}}
	n.order = append(n.order, value)
	n.prune(now, life)
	return value
}

func (n *nonces) prune(now time.Time, life time.Duration) {
	for len(n.order) > maxNonces || now.Sub(n.live[n.order[0]].issued) >= life {
		delete(n.live, n.order[0])
		n.order = n.order[1:]
	}
}

// forget ends a nonce early.
func (n *nonces) forget(value string) {
	delete(n.live, value)
	n.order = slices.DeleteFunc(n.order, func(v string) bool { return v == value })
}

// use reports whether nonce is live and count was not used with it, and marks count as used. Counts may come out of
// order, because requests run concurrently.
func (n *nonces) use(value, count string, now time.Time, life time.Duration) bool {
	one := n.live[value]
	if one == nil || now.Sub(one.issued) >= life || one.used[count] || len(one.used) >= maxUses {
		return false
	}
	one.used[count] = true
	return true
}
