package terminal

import (
	"errors"
	"strings"
	"testing"
	"time"

	"atlas-gitops/internal/client"
)

// TestTrace: a request is one line, and its bodies are one more each for who asked for them.
func TestTrace(t *testing.T) {
	const path = "/api/atlas/v2/orgs/1"
	done := client.Exchange{Method: "PATCH", Path: path, Status: 200, Took: 1234567 * time.Microsecond, Tries: 1, Remaining: "9", Sent: `{"name":"Acme"}`, Received: `{"id":"1"}`}
	for _, row := range []struct {
		reason, credential string
		verbose            int
		exchange           client.Exchange
		want               string
	}{
		{"what was asked for, and how it went", "", 1, done, "PATCH " + path + " 200 1.235s tries=1 left=9\n"},
		{"with the bodies", "", 2, done, "PATCH " + path + " 200 1.235s tries=1 left=9\n  > {\"name\":\"Acme\"}\n  < {\"id\":\"1\"}\n"},
		{"a body that is empty has no line", "", 2, client.Exchange{Method: "GET", Path: path, Status: 200, Tries: 1, Received: "{}"}, "GET " + path + " 200 0s tries=1 left=-\n  < {}\n"},
		{"whose request it was", "ACME", 1, client.Exchange{Method: "GET", Path: path, Status: 200, Tries: 1}, "GET " + path + " 200 0s tries=1 left=- as ACME\n"},
		{"Atlas refused it, and why", "", 1, client.Exchange{Method: "GET", Path: path, Status: 403, Tries: 1, Err: &client.Error{Code: "NOT_ORG_OWNER"}}, "GET " + path + " 403 0s tries=1 left=- NOT_ORG_OWNER\n"},
		{"a refusal that says nothing", "", 1, client.Exchange{Method: "GET", Path: path, Status: 503, Tries: 6, Err: &client.Error{}}, "GET " + path + " 503 0s tries=6 left=-\n"},
		{"there was no answer", "", 1, client.Exchange{Method: "GET", Path: path, Tries: 6, Err: &client.Error{Err: errors.New("no such host"), Code: "X"}}, "GET " + path + " failed 0s tries=6 left=- no such host\n"},
		{"what a server says is text", "", 2, client.Exchange{Method: "GET", Path: "/a\n::error::x", Status: 200, Tries: 1, Received: "\x1b[2J\n::error::y"}, "GET /a ::error::x 200 0s tries=1 left=-\n  <  [2J ::error::y\n"},
	} {
		var b strings.Builder
		tracer{&b, row.verbose}.Trace(row.credential)(row.exchange)
		if b.String() != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, b.String(), row.want)
		}
	}
	if (tracer{}).Trace("ACME") != nil {
		t.Error("nobody asked for it")
	}
}
