package client

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// flakyNetwork is a network that has these faults, one after the other. After the last one, every request succeeds.
type flakyNetwork struct {
	faults []fault
	bodies []string
}

type fault struct {
	err    error
	status int
	header string // Name: value, a line each
	body   string
}

func (n *flakyNetwork) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		data, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		n.bodies = append(n.bodies, string(data))
	}
	now := fault{status: 200, body: "{}"}
	if len(n.faults) > 0 {
		now, n.faults = n.faults[0], n.faults[1:]
	}
	header := http.Header{}
	for line := range strings.Lines(now.header) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		header.Set(name, value)
	}
	return &http.Response{StatusCode: now.status, Header: header, Body: io.NopCloser(strings.NewReader(now.body))}, now.err
}

func times(n int, t fault) []fault {
	all := make([]fault, n)
	for i := range all {
		all[i] = t
	}
	return all
}

// retrierOver returns a retrier over a network with faults. It calls notify for each wait.
func retrierOver(n *flakyNetwork, notify func(Wait), interrupted chan struct{}) *retrier {
	return &retrier{next: requestTimeout{n}, waiter: waiter{telling(notify), interrupted}}
}

// telling returns a function for waits that calls notify when a wait begins.
func telling(notify func(Wait)) Waiting {
	if notify == nil {
		return nil
	}
	return func(_ context.Context, w Wait) func() { notify(w); return func() {} }
}

func newRequest(ctx context.Context, t *testing.T, method string) *http.Request {
	t.Helper()
	request, err := http.NewRequestWithContext(ctx, method, "https://atlas.example/api/atlas/v2/orgs", strings.NewReader("body"))
	if err != nil {
		t.Fatal(err)
	}
	return request
}

type retryRow struct {
	reason    string
	methods   string
	faults    []fault
	tries     int
	min, max  time.Duration // of all waits
	ambiguous bool          // Atlas may have carried out the request
	want      string        // of the error
}

