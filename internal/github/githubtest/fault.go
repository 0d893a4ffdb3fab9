package githubtest

import (
	"net/http"
	"strings"
)

// Fault makes requests fail.
type Fault struct {
	Method, Path string // those that begin so
	Times        int
	Status       int // 0 breaks the connection
	Header       http.Header
	Message      string
	After        bool // what was asked for is done all the same
}

// faults are those that are pending, and those that are used up.
type faults []*Fault

// meet returns the first pending fault of a request, which is used up by one, or nil.
func (all faults) meet(r *http.Request) *Fault {
	for _, f := range all {
		if f.Times != 0 && f.Method == r.Method && strings.HasPrefix(r.URL.Path, f.Path) {
			f.Times--
			return f
		}
	}
	return nil
}
