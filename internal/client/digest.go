package client

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"atlas-gitops/internal/client/httpdigest"
)

// digest logs in with HTTP Digest. The first request of a credential asks for a challenge. All later requests use its nonce,
// with a rising count, until Atlas refuses it. Atlas uses MD5, and SHA-256 in Atlas for Government [doc government].
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
	// The nonce may be too old, so try again with the new one. If Atlas refuses that as well, it refuses the key. Other requests
	// get the new nonce only after Atlas has accepted it. This also works if a server accepts each nonce only once.
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

// current returns the challenge to answer. If there is none yet, one request asks for it, and the others wait. If the server
// answers without a challenge, current returns that answer.
func (d *digest) current(request *http.Request) (c *httpdigest.Challenge, answer *http.Response, err error) {
	if c := d.held(); c != nil {
		return c, nil, nil
	}
	value, own, err := d.probes.do(request.Context(), func() (any, error) { return d.probe(request) })
	if err != nil {
		if request.Method != http.MethodGet {
			err = &unsentError{err} // it may be the error of another request, which only reads
		}
		return nil, nil, err
	}
	answer, _ = value.(*http.Response)
	if !own { // the answer belongs to another request
		answer, err = d.probe(request)
	}
	return d.held(), answer, err
}

func (d *digest) begin(request *http.Request) error {
	if d.held() != nil {
		return nil
	}
	_, _, err := d.probes.do(request.Context(), func() (any, error) { return d.probe(request) })
	return err
}

// errNoChallenge is the error of a write to a server that does not ask for a login. The write was not sent.
var errNoChallenge = errors.New("the server does not ask for a login, so it is not Atlas; check the base URL (--base-url or MONGODB_ATLAS_BASE_URL)")

// probe asks for a challenge. It sends a read as it is. Instead of a write it sends a read without a body. If the server answers
// a read without a challenge, probe returns the answer.
func (d *digest) probe(request *http.Request) (*http.Response, error) {
	if d.held() != nil {
		return nil, nil // another request has just got one
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