// TestRetry measures tries and waits on the fake clock of a synctest bubble.
func TestRetry(t *testing.T) {
	const second = time.Second
	var (
		reset     = fault{err: io.ErrUnexpectedEOF}
		dial      = fault{err: &net.OpError{Op: "dial", Err: errors.New("connection refused")}}
		proxy     = fault{err: &net.OpError{Op: "proxyconnect", Err: errors.New("connection refused")}}
		nowhere   = fault{err: &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "atlas.invalid", IsNotFound: true}}}
		slow      = fault{err: &net.OpError{Op: "dial", Err: context.DeadlineExceeded}} // as package net returns it
		untrusted = fault{err: &tls.CertificateVerificationError{Err: errors.New("unknown authority")}}
		upgrade   = fault{status: 405, body: `{"errorCode":"WRITES_NOT_ALLOWED_DURING_APP_UPGRADES"}`}
		bucket    = fault{status: 429, body: `{"errorCode":"RATE_LIMITED_TOKEN_BUCKET","parameters":["api/atlas/v2/orgs",55,10,5,60]}`}
		perIP     = fault{status: 400, body: `{"errorCode":"RATE_LIMITED_IP","parameters":[10,1]}`}
		oddIP     = fault{status: 400, body: `{"errorCode":"RATE_LIMITED_IP","parameters":{}}`}
		plain     = fault{err: tls.RecordHeaderError{Msg: "no"}}
	)
	status := func(code int, header string) fault { return fault{status: code, header: header} }
	for _, row := range []retryRow{
		{"a connection that breaks twice", "GET", times(2, reset), 3, 0, 3 * second, false, ""},
		{"a connection that always breaks", "GET", times(6, reset), 6, 0, 31 * second, false, "the answer was cut off: unexpected EOF (tried 6 times)"},
		{"no connection", "GET", times(2, dial), 3, 0, 3 * second, false, ""},
		{"a host name that does not exist", "GET POST", times(1, nowhere), 1, 0, 0, false, "dial: lookup atlas.invalid: no such host"},
		{"a connection that takes too long, which is not the end of the run", "GET", times(1, slow), 2, 0, second, false, ""},
		{"an unknown certificate, which stays", "GET", times(1, untrusted), 1, 0, 0, false, "tls: failed to verify certificate: unknown authority"},
		{"a server without TLS, which stays", "GET PATCH", times(1, plain), 1, 0, 0, false, "tls: no"},
		{"a timeout in Atlas", "GET", times(1, status(408, "")), 2, 0, second, false, ""},
		{"a server that fails", "GET", times(1, status(500, "")), 2, 0, second, false, ""},
		{"a gateway that fails", "GET", []fault{status(502, ""), status(503, ""), status(504, "")}, 4, 0, 7 * second, false, ""},
		{"a server that says when it is ready", "GET", times(1, status(503, "Retry-After: 20")), 2, 20 * second, 23 * second, false, ""},
		{"a status that another try does not change", "GET", times(1, status(501, "")), 1, 0, 0, false, "501 Not Implemented"},
		{"a success that is not JSON, so another server sent it", "GET", times(1, fault{status: 200, body: "<html>"}), 2, 0, second, false, ""},
		{"an empty success", "GET", times(1, fault{status: 200}), 2, 0, second, false, ""},
		{"a success that is always cut off", "GET", times(6, fault{status: 200, body: `{"name":`}), 6, 0, 31 * second, false, "the answer is not JSON (tried 6 times)"},
		{"a refusal", "GET POST PATCH", times(1, status(400, "")), 1, 0, 0, false, "400 Bad Request"},
		{"a forbidden request", "GET DELETE", times(1, status(403, "")), 1, 0, 0, false, "403 Forbidden"},
		{"a method that is not allowed", "PATCH", times(1, status(405, "")), 1, 0, 0, false, "405 Method Not Allowed"},
		{"an upgrade of Atlas", "GET", times(1, upgrade), 2, 0, second, false, ""},
		{"too many requests: the wait that Atlas asks for", "GET", times(1, status(429, "Retry-After: 55")), 2, 55 * second, 61 * second, false, ""},
		{"too many requests, until a date", "GET", times(1, status(429, "Retry-After: Sat, 01 Jan 2000 00:00:30 GMT")), 2, 30 * second, 34 * second, false, ""},
		{"a date on Atlas's clock, which differs from ours", "GET", times(1, status(429, "Date: Fri, 31 Dec 1999 23:59:00 GMT\nRetry-After: Fri, 31 Dec 1999 23:59:30 GMT")), 2, 30 * second, 34 * second, false, ""},
		{"too many requests, with the wait only in the parameters", "GET", times(1, bucket), 2, 55 * second, 61 * second, false, ""},
		{"too many requests without a stated wait: at random up to 1 s, doubled each time", "GET", times(5, status(429, "")), 6, 0, 31 * second, false, ""},
		{"a stated wait of 0 counts as none", "GET", times(6, status(429, "Retry-After: 0")), 6, 0, 31 * second, false, "429 Too Many Requests (tried 6 times)"},
		{"a date in the past counts as none", "GET", times(1, status(429, "Retry-After: Fri, 31 Dec 1999 00:00:00 GMT")), 2, 0, second, false, ""},
		{"an invalid wait counts as none", "GET", times(1, status(429, "Retry-After: soon")), 2, 0, second, false, ""},
		{"a limit that never ends: five more tries", "GET", times(6, status(429, "Retry-After: 1")), 6, 5 * second, 6 * second, false, "429 Too Many Requests (tried 6 times)"},
		{"a wait of a day: no other try", "GET", times(1, status(429, "Retry-After: 86400")), 1, 0, 0, false, "429 Too Many Requests (Atlas accepts the request again after 24h0m0s)"},

		{"a broken connection: one try, and a wait before the caller reads again", "POST PATCH DELETE", times(1, reset), 1, 2 * second, 2 * second, true, "the answer was cut off: unexpected EOF"},
		{"a server that says when it is ready: a wait before the caller reads again", "POST PATCH DELETE", times(1, status(503, "Retry-After: 20")), 1, 20 * second, 20 * second, true, "503 Service Unavailable"},
		{"a gateway fails, so the result is unknown", "POST PATCH DELETE", times(1, status(502, "")), 1, 2 * second, 2 * second, true, "502 Bad Gateway"},
		{"no connection, so nothing was sent", "POST PATCH DELETE", times(1, dial), 1, 2 * second, 2 * second, false, "dial: connection refused"},
		{"no connection to the proxy, so nothing was sent", "POST", times(1, proxy), 1, 2 * second, 2 * second, false, "proxyconnect: connection refused"},
		{"a status that another try does not change", "POST PATCH DELETE", times(1, status(501, "")), 1, 0, 0, true, "501 Not Implemented"},
		{"an operation that the sandbox does not have, so nothing was done", "POST PATCH DELETE",
			times(1, fault{status: 501, body: `{"error":501,"errorCode":"SANDBOX_NOT_EMULATED"}`}), 1, 0, 0, false, "501 SANDBOX_NOT_EMULATED"},
		{"an answer that is too long, so the result is unknown", "POST PATCH", times(1, fault{status: 200, body: strings.Repeat("x", maxAnswer+1)}), 1, 0, 0, true, errTooLong.Error()},
		{"an answer that is cut off, so the result is unknown", "POST PATCH", times(1, fault{status: 201, body: `{"name":`}), 1, 2 * second, 2 * second, true, "the answer is not JSON"},
		{"an empty success, so the result is unknown", "POST PATCH", times(1, status(200, "")), 1, 2 * second, 2 * second, true, "the answer is not JSON"},
		{"a success that is not an object, so the result is unknown", "POST PATCH DELETE", times(1, fault{status: 200, body: `"please log in"`}), 1, 2 * second, 2 * second, true, "the answer is not JSON"},
		{"a deletion may have an empty answer", "DELETE", times(1, status(204, "")), 1, 0, 0, false, ""},
		{"an upgrade of Atlas, so nothing was done", "POST PATCH DELETE", times(1, upgrade), 1, 2 * second, 2 * second, false, "405 WRITES_NOT_ALLOWED_DURING_APP_UPGRADES"},
		{"too many requests: the wait that Atlas asks for", "POST PATCH DELETE", times(1, status(429, "Retry-After: 55")), 1, 55 * second, 55 * second, false, "429 Too Many Requests"},
		{"too many requests, and a wait of a day: the caller does not try again", "POST PATCH DELETE", times(1, status(429, "Retry-After: 86400")), 1, 0, 0, false, "429 Too Many Requests (Atlas accepts the request again after 24h0m0s)"},
		{"a server that is ready after a day: the result is unknown", "POST PATCH DELETE", times(1, status(503, "Retry-After: 86400")), 1, 0, 0, true, "503 Service Unavailable (Atlas accepts the request again after 24h0m0s)"},
		{"too many invitations a minute, which is a 400 with a code", "POST", times(1, perIP), 1, 60 * second, 60 * second, false, "400 RATE_LIMITED_IP"},
		{"the same, with the code only in the header", "POST", times(1, status(400, "X-Error-Code: RATE_LIMITED_IP")), 1, 2 * second, 2 * second, false, "400 RATE_LIMITED_IP"},
		{"the same, with parameters of another type", "POST", times(1, oddIP), 1, 2 * second, 2 * second, false, "400 RATE_LIMITED_IP"},
	} {
		for method := range strings.FieldsSeq(row.methods) {
			t.Run(row.reason+"/"+method, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					row.run(t, method)
				})
			})
		}
	}
}

