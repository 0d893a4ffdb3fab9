package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

func TestBaseURL(t *testing.T) {
	for _, row := range []struct{ reason, url, want string }{
		{"Atlas", "https://cloud.mongodb.com", ""},
		{"Atlas for Government, with a slash at the end", "https://cloud.mongodbgov.com/", ""},
		{"the sandbox", "http://127.0.0.1:8899", ""},
		{"the sandbox by name", "http://localhost:8899", ""},
		{"the sandbox over IPv6", "http://[::1]:8899", ""},
		{"credentials in the clear", "http://cloud.mongodb.com", `base URL "http://cloud.mongodb.com" sends credentials in the clear; use https`},
		{"a host that only starts like loopback", "http://127.0.0.1.evil.example", `base URL "http://127.0.0.1.evil.example" sends credentials in the clear; use https`},
		{"a host that only starts like localhost", "http://localhost.evil.example", `base URL "http://localhost.evil.example" sends credentials in the clear; use https`},
		{"no scheme", "cloud.mongodb.com", `base URL "cloud.mongodb.com" is not valid; write it as https://HOST`},
		{"a password, which the message must not show", "https://me:canary@cloud.mongodb.com", `base URL "…@cloud.mongodb.com" is not valid; write it as https://HOST`},
		{"a query", "https://cloud.mongodb.com?x=1", `base URL "https://cloud.mongodb.com?…" is not valid; write it as https://HOST`},
		{"an empty query, which would make every path a part of the query", "https://cloud.mongodb.com?", `base URL "https://cloud.mongodb.com?…" is not valid; write it as https://HOST`},
		{"a fragment", "https://cloud.mongodb.com#", `base URL "https://cloud.mongodb.com#…" is not valid; write it as https://HOST`},
		{"a port without a host", "https://:443", `base URL "https://:443" is not valid; write it as https://HOST`},
		{"a line break after pasted text", "https://cloud.mongodb.com\n", ""},
		{"capital letters, and a path", "HTTPS://Cloud.MongoDB.com/proxy/", ""},
	} {
		_, err := New(Config{BaseURL: row.url})
		if got := fmt.Sprint(err); got != row.want && !(err == nil && row.want == "") {
			t.Errorf("%s: got %v, want %q", row.reason, err, row.want)
		}
	}
}

func TestDoSendsVersionAndBody(t *testing.T) {
	s := &script{t: t, answers: []answer{{401, atlasChallenge("n"), ""}, {200, "", `{"n": 12345678901234567890}`}}}
	var got map[string]any
	if err := s.client().Do(t.Context(), "PATCH", "/orgs/1/users/2", map[string]any{"a": nil}, &got); err != nil {
		t.Fatal(err)
	}
	want := request{line: "PATCH /api/atlas/v2/orgs/1/users/2", body: `{"a":null}`,
		accept: "application/vnd.atlas.2025-02-19+json", contentType: "application/vnd.atlas.2025-02-19+json", agent: "test"}
	s.requests[1].authorization = ""
	if diff := cmp.Diff(want, s.requests[1], cmp.AllowUnexported(request{})); diff != "" {
		t.Error(diff)
	}
	if got["n"] != json.Number("12345678901234567890") {
		t.Errorf("a number lost digits: %v", got["n"])
	}
}

// TestIDsDoNotChangeThePath: an id such as .. must not send the request to another resource.
func TestIDsDoNotChangeThePath(t *testing.T) {
	for _, path := range []string{"/orgs/..", "/orgs/../groups", "/orgs/1/users/.", "/orgs//users", "/orgs/1/"} {
		s := &script{t: t}
		err := s.client().Do(t.Context(), "DELETE", path, nil, nil)
		if err == nil || !strings.Contains(err.Error(), "so it was not sent") || len(s.requests) > 0 {
			t.Errorf("%s: %v, %d requests", path, err, len(s.requests))
		}
	}
}

