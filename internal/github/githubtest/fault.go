package githubtest

import (
	"net/http"
	"strings"
)

// Fault makes requests fail.
type Fault struct {
	Method, Path string // prefixes of the method and path
	Skip         int    // how many such requests succeed first
	Times        int
	Status       int // 0 breaks the connection
	Header       http.Header
	Message      string
	After        bool // the request is carried out, but fails
}

// faults are the pending and the used faults.
type faults []*Fault

// meet returns the first pending fault that fits a request, and counts it down. It returns nil if none fits.
func (all faults) meet(r *http.Request) *Fault {
	for _, f := range all {
		if f.Times == 0 || f.Method != r.Method || !strings.HasPrefix(r.URL.Path, f.Path) {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		f.Times--
		return f
	}
	return nil
}