// run sends one request, and checks its result.
func (row retryRow) run(t *testing.T, method string) {
	t.Helper()
	n := &flakyNetwork{faults: row.faults}
	var reported time.Duration
	start := time.Now()
	response, err := retrierOver(n, func(w Wait) { reported += w.For }, nil).RoundTrip(newRequest(t.Context(), t, method))
	took := time.Since(start)
	if took < row.min || took > row.max || took != reported {
		t.Errorf("took %s and reported %s, want %s to %s", took, reported, row.min, row.max)
	}
	if strings.Join(n.bodies, "") != strings.Repeat("body", row.tries) {
		t.Errorf("sent %q, want the body %d times", n.bodies, row.tries)
	}
	if row.want != "" {
		row.checkError(t, method, err)
	} else if err != nil || response.StatusCode/100 != 2 {
		t.Errorf("got %v", err)
	}
}

func (row retryRow) checkError(t *testing.T, method string, err error) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Error() != method+" /api/atlas/v2/orgs: "+row.want || e.Ambiguous() != row.ambiguous {
		t.Fatalf("got %#v, want %s, ambiguous %v", err, row.want, row.ambiguous)
	}
	if method != "GET" && e.RetryAfter > 0 && e.Temporary() {
		t.Error("the caller would write again at once, before Atlas allows it")
	}
}

