package client

import (
	"context"
	"net/http"
)

// login authenticates each request with the credential.
type login interface {
	http.RoundTripper
	// begin does ahead of the first request what only the first request needs, unless that has been done. The request is a read that
	// may be sent without a login.
	begin(request *http.Request) error
	close(context.Context) error
}

// Login logs in ahead of the first request: it asks for a challenge, or fetches a token. It does nothing if that has been done, or if
// the run has ended. Callers may ignore the error: the first request tries again, and returns its own error.
func (c *Client) Login(ctx context.Context) error {
	if c.requests.waiter.isEnded(ctx) {
		return ErrInterrupted
	}
	request, err := c.request(ctx, http.MethodGet, "/orgs", nil)
	if err != nil {
		return err
	}
	request.Header.Set("User-Agent", c.requests.agent)
	return c.login.begin(request)
}
