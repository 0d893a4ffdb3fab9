package terminal

import (
	"errors"
	"strings"
	"testing"
	"time"

	"atlas-gitops/internal/client"
)

// TestTrace: -v logs one line for each request, and -vv one more for each of its bodies.
func TestTrace(t *testing.T) {
	const path = "/api/atlas/v2/orgs/1"
	done := client.Exchange{Method: "PATCH", Path: path, Status: 200, Took: 1234567 * time.Microsecond, Tries: 1, Remaining: "9", Sent: `{"name":"Acme"}`, Received: `{"id":"1"}`}
	for _, row := range []struct {
		reason, credential string
		verbose            int
		exchange           client.Exchange
		want               string
	}{
		{"a request that succeeded", "", 1, done, "PATCH " + path + " 200 1.235s tries=1 left=9\n"},
		{"the same with bodies", "", 2, done, "PATCH " + path + " 200 1.235s tries=1 left=9\n  > {\"name\":\"Acme\"}\n  < {\"id\":\"1\"}\n"},
		{"an empty body has no line", "", 2, client.Exchange{Method: "GET", Path: path, Status: 200, Tries: 1, Received: "{}"}, "GET " + path + " 200 0s tries=1 left=-\n  < {}\n"},
		{"a named credential", "ACME", 1, client.Exchange{Method: "GET", Path: path, Status: 200, Tries: 1}, "GET " + path + " 200 0s tries=1 left=- as ACME\n"},
		{"a refusal with a code", "", 1, client.Exchange{Method: "GET", Path: path, Status: 403, Tries: 1, Err: &client.Error{Code: "NOT_ORG_OWNER"}}, "GET " + path + " 403 0s tries=1 left=- NOT_ORG_OWNER\n"},
		{"a refusal without a code", "", 1, client.Exchange{Method: "GET", Path: path, Status: 503, Tries: 6, Err: &client.Error{}}, "GET " + path + " 503 0s tries=6 left=-\n"},
		{"no answer", "", 1, client.Exchange{Method: "GET", Path: path, Tries: 6, Err: &client.Error{Err: errors.New("no such host"), Code: "X"}}, "GET " + path + " failed 0s tries=6 left=- no such host\n"},
		{"control characters and line breaks from a server are removed", "", 2, client.Exchange{Method: "GET", Path: "/a\n::error::x", Status: 200, Tries: 1, Received: "\x1b[2J\n::error::y"}, "GET /a ::error::x 200 0s tries=1 left=-\n  <  [2J ::error::y\n"},
	} {
		var b strings.Builder
		tracer{&b, row.verbose}.Trace(row.credential)(row.exchange)
		if b.String() != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, b.String(), row.want)
		}
	}
	if (tracer{}).Trace("ACME") != nil {
		t.Error("without -v nothing must be logged")
	}
}
