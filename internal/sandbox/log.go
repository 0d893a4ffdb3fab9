package sandbox

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

const (
	maxEntries  = 10_000
	maxLogBytes = 64 << 20 // of all bodies together
)

// Entry is one request to the API. Entries are in the order in which requests were carried out. An entry holds no
// credentials: no Authorization header and no token.
type Entry struct {
	Sequence int    `json:"sequence"` // from 1; a number is never reused
	Method   string `json:"method"`
	Path     string `json:"path"`
	Query    string `json:"query"`
	Accept   string `json:"accept"`
	Round    int    `json:"round,omitzero"` // in which the request was answered, from 1; 0: answers were not held (see [Behavior])
	Outcome
	Body json.RawMessage `json:"body,omitzero"` // as sent; a JSON string if the body is not JSON
}

// Outcome is the result of a request: the answer, and for a fault also what was carried out.
type Outcome struct {
	Status int    `json:"status"`          // of the answer; 0: no answer was sent
	Fault  string `json:"fault,omitzero"`  // the kind of fault that the request met
	Effect int    `json:"effect,omitzero"` // only with Fault: the status with which the request was carried out; 0: it was not
}

// Done returns the status with which the request was carried out, or 0 if it was not.
func (o Outcome) Done() int {
	if o.Fault != "" {
		return o.Effect
	}
	return o.Status
}

// requestLog holds the newest requests.
type requestLog struct {
	entries []Entry
	last    int // sequence number
	bytes   int // of the bodies
}

func (l *requestLog) add(r *http.Request, raw []byte, round int, outcome Outcome) {
	l.last++
	e := Entry{
		Sequence: l.last, Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery,
		Accept: strings.Join(r.Header.Values("Accept"), ","), Round: round, Outcome: outcome, Body: loggedBody(r, raw),
	}
	l.entries = append(l.entries, e)
	l.bytes += len(e.Body)
	for len(l.entries) > maxEntries || l.bytes > maxLogBytes {
		l.bytes -= len(l.entries[0].Body)
		l.entries = l.entries[1:]
	}
}

func (l *requestLog) clear() { l.entries, l.bytes = nil, 0 }

// loggedBody returns the body as JSON. Forms carry secrets and tokens, so it keeps only form parameters that are known
// to be harmless.
func loggedBody(r *http.Request, raw []byte) json.RawMessage {
	switch {
	case len(raw) == 0:
		return nil
	case strings.HasPrefix(r.URL.Path, "/api/oauth/"):
		return encode(harmless(raw))
	case len(raw) <= maxBody && utf8.Valid(raw) && json.Valid(raw):
		return raw
	}
	return encode(string(raw))
}

func harmless(raw []byte) map[string]string {
	form, _ := url.ParseQuery(string(raw))
	kept := map[string]string{}
	for _, name := range []string{"grant_type", "token_type_hint"} {
		if form.Has(name) {
			kept[name] = form.Get(name)
		}
	}
	return kept
}

// encode returns v as JSON. The caller must pass a value that can be JSON.
func encode(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic("sandbox: not representable as JSON: " + err.Error())
	}
	return raw
}
