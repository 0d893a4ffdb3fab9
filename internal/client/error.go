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

// Error is a request that did not succeed: either Atlas's answer says so (Status, Code, Detail), or Err says why
// there was none that could be read.
type Error struct {
	Method, Path string
	Status       int    // of the answer; 0 when there was none
	Code         string // Atlas's errorCode, such as USER_CANNOT_ACCESS_ORG, or OAuth's, such as invalid_client
	Detail       string // Atlas's words
	Parameters   []any
	Err          error
	Tries        int           // how often it was sent
	Told         time.Duration // how long Atlas wants to be left alone, if that is too long for a run; or 0
	Hint         string        // what to do about it, if that is known where it happened

	Lost    bool // nobody knows whether the request was carried out
	Passing bool // it passes by itself: the same request may succeed later

	FromAtlas bool // the body has the shape of Atlas's errors (ApiError in the API description)
}

// readError reads the body of a refusal. Gateways before Atlas send other bodies, of which only the status is known.
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
	var odd *json.UnmarshalTypeError // of one field; the others are read
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
	if e.Told > 0 {
		s += fmt.Sprintf(" (to be tried again after %s)", e.Told)
	}
	return s
}

// Outcome is the error without the request.
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

// MayBeDone tells whether the request may have been carried out in spite of the error.
func (e *Error) MayBeDone() bool { return e.Lost }

// Passes tells whether the trouble passes by itself, so that it may be worth to look, and to try again.
func (e *Error) Passes() bool { return e.Passing }

// HadToWait tells whether nothing was sent, since it had to wait until what was looked at before may have changed.
func (e *Error) HadToWait() bool {
	var waited *waitedError
	return errors.As(e.Err, &waited)
}

// IsOutage tells whether it is not about the request: nobody answers, or something before Atlas does.
func (e *Error) IsOutage() bool {
	return e.Status == 0 || e.Status == http.StatusBadGateway || e.Status == http.StatusServiceUnavailable || e.Status == http.StatusGatewayTimeout
}

// plainly puts an error of the network into words that are the same each time, and not those of Go.
func plainly(err error) error {
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
