package client

import (
	"fmt"
	"net/http"
)

// The paths of OAuth. They change no organization.
const (
	tokenPath  = "/api/oauth/token"
	revokePath = "/api/oauth/revoke"
)

// readOnly is the last stage before the network. It refuses every request that could change an organization.
type readOnly struct {
	next http.RoundTripper
	base string // URL
}

func (r readOnly) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Method != http.MethodGet && !isAboutTokens(request, r.base) {
		return nil, &WriteRefusedError{Method: request.Method, Path: request.URL.Path}
	}
	return r.next.RoundTrip(request)
}

// isAboutTokens reports whether the request fetches or revokes a token.
func isAboutTokens(request *http.Request, base string) bool {
	url := request.URL.String()
	return request.Method == http.MethodPost && (url == base+tokenPath || url == base+revokePath)
}

// WriteRefusedError says that a run that only reads tried to write. The request was not sent.
type WriteRefusedError struct{ Method, Path string }

func (e *WriteRefusedError) Error() string {
	return fmt.Sprintf("%s %s: not sent, because this run only reads", e.Method, e.Path)
}
