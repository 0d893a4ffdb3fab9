package client

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

// Error is a request that failed. Either Atlas refused it (Status, Code, Detail), or Err says why there was no answer that
// could be read. It is a resource.Failure.
type Error struct {
	Method, Path string
	Status       int    // of the answer; 0 when there was none
	Code         string // Atlas's errorCode, such as USER_CANNOT_ACCESS_ORG, or OAuth's, such as invalid_client
	Detail       string // Atlas's words
	Parameters   []any
	Err          error
	Tries        int           // how often it was sent
	Retry        Retry         // a request that only reads is never Ambiguous
	RetryAfter   time.Duration // how long Atlas wants us to wait, if that is longer than a request waits; or 0
	Hint         string        // what to do next, if that is known where the error is made
	Variables    [2]string     // the environment variables that hold the credential; empty if they are unknown
	FromAtlas    bool          // the body has the shape of Atlas's errors (ApiError in the API description)
}

// readError reads the body of a refusal. A proxy or gateway in front of Atlas sends other bodies; then only the status is
// known.
func readError(response *http.Response) *Error {
	e := &Error{Status: response.StatusCode}
	var atlas struct {
		Error                     json.Number
		Detail, ErrorCode, Reason string
		Parameters                []any
	}
	var oauth struct { // RFC 6749, 5.2; Atlas's own shape has a number as error
		Error       string
		Description string `json:"error_description"`
	}
	body := contents(response)
	var odd *json.UnmarshalTypeError // one field has another type; the others are read
	if err := json.Unmarshal(body, &atlas); err == nil || errors.As(err, &odd) {
		e.Code, e.Detail, e.Parameters = atlas.ErrorCode, cmp.Or(atlas.Detail, atlas.Reason), atlas.Parameters
	}
	e.FromAtlas = atlas.Error == json.Number(strconv.Itoa(e.Status))
	if json.Unmarshal(body, &oauth) == nil && oauth.Error != "" {
		e.Code, e.Detail = oauth.Error, oauth.Description
	}
	e.Code, e.Detail = redactText(cmp.Or(e.Code, response.Header.Get("X-Error-Code"))), redactText(e.Detail)
	for i, p := range e.Parameters {
		if text, ok := p.(string); ok {
			e.Parameters[i] = redactText(text)
		}
	}
	return e
}

func (e *Error) Error() string {
	s := e.Method + " " + e.Path + ": " + e.Outcome()
	if e.Tries > 1 {
		s += fmt.Sprintf(" (tried %d times)", e.Tries)
	}
	if e.RetryAfter > 0 {
		s += fmt.Sprintf(" (Atlas accepts it again after %s)", e.RetryAfter)
	}
	return s
}

// Outcome returns the error without the request.
func (e *Error) Outcome() string {
	if e.Err != nil {
		return e.Err.Error()
	}
	s := strconv.Itoa(e.Status) + " " + cmp.Or(e.Code, http.StatusText(e.Status))
	if detail := strings.TrimRight(e.Detail, "."); detail != "" && detail != http.StatusText(e.Status) {
		s += ": " + detail
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// Temporary tells whether the same request may succeed later.
func (e *Error) Temporary() bool { return e.Retry&Retryable != 0 }

// Ambiguous tells whether Atlas may have carried out the request although it failed.
func (e *Error) Ambiguous() bool { return e.Retry&Ambiguous != 0 }

// Waited tells whether the request was not sent because it had to wait. What its caller looked at may have changed
// meanwhile.
func (e *Error) Waited() bool {
	var waited *waitedError
	return errors.As(e.Err, &waited)
}

// Outage tells whether the error is not about the request: there is no answer, or a gateway in front of Atlas sent it.
func (e *Error) Outage() bool {
	return e.Status == 0 || e.Status == http.StatusBadGateway || e.Status == http.StatusServiceUnavailable || e.Status == http.StatusGatewayTimeout
}

// describeNetworkError leaves out of a network error what differs from try to try, such as the local port.
func describeNetworkError(err error) error {
	var network *net.OpError
	var system *os.SyscallError
	switch {
	case errors.As(err, &network) && network.Addr != nil && errors.As(network.Err, &system):
		return fmt.Errorf("%s %s: %w", network.Op, network.Addr, system.Err)
	case errors.As(err, &network) && network.Addr != nil:
		return fmt.Errorf("%s %s: %w", network.Op, network.Addr, network.Err)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the answer was cut off: %w", err)
	case errors.Is(err, io.EOF):
		return fmt.Errorf("the connection was closed without an answer: %w", err)
	}
	return err
}
