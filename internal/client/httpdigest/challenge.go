// Package httpdigest reads HTTP Digest challenges and answers them (RFC 7616). It knows nothing of Atlas.
package httpdigest

import (
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"net/http"
	"strings"
	"sync/atomic"
)

// Challenge is a Digest challenge of a server (RFC 7616, 3.3). Several goroutines may answer it at once.
type Challenge struct {
	realm, nonce, algorithm string

	opaque   *string // the answer repeats it; nil if the challenge has none
	qop      string  // auth, or auth-int if the server accepts nothing else; "" for the older form of RFC 2069
	userhash bool    // the server wants the hash of the user name
	cnonce   string  // our nonce; the same for all answers, because the key of a session (-sess) depends on it
	count    atomic.Uint32
}

// Login is the user name and password that answer a challenge.
type Login struct{ Username, Password string }

// Authorization returns the Authorization header for one request. uri is the URI of the request line.
func (c *Challenge) Authorization(login Login, method, uri string, body []byte) string {
	a2 := method + ":" + uri
	if c.qop == "auth-int" {
		a2 += ":" + c.hex(string(body))
	}
	ha1 := c.hex(login.Username, c.realm, login.Password)
	if strings.HasSuffix(strings.ToLower(c.algorithm), "-sess") {
		ha1 = c.hex(ha1, c.nonce, c.cnonce)
	}
	header := c.echo(login.Username, uri)
	if c.qop == "" {
		return header + fmt.Sprintf(", response=%q", c.hex(ha1, c.nonce, c.hex(a2)))
	}
	nc := fmt.Sprintf("%08x", c.count.Add(1))
	response := c.hex(ha1, c.nonce, nc, c.cnonce, c.qop, c.hex(a2))
	return header + fmt.Sprintf(", qop=%s, nc=%s, cnonce=%q, response=%q", c.qop, nc, c.cnonce, response)
}

// echo returns the part of the header that names the user, the challenge and the request.
func (c *Challenge) echo(username, uri string) string {
	hashed := ""
	if c.userhash {
		username, hashed = c.hex(username, c.realm), ", userhash=true"
	}
	header := "Digest username=" + quoted(username) + ", realm=" + quoted(c.realm) + ", nonce=" + quoted(c.nonce) + ", uri=" + quoted(uri) + hashed
	if c.algorithm != "" {
		header += ", algorithm=" + c.algorithm
	}
	if c.opaque != nil {
		header += ", opaque=" + quoted(*c.opaque)
	}
	return header
}

// quoted returns a quoted string of HTTP (RFC 9110, 5.6.4). It differs from a quoted string of Go.
func quoted(s string) string {
	return `"` + strings.ReplaceAll(strings.ReplaceAll(s, `\`, `\\`), `"`, `\"`) + `"`
}

func (c *Challenge) hex(parts ...string) string {
	sum := newHash(c.algorithm)
	sum.Write([]byte(strings.Join(parts, ":")))
	return hex.EncodeToString(sum.Sum(nil))
}

// newHash returns the hash of an algorithm of RFC 7616, or nil for an unknown algorithm.
func newHash(algorithm string) hash.Hash {
	switch strings.TrimSuffix(strings.ToUpper(algorithm), "-SESS") {
	case "", "MD5":
		return md5.New()
	case "SHA-256":
		return sha256.New()
	case "SHA-512-256":
		return sha512.New512_256()
	}
	return nil
}

// Find returns the strongest Digest challenge in a header that this package can answer, or nil.
func Find(header http.Header) *Challenge {
	var best *Challenge
	for _, value := range header.Values("WWW-Authenticate") {
		for _, offer := range parseOffers(value) {
			c := offer.challenge()
			if c != nil && (best == nil || newHash(c.algorithm).Size() > newHash(best.algorithm).Size()) {
				best = c
			}
		}
	}
	return best
}

// offer is one way to log in that a server accepts, with its parameters by lower-case name.
type offer struct {
	scheme     string
	parameters map[string]string
}

// challenge returns the challenge of the offer. It returns nil if the scheme is not Digest, or if this package cannot answer it.
func (o offer) challenge() *Challenge {
	p := o.parameters
	c := &Challenge{realm: p["realm"], nonce: p["nonce"], algorithm: p["algorithm"],
		userhash: strings.EqualFold(p["userhash"], "true"), cnonce: rand.Text()}
	if opaque, given := p["opaque"]; given {
		c.opaque = &opaque
	}
	for qop := range strings.SplitSeq(strings.ToLower(p["qop"]), ",") {
		qop = strings.TrimSpace(qop)
		if qop == "auth" || qop == "auth-int" && c.qop == "" {
			c.qop = qop
		}
	}
	if !strings.EqualFold(o.scheme, "Digest") || c.nonce == "" || newHash(c.algorithm) == nil || p["qop"] != "" && c.qop == "" {
		return nil
	}
	return c
}

// parseOffers reads a WWW-Authenticate header, which may hold several offers. A word without a value starts the next offer.
func parseOffers(s string) (offers []offer) {
	for {
		s = strings.TrimLeft(s, " \t,")
		if s == "" {
			return offers
		}
		end := strings.IndexAny(s, " \t,=")
		if end < 0 {
			end = len(s)
		}
		word := s[:end]
		rest, isParameter := strings.CutPrefix(strings.TrimLeft(s[end:], " \t"), "=")
		if !isParameter || len(offers) == 0 {
			offers = append(offers, offer{word, map[string]string{}})
			s = rest
			continue
		}
		var value string
		value, s = parseValue(strings.TrimLeft(rest, " \t"))
		offers[len(offers)-1].parameters[strings.ToLower(word)] = value
	}
}

// parseValue reads the value of a parameter, which may be quoted. rest is the text after it.
func parseValue(s string) (value, rest string) {
	if !strings.HasPrefix(s, `"`) {
		if end := strings.IndexAny(s, ", \t"); end >= 0 {
			return s[:end], s[end:]
		}
		return s, ""
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:]
		case s[i] == '\\' && i+1 < len(s):
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), ""
}
