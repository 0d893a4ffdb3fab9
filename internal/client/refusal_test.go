package client

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestRetryAfter: the wait that a refusal asks for, in its header, its text or its parameters; 0 if it asks for none.
func TestRetryAfter(t *testing.T) {
	const bucket, requests, invitations = `"errorCode":"RATE_LIMITED_TOKEN_BUCKET"`, `"errorCode":"RATE_LIMITED"`, `"errorCode":"INVITATIONS_RATE_LIMITED_IP"`
	for _, row := range []struct {
		reason, header, body string
		want                 time.Duration
	}{
		{"the header counts more than the parameters", "7", bucket + `,"parameters":["x",55,10,5,60]`, 7 * time.Second},
		{"the text of a bucket", "", bucket + `,"detail":"Rate limit exceeded for x. Please retry after 55 seconds. Request capacity: 10. Refill rate: 5 per 60 seconds.","parameters":null`, 55 * time.Second},
		{"the parameters of a bucket", "", bucket + `,"parameters":["x",55,10,5,60]`, 55 * time.Second},
		{"the text of an older limit", "", requests + `,"detail":"Resource /x is limited to 50 requests every 2 minutes."`, 2 * time.Minute},
		{"the parameters of an older limit", "", requests + `,"parameters":["/x",50,1]`, time.Minute},
		{"the text of the limit of invitations", "", invitations + `,"detail":"Rate limit of 10 invitations per 1 minutes exceeded.","parameters":null`, time.Minute},
		{"the parameters of the limit of invitations", "", invitations + `,"parameters":[10,1]`, time.Minute},
		{"ten minutes: a request waits for maxRetryAfter, and the window for the rest", "", invitations + `,"parameters":[10,10]`, maxRetryAfter},
		{"a day: no request waits that long", "", invitations + `,"parameters":[10,1440]`, 24 * time.Hour},
		{"too few numbers", "", bucket + `,"parameters":[55]`, 0},
		{"a null instead of a number", "", bucket + `,"parameters":["x",null,10,5,60]`, 0},
		{"impossible numbers", "", invitations + `,"parameters":["NaN",-1]`, 0},
		{"a number that is much too large", "", bucket + `,"parameters":["x",1e300,10,5,60]`, maxNumber * time.Second},
		{"another code", "", `"errorCode":"VALIDATION_ERROR","parameters":[10,1]`, 0},
	} {
		response := &http.Response{StatusCode: 400, Header: http.Header{"Retry-After": {row.header}}, Body: io.NopCloser(strings.NewReader("{" + row.body + "}"))}
		if got, asked := retryAfter(response); got != row.want || asked != (row.want > 0) {
			t.Errorf("%s: got %s, %t; want %s", row.reason, got, asked, row.want)
		}
	}
}
