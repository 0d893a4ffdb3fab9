package client

import (
	"context"
	"net/http"

	"atlas-gitops/internal/client/openfiles"
)

// mostRequests is how many requests of a run are under way at once, at most. With HTTP/1.1 each needs a connection. It is enough for
// the default parallelism: 128 organizations, of which each has five lists to read and a login ahead.
const mostRequests = 768

// requestSlots returns how many requests may be under way at once: for each, the process must be able to open a connection. The other
// half of its files is for files, and for connections that wait or are being opened.
func requestSlots() int { return min(mostRequests, max(openfiles.Limit()/2, 1)) }

// inFlight holds a request back while as many as possible are under way. A request that waits has not been sent, so it needs no answer
// in time.
type inFlight struct {
	next  http.RoundTripper
	slots chan struct{} // has an item for each request that is under way
}

func (f inFlight) RoundTrip(request *http.Request) (*http.Response, error) {
	select {
	case f.slots <- struct{}{}:
	case <-request.Context().Done():
		return nil, &unsentError{context.Cause(request.Context())}
	}
	defer func() { <-f.slots }()
	return f.next.RoundTrip(request)
}