// TestPausesGrow: each write in a row that fails doubles the wait, until a write succeeds.
func TestPausesGrow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bad, good := fault{status: 503}, fault{status: 200, body: "{}"}
		soon := fault{status: 503, header: "Retry-After: 1"} // shorter than our own wait, so it has no effect
		x := retrierOver(&flakyNetwork{faults: []fault{bad, soon, bad, bad, bad, bad, good, bad}}, nil, nil)
		var pauses []time.Duration
		for range 8 {
			start := time.Now()
			_, _ = x.RoundTrip(newRequest(t.Context(), t, "PATCH")) // only the wait matters here
			pauses = append(pauses, time.Since(start)/time.Second)
		}
		if want := []time.Duration{2, 4, 8, 16, 16, 16, 0, 2}; !slices.Equal(pauses, want) {
			t.Errorf("got %v s, want %v", pauses, want)
		}
	})
}

// TestWaitsEnd: the end of the run ends a wait. If the last try had a fault, its error is returned.
func TestWaitsEnd(t *testing.T) {
	early := fault{status: 429, header: "Retry-After: 60"}
	late := fault{status: 503, header: "Retry-After: 60"}
	for _, row := range []struct {
		reason      string
		fault       fault
		interrupted bool // by the channel, not by the context
		temporary   bool // the same request may succeed later
		want        string
	}{
		{"an interrupt after too many requests: nothing was done", early, true, false, "GET /api/atlas/v2/orgs: interrupted while it waited"},
		{"an interrupt after a fault: the fault is the error", late, true, true, "GET /api/atlas/v2/orgs: 503 Service Unavailable"},
		{"the end of the run after too many requests", early, false, false, "GET /api/atlas/v2/orgs: context deadline exceeded"},
		{"the end of the run after a fault: the fault is the error", late, false, true, "GET /api/atlas/v2/orgs: 503 Service Unavailable"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, interrupted := t.Context(), make(chan struct{})
				if row.interrupted {
					time.AfterFunc(time.Second, func() { close(interrupted) })
				} else {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, time.Second)
					defer cancel()
				}
				start, waits := time.Now(), 0
				x := retrierOver(&flakyNetwork{faults: times(2, row.fault)}, func(Wait) { waits++ }, interrupted)
				_, err := x.RoundTrip(newRequest(ctx, t, "GET"))
				var e *Error
				if !errors.As(err, &e) || e.Error() != row.want || e.Temporary() != row.temporary || time.Since(start) != time.Second {
					t.Errorf("got %v after %s, want %s, temporary %v", err, time.Since(start), row.want, row.temporary)
				}
				if _, err := x.RoundTrip(newRequest(ctx, t, "GET")); err == nil || time.Since(start) != time.Second || waits != 1 {
					t.Errorf("after the end: got %v after %s, and %d waits were reported", err, time.Since(start), waits)
				}
			})
		})
	}
}

// TestCancelledWrites: a write that is cancelled while it is sent may have been carried out.
func TestCancelledWrites(t *testing.T) {
	for _, row := range []struct {
		method    string
		ambiguous bool
	}{{"POST", true}, {"PATCH", true}, {"DELETE", true}, {"GET", false}} {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := retrierOver(&flakyNetwork{faults: times(1, fault{err: context.Canceled})}, nil, nil).RoundTrip(newRequest(ctx, t, row.method))
		var e *Error
		if !errors.As(err, &e) || !errors.Is(err, context.Canceled) || e.Tries != 1 || e.Ambiguous() != row.ambiguous {
			t.Errorf("%s: got %#v, want ambiguous %v", row.method, err, row.ambiguous)
		}
	}
}
