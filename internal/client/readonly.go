package client

import (
	"fmt"
	"net/http"
)

// The paths of OAuth. A token is no part of any organization.
const (
	tokenPath  = "/api/oauth/token"
	revokePath = "/api/oauth/revoke"
)

// readOnly stands right before the network and lets nothing through that could change an organization, whoever asks.
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

// isAboutTokens tells whether the request asks for a token or gives one back.
func isAboutTokens(request *http.Request, base string) bool {
	url := request.URL.String()
	return request.Method == http.MethodPost && (url == base+tokenPath || url == base+revokePath)
}

// WriteRefusedError says that a run that only reads tried to write. It was not sent.
type WriteRefusedError struct{ Method, Path string }

func (e *WriteRefusedError) Error() string {
	return fmt.Sprintf("%s %s: refused, since this run only reads", e.Method, e.Path)
}
