package client

import (
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
)

// challenge is what a server wants the proof to be made of (RFC 7616, 3.3).
type challenge struct {
	realm, nonce, algorithm string

	opaque   *string // to be given back as it is; nil if there was none
	qop      string  // auth, or auth-int where it has to be; "" makes the proof that of RFC 2069
	userhash bool    // the server wants the name hashed
	cnonce   string  // ours, the same for all answers, which a session's key (-sess) is made of
	count    atomic.Uint32
}

// answer is the Authorization header of a request.
func (c *challenge) answer(credential Credential, request *http.Request) (string, error) {
	a2 := request.Method + ":" + request.URL.RequestURI()
	if c.qop == "auth-int" {
		body, err := bodyOf(request)
		if err != nil {
			return "", err
		}
		a2 += ":" + c.hex(string(body))
	}
	ha1 := c.hex(credential.ID, c.realm, string(credential.Secret))
	if strings.HasSuffix(strings.ToLower(c.algorithm), "-sess") {
		ha1 = c.hex(ha1, c.nonce, c.cnonce)
	}
	header := c.echo(credential.ID, request.URL.RequestURI())
	if c.qop == "" {
		return header + fmt.Sprintf(", response=%q", c.hex(ha1, c.nonce, c.hex(a2))), nil
	}
	nc := fmt.Sprintf("%08x", c.count.Add(1))
	response := c.hex(ha1, c.nonce, nc, c.cnonce, c.qop, c.hex(a2))
	return header + fmt.Sprintf(", qop=%s, nc=%s, cnonce=%q, response=%q", c.qop, nc, c.cnonce, response), nil
}

// echo is the part of the header that says whom and what the proof is about.
func (c *challenge) echo(username, uri string) string {
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

// quoted puts a text into quotes as HTTP has them (RFC 9110, 5.6.4), which are not those of Go.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

func bodyOf(request *http.Request) ([]byte, error) {
	if request.GetBody == nil {
		return nil, nil
	}
	body, err := request.GetBody()
	if err != nil {
		return nil, err
	}
	return io.ReadAll(body)
}

func (c *challenge) hex(parts ...string) string {
	sum := newHash(c.algorithm)
	sum.Write([]byte(strings.Join(parts, ":")))
	return hex.EncodeToString(sum.Sum(nil))
}

// newHash returns the hash of an algorithm of RFC 7616, or nil. Atlas asks for MD5, in its Government cloud for SHA-256
// (documented).
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

// findChallenge returns the strongest Digest challenge that can be answered, or nil.
func findChallenge(header http.Header) *challenge {
	var best *challenge
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

// offer is one way to log in that a server takes, with its parameters by lower-case name.
type offer struct {
	scheme     string
	parameters map[string]string
}

// challenge returns what the offer asks for, or nil if it is none of Digest, or none that can be answered.
func (o offer) challenge() *challenge {
	p := o.parameters
	c := &challenge{realm: p["realm"], nonce: p["nonce"], algorithm: p["algorithm"],
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

// parseOffers reads a WWW-Authenticate header, which may hold several offers: a word that no value follows begins
// the next.
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

// parseValue reads the value of a parameter, which may be quoted, and returns what follows.
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
