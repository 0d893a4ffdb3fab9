package sandbox

import (
	"math"
	"net/http"
	"path"
	"slices"
	"strings"
)

// Fault makes requests fail. It meets requests to paths below /api that carry an
// Authorization header, so never the first request of a client that waits for a Digest challenge.
type Fault struct {
	Method string `json:"method,omitzero"` // "" is any
	Path   string `json:"path,omitzero"`   // a pattern of path.Match over the whole path, such as /api/atlas/v2/orgs/*/invites; "" is any below /api
	After  int    `json:"after,omitzero"`  // how many requests that fit pass before
	Times  int    `json:"times,omitzero"`  // how many meet it; 0 is one, -1 is all
	Kind   string `json:"fault"`           // one of FaultKinds
}

// FaultKinds returns the kinds of faults, always in the same order.
func FaultKinds() []string {
	kinds := faultKinds()
	names := make([]string, 0, len(kinds))
	for _, k := range kinds {
		names = append(names, k.name)
	}
	return names
}

// faults are those that are pending. Their numbers say what is left: After how many more
// requests, and how many Times.
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

// meet returns the kind of the first fault that fits r, or nil. The fault is then used up by one.
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

// pathPattern takes what can fit a path below /api.
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
