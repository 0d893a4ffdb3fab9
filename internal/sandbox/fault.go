package sandbox

import (
	"math"
	"net/http"
	"path"
	"slices"
	"strings"
)

// Fault makes requests fail. It applies to requests below /api that carry an Authorization header. So it never hits the
// first request of a client that waits for a Digest challenge.
type Fault struct {
	Method string `json:"method,omitzero"` // "": any
	Path   string `json:"path,omitzero"`   // a pattern of path.Match for the whole path, such as /api/atlas/v2/orgs/*/invites; "": any path below /api
	After  int    `json:"after,omitzero"`  // how many matching requests pass first
	Times  int    `json:"times,omitzero"`  // how many requests fail; 0 means 1, -1 means all
	Kind   string `json:"fault"`           // one of FaultKinds
}

// FaultKinds returns the kinds of faults. The order never changes.
func FaultKinds() []string {
	kinds := faultKinds()
	names := make([]string, 0, len(kinds))
	for _, k := range kinds {
		names = append(names, k.name)
	}
	return names
}

// faults are the pending faults. After and Times count down: they say what is left.
type faults []Fault

func (p *faults) add(f Fault) error {
	body, err := parseObject(encode(f))
	if err != nil {
		return err
	}
	if err := conform(body, faultAttributes()); err != nil {
		return err
	}
	if f.Times == 0 {
		f.Times = 1
	}
	*p = append(*p, f)
	return nil
}

func (p *faults) pending() faults { return append(faults{}, *p...) }

func (p *faults) clear() { *p = nil }

// meet returns the kind of the first fault that fits r, and counts it down. It returns nil if none fits.
func (p *faults) meet(r *http.Request) *faultKind {
	for i := range *p {
		f := &(*p)[i]
		kind := faultKindNamed(f.Kind)
		if !f.fits(r) || kind.fits != nil && !kind.fits(r) {
			continue
		}
		if f.After > 0 {
			f.After--
			continue
		}
		if f.Times > 0 {
			f.Times--
		}
		if f.Times == 0 {
			*p = slices.Delete(*p, i, i+1)
		}
		return kind
	}
	return nil
}

func (f *Fault) fits(r *http.Request) bool {
	if r.Header.Get("Authorization") == "" || f.Method != "" && f.Method != r.Method {
		return false
	}
	match, err := path.Match(f.Path, r.URL.Path)
	return f.Path == "" || err == nil && match
}

func faultAttributes() []attribute {
	return []attribute{
		{"method", optional, oneOf("", "GET", "POST", "PUT", "PATCH", "DELETE")},
		{"path", optional, form{check: pathPattern}},
		{"after", optional, integer(0, math.MaxInt32)},
		{"times", optional, integer(-1, math.MaxInt32)},
		{"fault", required, oneOf(FaultKinds()...)},
	}
}

// pathPattern accepts patterns that can match a path below /api.
func pathPattern(at string, v any) error {
	pattern, ok := v.(string)
	if _, err := path.Match(pattern, ""); !ok || err != nil {
		return violation(at, "must be a pattern of path.Match, such as /api/atlas/v2/orgs/*/invites")
	}
	if pattern != "" && !strings.HasPrefix(pattern, "/api/") {
		return violation(at, "must begin with /api/")
	}
	return nil
}
