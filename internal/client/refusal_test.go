package client

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestRetryAfter: how long a refusal says to wait, in its header, its words or its parameters; 0 if it does not say.
func TestRetryAfter(t *testing.T) {
	const bucket, requests, invitations = `"errorCode":"RATE_LIMITED_TOKEN_BUCKET"`, `"errorCode":"RATE_LIMITED"`, `"errorCode":"INVITATIONS_RATE_LIMITED_IP"`
	for _, row := range []struct {
		reason, header, body string
		want                 time.Duration
	}{
		{"the header counts most", "7", bucket + `,"parameters":["x",55,10,5,60]`, 7 * time.Second},
		{"a bucket's words", "", bucket + `,"detail":"Rate limit exceeded for x. Please retry after 55 seconds. Request capacity: 10. Refill rate: 5 per 60 seconds.","parameters":null`, 55 * time.Second},
		{"a bucket's parameters", "", bucket + `,"parameters":["x",55,10,5,60]`, 55 * time.Second},
		{"an older limit's words", "", requests + `,"detail":"Resource /x is limited to 50 requests every 2 minutes."`, 2 * time.Minute},
		{"an older limit's parameters", "", requests + `,"parameters":["/x",50,1]`, time.Minute},
		{"the words of the limit of invitations", "", invitations + `,"detail":"Rate limit of 10 invitations per 1 minutes exceeded.","parameters":null`, time.Minute},
		{"its parameters", "", invitations + `,"parameters":[10,1]`, time.Minute},
		{"the window waits for what is longer than anybody else waits", "", invitations + `,"parameters":[10,10]`, maxRetryAfter},
		{"but not for ever", "", invitations + `,"parameters":[10,1440]`, 24 * time.Hour},
		{"too few numbers", "", bucket + `,"parameters":[55]`, 0},
		{"no numbers", "", bucket + `,"parameters":["x",null,10,5,60]`, 0},
		{"numbers that cannot be", "", invitations + `,"parameters":["NaN",-1]`, 0},
		{"a number that nobody means", "", bucket + `,"parameters":["x",1e300,10,5,60]`, maxNumber * time.Second},
		{"something else", "", `"errorCode":"VALIDATION_ERROR","parameters":[10,1]`, 0},
	} {
		response := &http.Response{StatusCode: 400, Header: http.Header{"Retry-After": {row.header}}, Body: io.NopCloser(strings.NewReader("{" + row.body + "}"))}
		if got, told := retryAfter(response); got != row.want || told != (row.want > 0) {
			t.Errorf("%s: got %s, %t; want %s", row.reason, got, told, row.want)
		}
	}
}
