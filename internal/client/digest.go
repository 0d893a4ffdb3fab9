package client

import (
	"context"
	"crypto/rand"
	"net/http"
	"sync"
)

// digest proves who we are by HTTP Digest (RFC 7616). The first request of a credential asks for a challenge; its
// nonce then serves all that follow, with a rising count, until Atlas refuses it.
type digest struct {
	next       http.RoundTripper
	credential Credential

	mu        sync.Mutex
	challenge *challenge
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
	return d.challenge, nil, nil
}

func (d *digest) try(request *http.Request, c *challenge) (*http.Response, error) {
	request, err := again(request)
	if err != nil {
		return nil, err
	}
	if c != nil {
		proof, err := c.answer(d.credential, request, rand.Text(), c.count.Add(1))
		if err != nil {
			return nil, err
		}
		request.Header.Set("Authorization", proof)
	}
	return d.next.RoundTrip(request)
}

// close has nothing to end: Atlas forgets nonces by itself.
func (d *digest) close(context.Context) error { return nil }
