package conformance

import (
	"net/http"
	"strings"
	"testing"
)

// TestViolations damages a valid exchange, to prove that each check can fail.
func TestViolations(t *testing.T) {
	d := newDescription(t, readDescription(t), amendments(t)...)
	for _, row := range []struct {
		reason string
		damage func(*exchange)
		want   string // part of the only violation; "": no violation
	}{
		{"no damage", func(*exchange) {}, ""},
		{"a version that the operation does not have", func(e *exchange) { e.sent.Set("Accept", version5) }, "Accept"},
		{"no version", func(e *exchange) { e.sent.Del("Accept") }, "Accept"},
		{"a body without a version", func(e *exchange) { e.sent.Set("Content-Type", "application/json") }, "header Content-Type has unexpected value"},
		{"no body", func(e *exchange) { e.body = nil }, "value is required but missing"},
		{"an unknown parameter", func(e *exchange) { e.uri += "?force=true" }, "the parameter force is not described"},
		{"a parameter of another type", func(e *exchange) { e.uri += "?pretty=very" }, `parameter "pretty" in query`},
		{"an invalid id", func(e *exchange) { e.uri = strings.Replace(e.uri, productionID, "acme", 1) }, `parameter "orgId" in path`},
		{"an unknown field", func(e *exchange) { e.body = []byte(`{"role":"ORG_OWNER"}`) }, `property "role" is unsupported`},
		{"a field of another type", func(e *exchange) { e.body = []byte(`{"roles":"ORG_OWNER"}`) }, "/roles: value must be an array"},
		{"an unknown role", func(e *exchange) { e.body = []byte(`{"roles":["ORG_KING"]}`) }, "/roles/0: value is not one of the allowed values"},
		{"an invalid address", func(e *exchange) { e.body = []byte(`{"username":"kay"}`) }, `the format "email"`},
		{"an unknown operation", func(e *exchange) { e.method = http.MethodPut }, "the description has no such operation"},
		{"a status that the operation does not have", func(e *exchange) { e.status = http.StatusCreated }, "status is not supported"},
		{"an answer without a version", func(e *exchange) { e.header.Set("Content-Type", "application/json") }, "response header Content-Type has unexpected value"},
		{"an answer with an unknown field", func(e *exchange) { e.answer = []byte(`{"orgName":"Acme","status":"new"}`) }, `property "status" is unsupported`},
		{"an answer without a required field", func(e *exchange) { e.answer = []byte(`{}`) }, `property "orgName" is missing`},
		{"an answer with an invalid time", func(e *exchange) { e.answer = []byte(`{"orgName":"Acme","expiresAt":"soon"}`) }, `the format "date-time"`},
		{"an answer that is not JSON", func(e *exchange) { e.answer = []byte(`{`) }, "failed to decode response body"},
		{"a header that is not a number", func(e *exchange) { e.header.Set("RateLimit-Limit", "many") }, "RateLimit-Limit"},
		{"an error in another shape", func(e *exchange) { *e = failed(*e, `{"message":"no"}`) }, `property "message" is unsupported`},
		{"a wrong request that is refused", func(e *exchange) { *e = failed(*e, `{"error":400,"errorCode":"X"}`); e.body = nil }, ""},
	} {
		e := invited()
		row.damage(&e)
		got := strings.Join(d.violations(t.Context(), e, false), "\n")
		if (got == "") != (row.want == "") || !strings.Contains(got, row.want) || strings.Contains(got, "\n") {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}

// invited is a valid exchange: an invitation.
func invited() exchange {
	return exchange{
		method: http.MethodPost, uri: acme + "/invites", body: []byte(briefly),
		sent:   http.Header{"Accept": {version1}, "Content-Type": {version1}},
		status: http.StatusOK, header: http.Header{"Content-Type": {version1 + ";charset=utf-8"}},
		answer: []byte(`{"orgName":"Acme Billing","id":"` + alan + `","roles":["ORG_MEMBER"],"expiresAt":"2026-09-09T03:03:42Z"}`),
	}
}

func failed(e exchange, body string) exchange {
	e.status, e.answer = http.StatusBadRequest, []byte(body)
	e.header = http.Header{"Content-Type": {"application/json"}}
	return e
}
