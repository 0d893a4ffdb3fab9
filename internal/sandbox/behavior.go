package sandbox

import (
	"cmp"
	"time"
)

// The digest algorithms of Atlas's challenge.
const (
	algorithmMD5    = "MD5"     // [seen digest-challenge]
	algorithmSHA256 = "SHA-256" // Atlas for Government [doc government]
)

// Behavior is how this Atlas behaves: what differs between Atlas and Atlas for Government, and how slow it is. It is
// not saved in a state file. The zero value of a field means its default.
type Behavior struct {
	LatencyMilliseconds int    `json:"latencyMilliseconds"` // 0 to 60000, between the effect of an API request and its answer
	DigestAlgorithm     string `json:"digestAlgorithm"`     // MD5 or SHA-256; default MD5
	TokenLifeSeconds    int    `json:"tokenLifeSeconds"`    // 1 to 86400, of access tokens that are issued from now on; default 3600
	NonceLifeSeconds    int    `json:"nonceLifeSeconds"`    // 1 to 86400, of all nonces; default 300
	RoundMilliseconds   int    `json:"roundMilliseconds"`   // 0 to 60000; if set, answers are held until no API request has arrived for so long, then sent together: one round
	UnthrottledUsers    bool   `json:"unthrottledUsers"`    // true: the limit of ten invitations a minute does not apply to POST /users
}

// complete returns b with its defaults. The life of a token is from [doc service-accounts]. A nonce is good for "a
// short amount of time" [doc api-authentication]; five minutes is assumed.
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
		{"roundMilliseconds", optional, integer(0, 60_000)},
		{"unthrottledUsers", optional, boolean()},
	}
}

func (b Behavior) latency() time.Duration {
	return time.Duration(b.LatencyMilliseconds) * time.Millisecond
}

func (b Behavior) quiet() time.Duration { return time.Duration(b.RoundMilliseconds) * time.Millisecond }

func (b Behavior) tokenLife() time.Duration { return time.Duration(b.TokenLifeSeconds) * time.Second }

func (b Behavior) nonceLife() time.Duration { return time.Duration(b.NonceLifeSeconds) * time.Second }

// throttlesInvitations reports whether POST /invites counts as an invitation. It always does.
func (Behavior) throttlesInvitations() bool { return true }

// throttlesUsers reports whether POST /users counts as an invitation. It is unknown whether Atlas counts it. The
// default is yes, because that is harder for a client.
func (b Behavior) throttlesUsers() bool { return !b.UnthrottledUsers }
