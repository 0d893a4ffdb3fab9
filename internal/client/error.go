package client

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// Error is a request that did not succeed: either Atlas's answer says so (Status, Code, Detail), or Err says why
// there was none that could be read.
type Error struct {
	Method, Path string
	Status       int    // of the answer; 0 when there was none
	Code         string // Atlas's errorCode, such as USER_CANNOT_ACCESS_ORG
	Detail       string // Atlas's words
	Parameters   []any
	Err          error
}

// newError reads Atlas's error body. Gateways before Atlas send other bodies, of which only the status is known.
func newError(method, path string, status int, body []byte) *Error {
	e := &Error{Method: method, Path: path, Status: status}
	var atlas struct {
		Detail, ErrorCode, Reason string
		Parameters                []any
	}
	if json.Unmarshal(body, &atlas) == nil {
		e.Code, e.Detail, e.Parameters = atlas.ErrorCode, atlas.Detail, atlas.Parameters
		if e.Detail == "" {
			e.Detail = atlas.Reason
		}
	}
	return e
}

func (e *Error) Error() string {
	s := e.Method + " " + e.Path + ": "
	if e.Err != nil {
		return s + e.Err.Error()
	}
	s += fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status))
	if e.Code != "" {
		s += " " + e.Code
	}
	if detail := strings.TrimRight(e.Detail, "."); detail != "" && detail != http.StatusText(e.Status) {
		s += ": " + detail
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }
