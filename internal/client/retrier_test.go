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

// flakyNetwork is a network that has faults, one after the other, and then answers.
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

// retrierOver carries requests out over a network with faults, which tells of its waits.
func retrierOver(n *flakyNetwork, told func(Wait), interrupted chan struct{}) *retrier {
	return &retrier{next: requestTimeout{n}, waiter: waiter{told, interrupted}}
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
	ambiguous bool          // Atlas may have done it
	want      string        // of the error
}

// TestRetry measures tries and waits on the clock of a bubble, where no time passes.
func TestRetry(t *testing.T) {
	const second = time.Second
	var (
		reset    = fault{err: io.ErrUnexpectedEOF}
		dial     = fault{err: &net.OpError{Op: "dial", Err: errors.New("connection refused")}}
		proxy    = fault{err: &net.OpError{Op: "proxyconnect", Err: errors.New("connection refused")}}
		nowhere  = fault{err: &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "atlas.invalid", IsNotFound: true}}}
		slow     = fault{err: &net.OpError{Op: "dial", Err: context.DeadlineExceeded}} // as package net has it
		untrusty = fault{err: &tls.CertificateVerificationError{Err: errors.New("unknown authority")}}
		upgrade  = fault{status: 405, body: `{"errorCode":"WRITES_NOT_ALLOWED_DURING_APP_UPGRADES"}`}
		bucket   = fault{status: 429, body: `{"errorCode":"RATE_LIMITED_TOKEN_BUCKET","parameters":["api/atlas/v2/orgs",55,10,5,60]}`}
		perIP    = fault{status: 400, body: `{"errorCode":"RATE_LIMITED_IP","parameters":[10,1]}`}
		oddIP    = fault{status: 400, body: `{"errorCode":"RATE_LIMITED_IP","parameters":{}}`}
		plain    = fault{err: tls.RecordHeaderError{Msg: "no"}}
	)
	status := func(code int, header string) fault { return fault{status: code, header: header} }
	for _, row := range []retryRow{
		{"a broken connection", "GET", times(2, reset), 3, 0, 3 * second, false, ""},
		{"one that never gets better", "GET", times(6, reset), 6, 0, 31 * second, false, "the answer was cut off: unexpected EOF (tried 6 times)"},
		{"what nobody heard", "GET", times(2, dial), 3, 0, 3 * second, false, ""},
		{"a name that nobody has", "GET POST", times(1, nowhere), 1, 0, 0, false, "dial: lookup atlas.invalid: no such host"},
		{"a dial that takes too long is no end of the run", "GET", times(1, slow), 2, 0, second, false, ""},
		{"a certificate does not get better", "GET", times(1, untrusty), 1, 0, 0, false, "tls: failed to verify certificate: unknown authority"},
		{"nor does a server without TLS", "GET PATCH", times(1, plain), 1, 0, 0, false, "tls: no"},
		{"a request timed out in Atlas", "GET", times(1, status(408, "")), 2, 0, second, false, ""},
		{"a server fails", "GET", times(1, status(500, "")), 2, 0, second, false, ""},
		{"a gateway fails", "GET", []fault{status(502, ""), status(503, ""), status(504, "")}, 4, 0, 7 * second, false, ""},
		{"not ready, and it says for how long", "GET", times(1, status(503, "Retry-After: 20")), 2, 20 * second, 23 * second, false, ""},
		{"a server fails in a way that stays", "GET", times(1, status(501, "")), 1, 0, 0, false, "501 Not Implemented"},
		{"a success that is no JSON comes from something else", "GET", times(1, fault{status: 200, body: "<html>"}), 2, 0, second, false, ""},
		{"or is nothing at all", "GET", times(1, fault{status: 200}), 2, 0, second, false, ""},
		{"or is cut off", "GET", times(6, fault{status: 200, body: `{"name":`}), 6, 0, 31 * second, false, "the answer is not JSON (tried 6 times)"},
		{"a refusal is final", "GET POST PATCH", times(1, status(400, "")), 1, 0, 0, false, "400 Bad Request"},
		{"so is what may not be", "GET DELETE", times(1, status(403, "")), 1, 0, 0, false, "403 Forbidden"},
		{"another method is not allowed", "PATCH", times(1, status(405, "")), 1, 0, 0, false, "405 Method Not Allowed"},
		{"Atlas upgrades itself", "GET", times(1, upgrade), 2, 0, second, false, ""},
		{"too early, as long as Atlas asks", "GET", times(1, status(429, "Retry-After: 55")), 2, 55 * second, 61 * second, false, ""},
		{"too early, by a date", "GET", times(1, status(429, "Retry-After: Sat, 01 Jan 2000 00:00:30 GMT")), 2, 30 * second, 34 * second, false, ""},
		{"a date by Atlas's clock, not ours", "GET", times(1, status(429, "Date: Fri, 31 Dec 1999 23:59:00 GMT\nRetry-After: Fri, 31 Dec 1999 23:59:30 GMT")), 2, 30 * second, 34 * second, false, ""},
		{"too early, in words alone", "GET", times(1, bucket), 2, 55 * second, 61 * second, false, ""},
		{"without a word 1 s, doubled each time, at random below that", "GET", times(5, status(429, "")), 6, 0, 31 * second, false, ""},
		{"at once is as good as nothing", "GET", times(6, status(429, "Retry-After: 0")), 6, 0, 31 * second, false, "429 Too Many Requests (tried 6 times)"},
		{"so is the past", "GET", times(1, status(429, "Retry-After: Fri, 31 Dec 1999 00:00:00 GMT")), 2, 0, second, false, ""},
		{"nonsense is as good as nothing", "GET", times(1, status(429, "Retry-After: soon")), 2, 0, second, false, ""},
		{"five times is enough", "GET", times(6, status(429, "Retry-After: 1")), 6, 5 * second, 6 * second, false, "429 Too Many Requests (tried 6 times)"},
		{"nobody waits for hours, and nobody comes back before Atlas allows", "GET", times(1, status(429, "Retry-After: 86400")), 1, 0, 0, false, "429 Too Many Requests (Atlas accepts it again after 24h0m0s)"},

		{"what writes is sent once; who looks again should not look too early", "POST PATCH DELETE", times(1, reset), 1, 2 * second, 2 * second, true, "the answer was cut off: unexpected EOF"},
		{"nor before Atlas is ready", "POST PATCH DELETE", times(1, status(503, "Retry-After: 20")), 1, 20 * second, 20 * second, true, "503 Service Unavailable"},
		{"nobody knows what became of it", "POST PATCH DELETE", times(1, status(502, "")), 1, 2 * second, 2 * second, true, "502 Bad Gateway"},
		{"nobody heard it", "POST PATCH DELETE", times(1, dial), 1, 2 * second, 2 * second, false, "dial: connection refused"},
		{"nor beyond a proxy that is not there", "POST", times(1, proxy), 1, 2 * second, 2 * second, false, "proxyconnect: connection refused"},
		{"a server fails in a way that stays", "POST PATCH DELETE", times(1, status(501, "")), 1, 0, 0, true, "501 Not Implemented"},
		{"an answer without end says nothing", "POST PATCH", times(1, fault{status: 200, body: strings.Repeat("x", maxAnswer+1)}), 1, 0, 0, true, errTooLong.Error()},
		{"what is cut off may hide that it was done", "POST PATCH", times(1, fault{status: 201, body: `{"name":`}), 1, 2 * second, 2 * second, true, "the answer is not JSON"},
		{"so may a success that says nothing", "POST PATCH", times(1, status(200, "")), 1, 2 * second, 2 * second, true, "the answer is not JSON"},
		{"or what Atlas would not say", "POST PATCH DELETE", times(1, fault{status: 200, body: `"please log in"`}), 1, 2 * second, 2 * second, true, "the answer is not JSON"},
		{"what takes away has nothing to say", "DELETE", times(1, status(204, "")), 1, 0, 0, false, ""},
		{"Atlas upgrades itself, and has done nothing", "POST PATCH DELETE", times(1, upgrade), 1, 2 * second, 2 * second, false, "405 WRITES_NOT_ALLOWED_DURING_APP_UPGRADES"},
		{"too early, as long as Atlas asks", "POST PATCH DELETE", times(1, status(429, "Retry-After: 55")), 1, 55 * second, 55 * second, false, "429 Too Many Requests"},
		{"nobody waits for hours", "POST PATCH DELETE", times(1, status(429, "Retry-After: 86400")), 1, 0, 0, false, "429 Too Many Requests (Atlas accepts it again after 24h0m0s)"},
		{"nor to see what became of it", "POST PATCH DELETE", times(1, status(503, "Retry-After: 86400")), 1, 0, 0, true, "503 Service Unavailable (Atlas accepts it again after 24h0m0s)"},
		{"too many invitations a minute are a 400 with a code", "POST", times(1, perIP), 1, 60 * second, 60 * second, false, "400 RATE_LIMITED_IP"},
		{"also where the code is in the header alone", "POST", times(1, status(400, "X-Error-Code: RATE_LIMITED_IP")), 1, 2 * second, 2 * second, false, "400 RATE_LIMITED_IP"},
		{"or something else in the answer is odd", "POST", times(1, oddIP), 1, 2 * second, 2 * second, false, "400 RATE_LIMITED_IP"},
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

// run sends one request, and checks what came of it.
func (row retryRow) run(t *testing.T, method string) {
	t.Helper()
	n := &flakyNetwork{faults: row.faults}
	var told time.Duration
	start := time.Now()
	response, err := retrierOver(n, func(w Wait) { told += w.For }, nil).RoundTrip(newRequest(t.Context(), t, method))
	took := time.Since(start)
	if took < row.min || took > row.max || took != told {
		t.Errorf("took %s and told of %s, want %s to %s", took, told, row.min, row.max)
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
		t.Error("its caller would write again at once, before Atlas allows")
	}
}

// TestPausesGrow: each write in a row that fails lets the next look wait longer, until one gets through.
func TestPausesGrow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bad, good := fault{status: 503}, fault{status: 200, body: "{}"}
		soon := fault{status: 503, header: "Retry-After: 1"} // which is not sooner than we would come ourselves
		x := retrierOver(&flakyNetwork{faults: []fault{bad, soon, bad, bad, bad, bad, good, bad}}, nil, nil)
		var pauses []time.Duration
		for range 8 {
			start := time.Now()
			_, _ = x.RoundTrip(newRequest(t.Context(), t, "PATCH")) // its end is not what this is about
			pauses = append(pauses, time.Since(start)/time.Second)
		}
		if want := []time.Duration{2, 4, 8, 16, 16, 16, 0, 2}; !slices.Equal(pauses, want) {
			t.Errorf("got %v s, want %v", pauses, want)
		}
	})
}

