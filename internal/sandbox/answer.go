package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"time"
)

// answer is a response that is not sent yet.
type answer struct {
	header http.Header
	status int // 0: nothing is answered, which takes a deliver
	body   bytes.Buffer

	delay   time.Duration // before it is sent
	deliver delivery      // nil: whole
}

// delivery brings an answer to its caller in a way of its own, or withholds it.
type delivery func(a *answer, w http.ResponseWriter, r *http.Request)

func newAnswer() *answer { return &answer{header: http.Header{}, status: http.StatusOK} }

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) }

// send answers r on w. A caller who is gone is nobody's error.
func (a *answer) send(w http.ResponseWriter, r *http.Request) {
	wait(r.Context(), a.delay)
	maps.Copy(w.Header(), a.header)
	if a.deliver != nil {
		a.deliver(a, w, r)
		return
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body.Bytes())
}

// wait returns after d, or earlier when ctx ends.
func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func writeJSON(w http.ResponseWriter, mediaType string, status int, v any, pretty bool) {
	w.Header().Set("Content-Type", mediaType)
	w.WriteHeader(status)
	if status == http.StatusNoContent {
		return
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if pretty {
		enc.SetIndent("", "  ")
	}
	if err := enc.Encode(v); err != nil {
		panic("sandbox: answer is no JSON: " + err.Error())
	}
}

// writeResult sends what an operation returned, wrapped and indented as the query asks.
func writeResult(c *call, out any) {
	mediaType := "application/json" // the legacy operations
	if c.version != "" {
		mediaType = "application/vnd.atlas." + c.version + "+json;charset=utf-8"
	}
	writeJSON(c.w, mediaType, c.op.status, c.wrapped(out), c.query.pretty)
}

// wrapped adds the status to out if the query asks for an envelope. A list object holds the status itself; anything else
// goes into an object of two fields (page "Atlas Administration API Reference", section Envelopes). For bare arrays, which
// the page does not mention, that is assumed.
func (c *call) wrapped(out any) any {
	list, paged := out.(page)
	switch {
	case paged:
		return list.body(c)
	case c.query.envelope:
		return fields{"status": c.op.status, c.op.contentField(): out}
	}
	return out
}

// contentField names the field of an envelope that holds the answer. It is "content" in the Atlas Administration API
// Reference, which covers v2 and /api/atlas/v1.0, and in MongoDB's API standard (IPA-115: Envelope Object). It is "envelope"
// in the page "Update One Organization" of /api/public/v1.0.
func (op *operation) contentField() string {
	if strings.HasPrefix(op.path, "/api/public/v1.0/") {
		return "envelope"
	}
	return "content"
}

// present is an empty list for none: Atlas shows empty lists (observed).
func present(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
