package client

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"atlas-gitops/internal/client/httpdigest"
)

// digest logs in with HTTP Digest. The first request of a credential asks for a challenge. All later requests use its nonce,
// with a rising count, until Atlas refuses it. Atlas asks for MD5, in its Government cloud for SHA-256 (documented).
type digest struct {
	next       http.RoundTripper
	credential Credential

	probes singleFlight

	mu        sync.Mutex
	challenge *httpdigest.Challenge
}

func (d *digest) RoundTrip(request *http.Request) (*http.Response, error) {
	used, answer, err := d.current(request)
	if err != nil || answer != nil {
		return answer, err
	}
	response, err := d.try(request, used)
	if err != nil || response.StatusCode != http.StatusUnauthorized {
		return response, err
	}
	// The nonce may be too old. Other requests get the new one only after Atlas has accepted it. If Atlas refuses the new one
	// as well, it refuses the key, also if it accepts each nonce only once.
	renewed := httpdigest.Find(response.Header)
	if renewed == nil {
		return response, nil
	}
	response, err = d.try(request, renewed)
	if err == nil && response.StatusCode != http.StatusUnauthorized {
		d.hold(renewed)
	}
	return response, err
}

func (d *digest) hold(c *httpdigest.Challenge) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.challenge = c
}

func (d *digest) held() *httpdigest.Challenge {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.challenge
}

// current returns the challenge to answer. If there is none yet, it asks for one, once for all requests that wait for it. If
// the server answers without a challenge, that is the answer to the request that asked.
func (d *digest) current(request *http.Request) (c *httpdigest.Challenge, answer *http.Response, err error) {
	if c := d.held(); c != nil {
		return c, nil, nil
	}
	value, own, err := d.probes.do(request.Context(), func() (any, error) { return d.probe(request) })
	if err != nil {
		return nil, nil, err
	}
	answer, _ = value.(*http.Response)
	if !own { // that was the answer to another request
		answer, err = d.probe(request)
	}
	return d.held(), answer, err
}

// errNoChallenge is the error of a write to a server that asks for no login. It was not sent.
var errNoChallenge = errors.New("the server does not ask for a login, as Atlas does; check the base URL (--base-url or MONGODB_ATLAS_BASE_URL)")

// probe asks for a challenge. It sends a read as it is, and for a write a read without a body instead. If the server answers a
// read without a challenge, probe returns the answer.
func (d *digest) probe(request *http.Request) (*http.Response, error) {
	if d.held() != nil {
		return nil, nil // another request asked just before
	}
	probe := request.Clone(request.Context())
	if request.Method != http.MethodGet {
		probe.Method, probe.Body, probe.GetBody, probe.ContentLength = http.MethodGet, nil, nil, 0
		probe.Header.Del("Content-Type")
	}
	response, err := d.next.RoundTrip(probe)
	if err == nil && response.StatusCode == http.StatusUnauthorized {
		if c := httpdigest.Find(response.Header); c != nil {
			d.hold(c)
			return nil, nil
		}
	}
	if request.Method == http.MethodGet {
		return response, err
	}
	if err == nil {
		err = errNoChallenge
	}
	return nil, &unsentError{err}
}

func (d *digest) try(request *http.Request, c *httpdigest.Challenge) (*http.Response, error) {
	request, err := cloneRequest(request)
	if err != nil {
		return nil, err
	}
	body, err := bodyOf(request)
	if err != nil {
		return nil, err
	}
	login := httpdigest.Login{Username: d.credential.ID, Password: string(d.credential.Secret)}
	request.Header.Set("Authorization", c.Authorization(login, request.Method, request.URL.RequestURI(), body))
	return d.next.RoundTrip(request)
}

// close has nothing to do: nonces expire.
func (d *digest) close(context.Context) error { return nil }
