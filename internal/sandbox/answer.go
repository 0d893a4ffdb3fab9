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

// answer is a response that was not sent yet.
type answer struct {
	header http.Header
	status int // 0: send no answer; needs deliver
	body   bytes.Buffer

	release <-chan struct{} // wait until it is closed; nil: do not wait
	delay   time.Duration   // then wait before sending
	deliver delivery        // nil: send the whole answer
}

// delivery sends an answer in a special way, or does not send it.
type delivery func(a *answer, w http.ResponseWriter, r *http.Request)

func newAnswer() *answer { return &answer{header: http.Header{}, status: http.StatusOK} }

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) }

// send sends the answer to r on w. It ignores write errors: the caller is gone then.
func (a *answer) send(w http.ResponseWriter, r *http.Request) {
	await(r.Context(), a.release)
	wait(r.Context(), a.delay)
	maps.Copy(w.Header(), a.header)
	if a.deliver != nil {
		a.deliver(a, w, r)
		return
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body.Bytes())
}

// wait returns after d, or when ctx ends.
func wait(ctx context.Context, d time.Duration) {
	if d == 0 {
		return // most answers have no delay, and need no timer
	}
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
		panic("sandbox: answer is not JSON: " + err.Error())
	}
}

// writeResult sends the result of an operation. The query may ask for an envelope and for indentation.
func writeResult(c *call, out any) {
	mediaType := "application/json" // of legacy operations
	if c.version != "" {
		mediaType = "application/vnd.atlas." + c.version + "+json;charset=utf-8"
	}
	writeJSON(c.w, mediaType, c.op.status, c.wrapped(out), c.query.pretty)
}

// wrapped adds the status to out if the query asks for an envelope. A list object gets the status as a field. Any other
// result goes into an object with two fields [doc admin-api]. Assumed: a bare array does, too; the page does not
// mention arrays.
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

// contentField returns the field of an envelope that holds the answer. It is "content" in v2 and /api/atlas/v1.0
// [doc admin-api] [doc ipa-115], and "envelope" in /api/public/v1.0 [doc update-one-organization].
func (op *operation) contentField() string {
	if strings.HasPrefix(op.path, "/api/public/v1.0/") {
		return "envelope"
	}
	return "content"
}

// present returns an empty list for nil: Atlas shows empty lists [seen invitation-shape].
func present(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
