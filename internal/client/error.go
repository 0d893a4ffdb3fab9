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

// Error is a request that failed. Either Atlas refused it (Status, Code, Detail), or Err says why there was no readable answer.
// It implements resource.Failure.
type Error struct {
	Method, Path string
	Status       int    // of the answer; 0 when there was none
	Code         string // Atlas's errorCode, such as USER_CANNOT_ACCESS_ORG, or OAuth's, such as invalid_client
	Detail       string // Atlas's explanation
	Parameters   []any
	Err          error
	Tries        int           // how often the request was sent
	Retry        Retry         // a request that only reads is never Ambiguous
	RetryAfter   time.Duration // the wait that Atlas asks for, if it is longer than maxRetryAfter; otherwise 0
	Hint         string        // what to do next, if the code that makes the error knows
	Variables    string        // the variables that hold the credential; "" if they are unknown
	FromAtlas    bool          // the body has the shape of Atlas's errors, ApiError [api getOrg]
}

// readError reads the body of a refusal. A proxy or gateway in front of Atlas may send another kind of body. Then only the status
// is known.
func readError(response *http.Response) *Error {
	e := &Error{Status: response.StatusCode}
	var atlas struct {
		Error                     json.Number
		Detail, ErrorCode, Reason string
		Parameters                []any
	}
	var oauth struct { // RFC 6749, 5.2; in Atlas's own shape, error is a number
		Error       string
		Description string `json:"error_description"`
	}
	body := contents(response)
	var odd *json.UnmarshalTypeError // one field has an unexpected type; the others were read
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
		s += fmt.Sprintf(" (Atlas accepts the request again after %s)", e.RetryAfter)
	}
	return s
}

// Outcome returns the text of the error without the request.
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

// Temporary reports whether the same request may succeed later.
func (e *Error) Temporary() bool { return e.Retry&Retryable != 0 }

// Ambiguous reports whether Atlas may have carried out the request although it failed.
func (e *Error) Ambiguous() bool { return e.Retry&Ambiguous != 0 }

// Waited reports whether the request was not sent because it had to wait. The object that the caller read before may have
// changed since.
func (e *Error) Waited() bool {
	var waited *waitedError
	return errors.As(e.Err, &waited)
}

// Outage reports whether Atlas cannot be reached: there was no answer, or a gateway in front of Atlas answered.
func (e *Error) Outage() bool {
	return e.Status == 0 || e.Status == http.StatusBadGateway || e.Status == http.StatusServiceUnavailable || e.Status == http.StatusGatewayTimeout
}

// describeNetworkError returns a network error without the parts that differ from try to try, such as the local port.
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
