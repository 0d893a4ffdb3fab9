package client

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestReadOnly tests the last stage before the network, without a client above it.
func TestReadOnly(t *testing.T) {
	const base = "https://atlas.example/proxy"
	for _, row := range []struct {
		reason, method, url string
		passes              bool
	}{
		{"a read", "GET", base + "/api/atlas/v2/orgs", true},
		{"a request for a token, which changes no organization", "POST", base + "/api/oauth/token", true},
		{"the revocation of a token", "POST", base + "/api/oauth/revoke", true},
		{"a creation", "POST", base + "/api/atlas/v2/orgs", false},
		{"a change", "PATCH", base + "/api/atlas/v2/orgs/1/settings", false},
		{"a replacement", "PUT", base + "/api/atlas/v2/orgs/1/users/2/roles", false},
		{"a deletion", "DELETE", base + "/api/atlas/v2/orgs/1", false},
		{"a deletion at the path of tokens", "DELETE", base + "/api/oauth/token", false},
		{"a path that only ends like the path of tokens", "POST", base + "/api/atlas/v2/orgs/api/oauth/token", false},
		{"a token of another server", "POST", "https://evil.example/api/oauth/token", false},
		{"the path of tokens with a query", "POST", base + "/api/oauth/token?x", false},
		{"an unknown method", "get", base + "/api/atlas/v2/orgs", false},
	} {
		sent := 0
		stage := readOnly{roundTrip(func(*http.Request) *http.Response { sent++; return &http.Response{StatusCode: 200} }), base}
		request, err := http.NewRequest(row.method, row.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Method = row.method
		_, err = stage.RoundTrip(request)
		var refused *WriteRefusedError
		if row.passes != (sent == 1) || row.passes != (err == nil) || !row.passes && !errors.As(err, &refused) {
			t.Errorf("%s: sent %d, got %v", row.reason, sent, err)
		}
	}
}

// TestMayChange: every request to the Administration API that does not only read may change an organization, even if its path ends
// like the path of tokens.
func TestMayChange(t *testing.T) {
	for _, row := range []struct {
		method, path string
		want         bool
	}{
		{"GET", "/api/atlas/v2/orgs", false},
		{"POST", "/api/atlas/v2/orgs", true},
		{"DELETE", "/proxy/api/atlas/v2/orgs/1", true},
		{"POST", "/api/atlas/v2/orgs/api/oauth/token", true},
		{"POST", "/proxy/api/oauth/token", false},
		{"POST", "/api/oauth/revoke", false},
	} {
		if got := mayChange(httptest.NewRequest(row.method, row.path, nil)); got != row.want {
			t.Errorf("%s %s: got %v", row.method, row.path, got)
		}
	}
}

// TestReadOnlyClient: a read-only client sends only reads and requests for tokens to the network.
func TestReadOnlyClient(t *testing.T) {
	for _, credential := range []Credential{NewCredential("key", "s"), NewCredential("mdb_sa_id_1", "s")} {
		var sent []string
		c, err := New(Config{BaseURL: "HTTPS://Atlas.example/caf\u00e9/", Credential: credential, ReadOnly: true, Transport: roundTrip(func(r *http.Request) *http.Response {
			sent = append(sent, r.Method+" "+r.URL.Path)
			header := http.Header{"Www-Authenticate": {`Digest realm="r", nonce="n", qop="auth"`}}
			if r.Header.Get("Authorization") == "" {
				return &http.Response{StatusCode: 401, Header: header, Body: http.NoBody}
			}
			return &http.Response{StatusCode: 200, Header: header, Body: io.NopCloser(strings.NewReader(`{"access_token":"t"}`))}
		})})
		if err != nil {
			t.Fatal(err)
		}
		for _, method := range []string{"POST", "PATCH", "PUT", "DELETE"} {
			err := c.Do(t.Context(), method, "/orgs/1", map[string]any{"name": "A"}, nil)
			var refused *WriteRefusedError
			var e *Error
			if !errors.As(err, &refused) || !errors.As(err, &e) || e.Ambiguous() {
				t.Errorf("%s %s: got %v", credential.ID, method, err)
			}
		}
		if err := c.Do(t.Context(), "GET", "/orgs/1", nil, nil); err != nil {
			t.Errorf("%s: reading: %v", credential.ID, err)
		}
		for _, r := range sent {
			if r != "GET /caf\u00e9/api/atlas/v2/orgs/1" && r != "POST /caf\u00e9/api/oauth/token" {
				t.Errorf("%s: %s reached the network", credential.ID, r)
			}
		}
	}
}
