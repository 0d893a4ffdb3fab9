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
	maxLogBytes = 64 << 20 // of bodies
)

// Entry is one request to the API, in the order they were carried out. It holds no
// credentials: no Authorization header, no token.
type Entry struct {
	Sequence int    `json:"sequence"` // from 1, never reused
	Method   string `json:"method"`
	Path     string `json:"path"`
	Query    string `json:"query"`
	Accept   string `json:"accept"`
	Outcome
	Body json.RawMessage `json:"body,omitzero"` // as sent; a string when it was no JSON
}

// Outcome is what became of a request: what its caller was told, and where that is in
// doubt, what was done.
type Outcome struct {
	Status int    `json:"status"`          // of the answer; 0: none was sent
	Fault  string `json:"fault,omitzero"`  // the kind that the request met
	Effect int    `json:"effect,omitzero"` // only with Fault: the status it was carried out with; 0: it was not
}

// Done is the status with which the request was carried out; 0 if it was not.
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

func (l *requestLog) add(r *http.Request, raw []byte, outcome Outcome) {
	l.last++
	e := Entry{
		Sequence: l.last, Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery,
		Accept: strings.Join(r.Header.Values("Accept"), ","), Outcome: outcome, Body: loggedBody(r, raw),
	}
	l.entries = append(l.entries, e)
	l.bytes += len(e.Body)
	for len(l.entries) > maxEntries || l.bytes > maxLogBytes {
		l.bytes -= len(l.entries[0].Body)
		l.entries = l.entries[1:]
	}
}

func (l *requestLog) clear() { l.entries, l.bytes = nil, 0 }

// loggedBody is the body as JSON. Of a form, which is how secrets and tokens travel, only
// the parameters known to be harmless are kept.
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

// encode is for values that are always JSON.
func encode(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic("sandbox: not representable as JSON: " + err.Error())
	}
	return raw
}
