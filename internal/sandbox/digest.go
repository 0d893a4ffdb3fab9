package sandbox

import (
	"crypto/md5"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const realm = "MMS Public API"

var (
	// directive is one name=value of a Digest header. The value may be quoted.
	directive = regexp.MustCompile(`^\s*([a-zA-Z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))\s*(?:,|$)`)
	eightHex  = regexp.MustCompile(`^[0-9a-fA-F]{8}$`)
	escaped   = regexp.MustCompile(`\\(.)`)
)

// keys authenticates callers with an API key.
type keys struct {
	nonces   nonces
	state    *state
	behavior *Behavior
}

// authenticate verifies a Digest header (RFC 7616) and marks its nonce count as used. For an expired nonce, the answer
// has stale=true. That asks the client to repeat the same request with a new nonce; a wrong key does not.
func (k *keys) authenticate(c *call, header string) error {
	d := directives(header)
	cred := k.state.fleet.credentialOfKey(d["username"])
	if !d.answers(c.r, cred, k.behavior.DigestAlgorithm) {
		return k.challenge(c.now, false)
	}
	if !k.nonces.use(d["nonce"], strings.ToLower(d["nc"]), c.now, k.behavior.nonceLife()) {
		return k.challenge(c.now, true)
	}
	c.caller, c.actor, c.byKey = cred, cred.PublicKey, true
	return nil
}

// digest holds the directives of a Digest header by lower-case name. It is nil if the header is malformed.
type digest map[string]string

func directives(header string) digest {
	d := digest{}
	for header != "" {
		m := directive.FindStringSubmatch(header)
		if m == nil {
			return nil
		}
		name := strings.ToLower(m[1])
		if _, twice := d[name]; twice {
			return nil
		}
		d[name] = escaped.ReplaceAllString(m[2], "$1") + m[3]
		header = header[len(m[0]):]
	}
	return d
}

// answers reports whether d proves that the caller knows the private key of cred. An unknown key takes as long as a
// wrong one, so that the time does not show which keys exist.
func (d digest) answers(r *http.Request, cred *Credential, algorithm string) bool {
	private := ""
	if cred != nil {
		private = cred.PrivateKey
	}
	hash := digestHash(algorithm)
	ha1 := hash(d["username"] + ":" + realm + ":" + private)
	ha2 := hash(r.Method + ":" + d["uri"])
	want := hash(strings.Join([]string{ha1, d["nonce"], d["nc"], d["cnonce"], d["qop"], ha2}, ":"))
	same := subtle.ConstantTimeCompare([]byte(want), []byte(strings.ToLower(d["response"]))) == 1
	return same && cred != nil && d.wellFormed(r, algorithm)
}

func (d digest) wellFormed(r *http.Request, algorithm string) bool {
	named, given := d["algorithm"]
	if !given {
		named = algorithmMD5 // the default of RFC 7616
	}
	return d["realm"] == realm && d["uri"] == r.URL.RequestURI() && d["qop"] == "auth" &&
		d["cnonce"] != "" && eightHex.MatchString(d["nc"]) && named == algorithm
}

// digestHash returns the hash function of an algorithm. Its result is hexadecimal.
func digestHash(algorithm string) func(string) string {
	if algorithm == algorithmSHA256 {
		return func(s string) string {
			sum := sha256.Sum256([]byte(s))
			return hex.EncodeToString(sum[:])
		}
	}
	return func(s string) string {
		sum := md5.Sum([]byte(s))
		return hex.EncodeToString(sum[:])
	}
}

// challenge is the 401 that asks for an API key, with a new nonce. Header and body are exactly those of Atlas
// [seen digest-challenge], except for the algorithm of Atlas for Government.
func (k *keys) challenge(now time.Time, stale bool) *failure {
	f := unauthorized()
	f.header["Www-Authenticate"] = []string{`Digest realm="` + realm + `", domain="", nonce="` + k.nonces.issue(now, k.behavior.nonceLife()) +
		`", algorithm=` + k.behavior.DigestAlgorithm + `, qop="auth", stale=` + strconv.FormatBool(stale)}
	return f
}

// forget ends the nonce of a request early.
func (k *keys) forget(r *http.Request) {
	_, header := authorization(r)
	k.nonces.forget(directives(header)["nonce"])
}

func unauthorized() *failure {
	f := refuse(http.StatusUnauthorized, "UNEXPECTED_ERROR", "You are not authorized for this resource.")
	f.Parameters = nil
	return f
}
