package client_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"atlas-gitops/internal/client"
	"atlas-gitops/internal/resource"
)

// TestErrorIsAFailure: package apply uses the client's errors only as resource.Failure, and decides by it whether to send a write
// again. TestWritesThatWaited has the case of a write that had to wait.
func TestErrorIsAFailure(t *testing.T) {
	dial := &net.OpError{Op: "dial", Err: errors.New("connection refused")}
	for _, row := range []struct {
		reason, methods string
		err             error
		status          int
		want            string // the properties that it has
	}{
		{"the connection breaks before or after Atlas did the work", "PATCH POST DELETE", io.ErrUnexpectedEOF, 0, "temporary ambiguous outage"},
		{"a read is never ambiguous", "GET", io.ErrUnexpectedEOF, 0, "temporary outage"},
		{"no connection, so nothing was sent", "GET PATCH", dial, 0, "temporary outage"},
		{"a gateway answers instead of Atlas", "PATCH", nil, 503, "temporary ambiguous outage"},
		{"Atlas fails while it carries out the request", "PATCH", nil, 500, "temporary ambiguous"},
		{"a status that another try does not change", "PATCH", nil, 501, "ambiguous"},
		{"too many requests, so nothing was done", "PATCH", nil, 429, "temporary"},
		{"a refusal", "GET PATCH", nil, 400, ""},
	} {
		for method := range strings.FieldsSeq(row.methods) {
			synctest.Test(t, func(t *testing.T) {
				c, err := client.New(client.Config{BaseURL: "https://atlas.example", Transport: endsWith(row.err, row.status)})
				if err != nil {
					t.Fatal(err)
				}
				err = fmt.Errorf("wrapped: %w", c.Do(t.Context(), method, "/orgs", nil, nil))
				if got := properties(err); got != row.want {
					t.Errorf("%s: %s: got %q, want %q", row.reason, method, got, row.want)
				}
			})
		}
	}
}

// properties returns the properties of the failure in an error, in words.
func properties(err error) string {
	var failure resource.Failure
	if !errors.As(err, &failure) {
		return "not a failure"
	}
	var all []string
	for i, has := range []bool{failure.Temporary(), failure.Ambiguous(), failure.Waited(), failure.Outage()} {
		if has {
			all = append(all, []string{"temporary", "ambiguous", "waited", "outage"}[i])
		}
	}
	return strings.Join(all, " ")
}

// endsWith is a server that asks for a login, and then ends each request in the same way.
func endsWith(err error, status int) transport {
	return func(r *http.Request) (*http.Response, error) {
		switch {
		case r.Header.Get("Authorization") == "":
			challenge := http.Header{"Www-Authenticate": {`Digest realm="r", nonce="n", qop="auth"`}}
			return &http.Response{StatusCode: http.StatusUnauthorized, Header: challenge, Body: http.NoBody}, nil
		case err != nil:
			return nil, err
		}
		return &http.Response{StatusCode: status, Header: http.Header{}, Body: http.NoBody}, nil
	}
}
