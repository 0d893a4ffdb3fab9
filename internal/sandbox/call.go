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

// people are those of the caller's organization.
func (c *call) people() people { return people{c.org, c.now, c.actor, c.fleet.newID} }

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