// TestWaitsEnd with the run, and say what was known before.
func TestWaitsEnd(t *testing.T) {
	early := fault{status: 429, header: "Retry-After: 60"}
	late := fault{status: 503, header: "Retry-After: 60"}
	for _, row := range []struct {
		reason      string
		fault       fault
		interrupted bool // and not the context
		temporary   bool // the same request may succeed later
		want        string
	}{
		{"an interrupt while it was too early: nothing was done", early, true, false, "GET /api/atlas/v2/orgs: interrupted while it waited"},
		{"an interrupt after a fault: that is what is known", late, true, true, "GET /api/atlas/v2/orgs: 503 Service Unavailable"},
		{"the end of the run while it was too early", early, false, false, "GET /api/atlas/v2/orgs: context deadline exceeded"},
		{"the end of the run after a fault", late, false, true, "GET /api/atlas/v2/orgs: 503 Service Unavailable"},
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
				start, told := time.Now(), 0
				x := retrierOver(&flakyNetwork{faults: times(2, row.fault)}, func(Wait) { told++ }, interrupted)
				_, err := x.RoundTrip(newRequest(ctx, t, "GET"))
				var e *Error
				if !errors.As(err, &e) || e.Error() != row.want || e.Temporary() != row.temporary || time.Since(start) != time.Second {
					t.Errorf("got %v after %s, want %s, temporary %v", err, time.Since(start), row.want, row.temporary)
				}
				if _, err := x.RoundTrip(newRequest(ctx, t, "GET")); err == nil || time.Since(start) != time.Second || told != 1 {
					t.Errorf("after the end: got %v after %s, and told of %d waits", err, time.Since(start), told)
				}
			})
		})
	}
}

// TestWritesThatTheRunCutOff may have been done.
func TestWritesThatTheRunCutOff(t *testing.T) {
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