func TestErrors(t *testing.T) {
	for _, row := range []struct {
		reason string
		status int
		body   string
		want   string
	}{
		{"an error of Atlas", 404, `{"detail":"No group with ID 1 exists.","error":404,"errorCode":"GROUP_NOT_FOUND","parameters":["1"],"reason":"Not Found"}`,
			"GET /api/atlas/v2/orgs/1: 404 GROUP_NOT_FOUND: No group with ID 1 exists"},
		{"an error of Atlas with nulls", 400, `{"detail":null,"error":400,"errorCode":"VALIDATION_ERROR","parameters":null,"reason":"Bad Request"}`,
			"GET /api/atlas/v2/orgs/1: 400 VALIDATION_ERROR"},
		{"an error of a gateway", 403, `<html>sorry</html>`, "GET /api/atlas/v2/orgs/1: 403 Forbidden"},
		{"an error of OAuth, where error is a word", 401, `{"error":"invalid_client","error_description":"Invalid credentials provided."}`,
			"GET /api/atlas/v2/orgs/1: 401 invalid_client: Invalid credentials provided"},
		{"a redirect, which the client does not follow, because the request has credentials", 301, ``, "GET /api/atlas/v2/orgs/1: 301 Moved Permanently"},
		{"a success with null", 200, `null`, "GET /api/atlas/v2/orgs/1: the answer does not have the documented form: null"},
		{"a success with a list instead of an object", 200, `[]`, "GET /api/atlas/v2/orgs/1: the answer does not have the documented form: json: cannot unmarshal array into Go value of type map[string]interface {}"},
	} {
		s := &script{t: t, answers: []answer{{row.status, "", row.body}}}
		var out map[string]any
		if err := s.client().Do(t.Context(), "GET", "/orgs/1", nil, &out); err == nil || err.Error() != row.want {
			t.Errorf("%s: got %v, want %s", row.reason, err, row.want)
		}
	}
}

// TestUnreadableAnswer: Atlas has accepted a write even if the client cannot read the answer, so the error is ambiguous.
func TestUnreadableAnswer(t *testing.T) {
	for method, ambiguous := range map[string]bool{"GET": false, "POST": true} {
		c, err := New(Config{BaseURL: "https://atlas.example", Credential: NewCredential(AccountID+"1", "secret"), Transport: roundTrip(func(*http.Request) *http.Response {
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{"id":1,"access_token":"t","token_type":"Bearer"}`))}
		})})
		if err != nil {
			t.Fatal(err)
		}
		var out struct{ ID string }
		var e *Error
		if err := c.Do(t.Context(), method, "/orgs", nil, &out); !errors.As(err, &e) || e.Ambiguous() != ambiguous || e.Temporary() {
			t.Errorf("%s: got %v, ambiguous %v", method, err, e.Ambiguous())
		}
	}
}

// TestNetworkErrors: the message leaves out the local port, which differs from try to try.
func TestNetworkErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refused := &net.OpError{Op: "read", Net: "tcp", Source: &net.TCPAddr{Port: 51234}, Addr: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 443},
			Err: os.NewSyscallError("read", errors.New("connection reset by peer"))}
		c, err := New(Config{BaseURL: "https://atlas.example", Transport: failing{refused}})
		if err != nil {
			t.Fatal(err)
		}
		want := "GET /api/atlas/v2/orgs: read 192.0.2.1:443: connection reset by peer (tried 6 times)"
		if err := c.Do(t.Context(), "GET", "/orgs?name=a", nil, nil); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	})
}

// failing is a network on which every request ends with this error.
type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

func TestAnswersAreBounded(t *testing.T) {
	c, err := New(Config{BaseURL: "https://atlas.example", Transport: roundTrip(func(*http.Request) *http.Response {
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(endless{})}
	})})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Do(t.Context(), "GET", "/orgs", nil, nil); err == nil || !strings.Contains(err.Error(), "longer than 8388608 bytes") {
		t.Errorf("got %v", err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }
