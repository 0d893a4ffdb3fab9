package client

import (
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
)

// digest proves who we are by HTTP Digest (RFC 7616). The first request of a credential asks for a challenge; its
// nonce then serves all that follow, with a rising count, until Atlas refuses it.
type digest struct {
	next       http.RoundTripper
	credential Credential

	mu        sync.Mutex
	challenge *challenge
}

// challenge is what the server wants the proof to be made of.
type challenge struct {
	realm, nonce, opaque, algorithm string
	qop                             bool // the server knows "auth"; otherwise the proof is that of RFC 2069
	count                           atomic.Uint32
}

func (d *digest) RoundTrip(request *http.Request) (*http.Response, error) {
	used, probed, err := d.current(request)
	if err != nil || probed != nil {
		return probed, err
	}
	response, err := d.try(request, used)
	if err != nil || response.StatusCode != http.StatusUnauthorized || used == nil {
		return response, err
	}
	// The nonce may have grown too old. The new one is this request's alone until it has served: if it is refused as
	// well, the key is, even by a server that takes each nonce only once.
	renewed := findChallenge(response.Header)
	if renewed == nil {
		return response, nil
	}
	drain(response)
	response, err = d.try(request, renewed)
	if err == nil && response.StatusCode != http.StatusUnauthorized {
		d.mu.Lock()
		d.challenge = renewed
		d.mu.Unlock()
	}
	return response, err
}

// current returns the challenge to answer, and asks for it if there is none yet. The question is the request itself,
// or one that reads and has no body. What is answered instead of a challenge is the answer to the request, unless the
// server just wants no proof: then the challenge is nil.
func (d *digest) current(request *http.Request) (c *challenge, answer *http.Response, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.challenge != nil {
		return d.challenge, nil, nil
	}
	probe := request.Clone(request.Context())
	if request.Method != http.MethodGet {
		probe.Method, probe.Body, probe.GetBody, probe.ContentLength = http.MethodGet, nil, nil, 0
		probe.Header.Del("Content-Type")
	}
	response, err := d.next.RoundTrip(probe)
	if err != nil {
		return nil, nil, err
	}
	if response.StatusCode == http.StatusUnauthorized {
		d.challenge = findChallenge(response.Header)
	}
	answered := request.Method == http.MethodGet || response.StatusCode/100 != 2
	if d.challenge == nil && answered {
		return nil, response, nil
	}
	drain(response)
	return d.challenge, nil, nil
}

func (d *digest) try(request *http.Request, c *challenge) (*http.Response, error) {
	request, err := again(request)
	if err != nil {
		return nil, err
	}
	if c != nil {
		proof := c.answer(d.credential, request.Method, request.URL.RequestURI(), rand.Text(), c.count.Add(1))
		request.Header.Set("Authorization", proof)
	}
	return d.next.RoundTrip(request)
}

// answer is the Authorization header of a request.
func (c *challenge) answer(credential Credential, method, uri, cnonce string, count uint32) string {
	h := func(parts ...string) string {
		sum := c.hash()
		sum.Write([]byte(strings.Join(parts, ":")))
		return hex.EncodeToString(sum.Sum(nil))
	}
	ha1 := h(credential.PublicKey, c.realm, string(credential.PrivateKey))
	if strings.HasSuffix(strings.ToLower(c.algorithm), "-sess") {
		ha1 = h(ha1, c.nonce, cnonce)
	}
	ha2 := h(method, uri)
	header := fmt.Sprintf("Digest username=%q, realm=%q, nonce=%q, uri=%q", credential.PublicKey, c.realm, c.nonce, uri)
	if c.algorithm != "" {
		header += ", algorithm=" + c.algorithm
	}
	if c.opaque != "" {
		header += fmt.Sprintf(", opaque=%q", c.opaque)
	}
	if !c.qop {
		return header + fmt.Sprintf(", response=%q", h(ha1, c.nonce, ha2))
	}
	nc := fmt.Sprintf("%08x", count)
	return header + fmt.Sprintf(", qop=auth, nc=%s, cnonce=%q, response=%q", nc, cnonce, h(ha1, c.nonce, nc, cnonce, "auth", ha2))
}

func (c *challenge) hash() hash.Hash {
	if strings.HasPrefix(strings.ToUpper(c.algorithm), "SHA-256") {
		return sha256.New()
	}
	return md5.New() // what Atlas asks for, outside of its Government cloud
}

// findChallenge returns the strongest Digest challenge that can be answered, or nil.
func findChallenge(header http.Header) *challenge {
	var best *challenge
	for _, value := range header.Values("WWW-Authenticate") {
		c := parseChallenge(value)
		if c != nil && (best == nil || c.hash().Size() > best.hash().Size()) {
			best = c
		}
	}
	return best
}

func parseChallenge(value string) *challenge {
	scheme, rest, _ := strings.Cut(strings.TrimSpace(value), " ")
	if !strings.EqualFold(scheme, "Digest") {
		return nil
	}
	p := parameters(rest)
	c := &challenge{realm: p["realm"], nonce: p["nonce"], opaque: p["opaque"], algorithm: p["algorithm"]}
	switch strings.ToUpper(c.algorithm) {
	case "", "MD5", "MD5-SESS", "SHA-256", "SHA-256-SESS":
	default:
		return nil
	}
	for qop := range strings.SplitSeq(p["qop"], ",") {
		c.qop = c.qop || strings.EqualFold(strings.TrimSpace(qop), "auth")
	}
	if c.nonce == "" || p["qop"] != "" && !c.qop {
		return nil
	}
	return c
}

// parameters reads key=value pairs with commas between them; values may be quoted. Keys are in lower case.
func parameters(s string) map[string]string {
	p := map[string]string{}
	for s != "" {
		key, rest, found := strings.Cut(s, "=")
		if !found {
			break
		}
		var value string
		value, s = parameterValue(strings.TrimLeft(rest, " \t"))
		p[strings.ToLower(strings.Trim(key, " \t,"))] = value
	}
	return p
}

func parameterValue(s string) (value, rest string) {
	if !strings.HasPrefix(s, `"`) {
		value, rest, _ = strings.Cut(s, ",")
		return strings.TrimSpace(value), rest
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
