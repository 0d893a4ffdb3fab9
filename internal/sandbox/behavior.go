package sandbox

import (
	"cmp"
	"time"
)

// The digest algorithms that Atlas challenges with.
const (
	algorithmMD5    = "MD5"     // observed
	algorithmSHA256 = "SHA-256" // of Atlas for Government (documented)
)

// Behavior is what differs between one Atlas and another, and from day to day. It is not
// kept in a state file. The zero value of a field stands for its default.
type Behavior struct {
	LatencyMilliseconds int    `json:"latencyMilliseconds"` // 0 to 60000, from carrying out a request to the API to answering it
	DigestAlgorithm     string `json:"digestAlgorithm"`     // MD5 or SHA-256; default MD5
	TokenLifeSeconds    int    `json:"tokenLifeSeconds"`    // 1 to 86400, of access tokens minted from now on; default 3600
	NonceLifeSeconds    int    `json:"nonceLifeSeconds"`    // 1 to 86400, of all nonces; default 300
	UnthrottledUsers    bool   `json:"unthrottledUsers"`    // POST /users sends more than ten invitations a minute
}

// complete is b with its defaults. How long a token is good is documented, how long a nonce
// is only as "a short amount of time": five minutes is assumed.
func (b Behavior) complete() Behavior {
	b.DigestAlgorithm = cmp.Or(b.DigestAlgorithm, algorithmMD5)
	b.TokenLifeSeconds = cmp.Or(b.TokenLifeSeconds, 3600)
	b.NonceLifeSeconds = cmp.Or(b.NonceLifeSeconds, 300)
	return b
}

func behaviorAttributes() []attribute {
	const day = 24 * 60 * 60
	return []attribute{
		{"latencyMilliseconds", optional, integer(0, 60_000)},
		{"digestAlgorithm", optional, oneOf(algorithmMD5, algorithmSHA256)},
		{"tokenLifeSeconds", optional, integer(1, day)},
		{"nonceLifeSeconds", optional, integer(1, day)},
		{"unthrottledUsers", optional, boolean()},
	}
}

func (b Behavior) latency() time.Duration {
	return time.Duration(b.LatencyMilliseconds) * time.Millisecond
}

func (b Behavior) tokenLife() time.Duration { return time.Duration(b.TokenLifeSeconds) * time.Second }

func (b Behavior) nonceLife() time.Duration { return time.Duration(b.NonceLifeSeconds) * time.Second }

// throttlesInvitations reports whether POST /invites counts as an invitation: it always does.
func (Behavior) throttlesInvitations() bool { return true }

// throttlesUsers reports whether POST /users counts as an invitation. What Atlas does is unknown: unless told otherwise it
// counts, which is the worse case for a client.
func (b Behavior) throttlesUsers() bool { return !b.UnthrottledUsers }
