package sandbox

import (
	"cmp"
	"net/http"
	"time"
)

// fields is a JSON object, numbers as json.Number.
type fields = map[string]any

// call is one request for one operation, and what its checks have found out so far.
type call struct {
	op  *operation
	w   http.ResponseWriter
	r   *http.Request
	now time.Time

	caller  *Credential
	actor   string // the public key or client id that the caller showed
	byKey   bool   // with an API key, not a service account
	version string // resolved; "" for a legacy operation
	query   query
	body    fields

	fleet *Fleet // the one to read or change
	org   *Org   // the caller's, in fleet; nil when it belongs to none
}

func newCall(op *operation, w http.ResponseWriter, r *http.Request) *call {
	return &call{op: op, w: w, r: r, now: time.Now()}
}

// serve runs the checks of an operation in their order, then its effect.
func (s *Server) serve(op *operation, w http.ResponseWriter, r *http.Request) {
	c := newCall(op, w, r)
	for _, check := range []func(*call) error{
		s.authenticate,
		s.announceLimit,
		s.onAccessList,
		negotiate,
		inScope,
		mayDoThat,
		s.spend,
		parseQuery,
		parseBody,
	} {
		if err := check(c); err != nil {
			writeFailure(w, err)
			return
		}
	}
	out, err := s.effect(c)
	if err != nil {
		writeFailure(w, err)
		return
	}
	writeResult(c, out)
}

// effect runs the operation's handler: a read on the fleet as it is, a write on a copy.
func (s *Server) effect(c *call) (any, error) {
	run := func(f *Fleet) (any, error) {
		c.fleet, c.org = f, f.org(c.caller.OrgID)
		return c.op.handle(c)
	}
	if c.op.method == http.MethodGet {
		return run(s.fleet)
	}
	return s.change(run)
}

// url is the absolute address of path on the server the caller talks to.
func (c *call) url(path string) string {
	scheme := "http"
	if c.r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + cmp.Or(c.r.Host, c.r.URL.Host) + path
}

// link is one entry of a links array.
func (c *call) link(rel, path string) fields {
	return fields{"rel": rel, "href": c.url(path)}
}
