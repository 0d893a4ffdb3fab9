package client

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
)

// Error is a request that did not succeed: either Atlas's answer says so (Status, Code, Detail), or Err says why
// there was none that could be read.
type Error struct {
	Method, Path string
	Status       int    // of the answer; 0 when there was none
	Code         string // Atlas's errorCode, such as USER_CANNOT_ACCESS_ORG, or OAuth's, such as invalid_client
	Detail       string // Atlas's words
	Parameters   []any
	Err          error
	Tries        int // how often it was sent

	Lost    bool // nobody knows whether the request was carried out
	Passing bool // it passes by itself: the same request may succeed later
}

// readError reads the body of a refusal. Gateways before Atlas send other bodies, of which only the status is known.
func readError(response *http.Response) *Error {
	e := &Error{Status: response.StatusCode}
	var atlas struct {
		Detail, ErrorCode, Reason string
		Parameters                []any
	}
	var oauth struct { // RFC 6749, 5.2; Atlas's own shape has a number as error
		Error       string
		Description string `json:"error_description"`
	}
	body := contents(response)
	var odd *json.UnmarshalTypeError // of one field; the others are read
	if err := json.Unmarshal(body, &atlas); err == nil || errors.As(err, &odd) {
		e.Code, e.Detail, e.Parameters = atlas.ErrorCode, cmp.Or(atlas.Detail, atlas.Reason), atlas.Parameters
	}
	if json.Unmarshal(body, &oauth) == nil && oauth.Error != "" {
		e.Code, e.Detail = oauth.Error, oauth.Description
	}
	e.Code, e.Detail = hide(cmp.Or(e.Code, response.Header.Get("X-Error-Code"))), hide(e.Detail)
	for i, p := range e.Parameters {
		if text, ok := p.(string); ok {
			e.Parameters[i] = hide(text)
		}
	}
	return e
}

func (e *Error) Error() string {
	s := e.Method + " " + e.Path + ": " + e.Outcome()
	if e.Tries > 1 {
		s += fmt.Sprintf(" (tried %d times)", e.Tries)
	}
	return s
}

// Outcome is the error without the request.
func (e *Error) Outcome() string {
	if e.Err != nil {
		return e.Err.Error()
	}
	s := fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status))
	if e.Code != "" {
		s += " " + e.Code
	}
	if detail := strings.TrimRight(e.Detail, "."); detail != "" && detail != http.StatusText(e.Status) {
		s += ": " + detail
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// MayBeDone tells whether the request may have been carried out in spite of the error.
func (e *Error) MayBeDone() bool { return e.Lost }

// Passes tells whether the trouble passes by itself, so that it may be worth to look, and to try again.
func (e *Error) Passes() bool { return e.Passing }

// IsOutage tells whether it is not about the request: nobody answers, or something before Atlas does.
func (e *Error) IsOutage() bool {
	return e.Status == 0 || e.Status == http.StatusBadGateway || e.Status == http.StatusServiceUnavailable || e.Status == http.StatusGatewayTimeout
}

// withoutAddresses takes our own address off an error of the network: it is another one each time.
func withoutAddresses(err error) error {
	var network *net.OpError
	if errors.As(err, &network) && network.Addr != nil {
		return fmt.Errorf("%s %s: %w", network.Op, network.Addr, network.Err)
	}
	return err
}
