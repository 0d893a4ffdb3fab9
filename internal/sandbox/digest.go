package sandbox

import (
	"crypto/md5" // the algorithm of Atlas's challenge (observed)
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
	// directive is one name=value of a Digest header, the value quoted or not.
	directive = regexp.MustCompile(`^\s*([a-zA-Z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))\s*(?:,|$)`)
	eightHex  = regexp.MustCompile(`^[0-9a-fA-F]{8}$`)
	escaped   = regexp.MustCompile(`\\(.)`)
)

// authenticateKey verifies a Digest header (RFC 7616) and uses up one count of its nonce.
// A nonce that is no longer good is told apart from a wrong key by stale=true, which asks
// the client to repeat the same request with the new nonce.
func (s *Server) authenticateKey(c *call, header string) error {
	d := directives(header)
	cred := s.fleet.credentialOfKey(d["username"])
	if !d.answers(c.r, cred) {
		return s.challenge(c.now, false)
	}
	if !s.nonces.use(d["nonce"], strings.ToLower(d["nc"]), c.now) {
		return s.challenge(c.now, true)
	}
	c.caller, c.actor, c.byKey = cred, cred.PublicKey, true
	return nil
}

// digest holds the directives of a Digest header by lower-case name; nil when malformed.
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

// answers reports whether d proves knowledge of the private key of cred for request r.
// An unknown key takes the same time as a wrong one.
func (d digest) answers(r *http.Request, cred *Credential) bool {
	private := ""
	if cred != nil {
		private = cred.PrivateKey
	}
	ha1 := md5hex(d["username"] + ":" + realm + ":" + private)
	ha2 := md5hex(r.Method + ":" + d["uri"])
	want := md5hex(strings.Join([]string{ha1, d["nonce"], d["nc"], d["cnonce"], d["qop"], ha2}, ":"))
	same := subtle.ConstantTimeCompare([]byte(want), []byte(strings.ToLower(d["response"]))) == 1
	return same && cred != nil && d.wellFormed(r)
}

func (d digest) wellFormed(r *http.Request) bool {
	algorithm, given := d["algorithm"]
	return d["realm"] == realm && d["uri"] == r.URL.RequestURI() && d["qop"] == "auth" &&
		d["cnonce"] != "" && eightHex.MatchString(d["nc"]) && (!given || algorithm == "MD5")
}

func md5hex(s string) string {
	sum := md5.Sum([]byte(s))
	return hex.EncodeToString(sum[:])
}

// challenge is the 401 that asks for an API key, with a fresh nonce. Header and body are
// exactly those observed.
func (s *Server) challenge(now time.Time, stale bool) *failure {
	f := unauthorized()
	f.header["Www-Authenticate"] = []string{`Digest realm="` + realm + `", domain="", nonce="` + s.nonces.issue(now) +
		`", algorithm=MD5, qop="auth", stale=` + strconv.FormatBool(stale)}
	return f
}

func unauthorized() *failure {
	f := refuse(http.StatusUnauthorized, "UNEXPECTED_ERROR", "You are not authorized for this resource.")
	f.Parameters = nil
	return f
}
