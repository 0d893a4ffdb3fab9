package sandbox

import (
	"cmp"
	"net/http"
	"time"
)

// fields is a JSON object. Numbers are json.Number.
type fields = map[string]any

// call is one request for one operation, and the results of its checks so far.
type call struct {
	op  *operation
	w   http.ResponseWriter
	r   *http.Request
	now time.Time

	caller  *Credential
	actor   string // the public key or client id of the caller
	byKey   bool   // true: an API key; false: a service account
	version string // the resolved version; "" for a legacy operation
	query   query
	body    fields

	fleet *Fleet // to read only
	draft *draft // what a write changes; nil for a read
	org   *Org   // the caller's organization; nil if it has none. A write may change it
}

func newCall(op *operation, w http.ResponseWriter, r *http.Request) *call {
	return &call{op: op, w: w, r: r, now: time.Now()}
}

// people returns the users of the caller's organization.
func (c *call) people() people { return people{c.org, c.now, c.actor, c.draft} }

// url returns the absolute address of path on the server that the caller uses.
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
