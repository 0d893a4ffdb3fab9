package conformance

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// exchange is a request and its answer, as they were sent.
type exchange struct {
	method, uri   string // uri: path and query
	sent          http.Header
	body          []byte
	status        int
	header        http.Header
	answer        []byte
	authenticated bool // the request had a credential
}

// url returns the URL of the request.
func (e exchange) url() *url.URL {
	u, err := url.ParseRequestURI(e.uri)
	if err != nil {
		return &url.URL{Path: e.uri} // it matches no operation
	}
	return u
}

func (e exchange) succeeded() bool { return e.status/100 == 2 }

// recorder is a network that records its exchanges. It is safe for concurrent use.
type recorder struct {
	next http.RoundTripper

	mu        sync.Mutex
	exchanges []exchange
}

// newRecorder returns a recorder with its own connections, so that none outlives the test.
func newRecorder(t *testing.T) *recorder {
	network := &http.Transport{}
	t.Cleanup(network.CloseIdleConnections)
	return &recorder{next: network}
}

func (r *recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	body, err := drain(request.Body)
	if err != nil {
		return nil, err
	}
	sent := request.Clone(request.Context())
	if request.Body != nil && request.Body != http.NoBody {
		sent.Body = io.NopCloser(bytes.NewReader(body))
	}
	response, err := r.next.RoundTrip(sent)
	if err != nil {
		return nil, err
	}
	answer, err := drain(response.Body)
	response.Body = io.NopCloser(bytes.NewReader(answer))
	r.keep(exchange{
		method: request.Method, uri: request.URL.RequestURI(), sent: request.Header.Clone(), body: body,
		status: response.StatusCode, header: response.Header.Clone(), answer: answer,
		authenticated: request.Header.Get("Authorization") != "",
	})
	return response, err
}

func (r *recorder) keep(e exchange) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.exchanges = append(r.exchanges, e)
}

// drain reads and closes a body, which may be nil.
func drain(body io.ReadCloser) ([]byte, error) {
	if body == nil {
		return nil, nil
	}
	defer body.Close()
	return io.ReadAll(body)
}

// date returns the date in a media type application/vnd.atlas.DATE+json, or "".
func date(mediaType string) string {
	rest, _ := strings.CutPrefix(mediaType, "application/vnd.atlas.")
	date, versioned := strings.CutSuffix(rest, "+json")
	if !versioned || rest == mediaType {
		return ""
	}
	return date
}
