package github

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"atlas-gitops/internal/github/githubtest"
)

const issuesPath = "/repos/acme/orgs/issues"

// send sends a request with that method to a path that accepts it.
func (s *inside) send(method string) error {
	path, in := map[string]string{"GET": "/user", "POST": issuesPath, "PATCH": issuesPath + "/1", "DELETE": issuesPath + "/comments/2"}[method], any(nil)
	if method == "POST" || method == "PATCH" {
		in = map[string]string{"title": "t"}
	}
	_, err := s.client.do(s.Context(), method, path, in, nil)
	return err
}

// ready adds an issue and a comment, which can be read, changed and deleted.
func (s *inside) ready() {
	s.hub.IsApp = false
	s.hub.AddIssue(githubtest.Text{User: s.hub.Login, Title: "one", State: "open"})
	s.hub.AddComment(5, s.hub.Login, "two")
}

// resetIn returns the headers of the primary limit, with the remaining requests and the time until the reset.
func resetIn(remaining string, d time.Duration) http.Header {
	return headers("X-RateLimit-Remaining", remaining, "X-RateLimit-Reset", strconv.FormatInt(time.Now().Add(d).Unix(), 10))
}

// TestLimits: a request that was refused because of a limit was not carried out. So every request is sent again after
// the time that GitHub says, if that is at most a minute.
func TestLimits(t *testing.T) {
	for _, row := range []struct {
		reason string
		status int
		header func() http.Header
		wait   time.Duration // 0: fails at once
	}{
		{"Retry-After", 429, func() http.Header { return headers("Retry-After", "7") }, 7 * time.Second},
		{"a secondary limit with status 403", 403, func() http.Header { return headers("Retry-After", "60") }, time.Minute},
		{"the primary limit, with its reset time", 403, func() http.Header { return resetIn("0", 20*time.Second) }, 20 * time.Second},
		{"the primary limit with status 429", 429, func() http.Header { return resetIn("0", 30*time.Second) }, 30 * time.Second},
		{"a reset time in the past, because clocks differ", 403, func() http.Header { return resetIn("0", -5*time.Second) }, time.Second},
		{"a secondary limit ignores the reset time of the primary limit", 429, func() http.Header { return resetIn("4000", time.Hour) }, time.Minute},
		{"no time: wait a minute, because GitHub may ban the client", 429, func() http.Header { return nil }, time.Minute},
		{"an invalid Retry-After counts as none", 429, func() http.Header { return headers("Retry-After", "-5") }, time.Minute},
		{"a Retry-After that is too large counts as none", 429, func() http.Header { return headers("Retry-After", "9223372036854775807") }, time.Minute},
		{"a wait of over a minute fails at once", 429, func() http.Header { return headers("Retry-After", "61") }, 0},
		{"a primary limit of over a minute fails at once", 403, func() http.Header { return resetIn("0", time.Hour) }, 0},
	} {
		for _, method := range []string{"GET", "POST", "PATCH", "DELETE"} {
			t.Run(row.reason+"/"+method, func(t *testing.T) {
				bubble(t, func(s *inside) { s.limit(method, row.status, row.header(), row.wait) })
			})
		}
	}
}

// limit sends a request that is refused once because of a limit.
func (s *inside) limit(method string, status int, header http.Header, wait time.Duration) {
	s.ready()
	s.hub.Fail(githubtest.Fault{Method: method, Times: 1, Status: status, Header: header, Message: "API rate limit exceeded"})
	var err error
	if d := took(func() { err = s.send(method) }); d != wait {
		s.Errorf("took %s, want %s", d, wait)
	}
	if wait > 0 {
		s.must(err)
		return
	}
	if e := s.refusal(err); !e.Limited || e.Forbidden() || e.ambiguous() || e.Status != status || e.Message != "API rate limit exceeded" || len(s.hub.Log()) != 1 {
		s.Errorf("got %+v", e)
	}
}

// TestPermanentLimit: the client gives up after five requests.
func TestPermanentLimit(t *testing.T) {
	bubble(t, func(s *inside) {
		s.hub.Fail(githubtest.Fault{Method: "POST", Times: -1, Status: 429, Header: headers("Retry-After", "3"), Message: "slower"})
		var err error
		d := took(func() { err = s.send("POST") })
		if e := s.refusal(err); !e.Limited || e.Message != "slower" || d != 12*time.Second || len(s.hub.Log()) != 5 {
			s.Errorf("got %+v after %s", e, d)
		}
	})
}

// TestRefusals: the headers and the message say what a 403 means.
func TestRefusals(t *testing.T) {
	for _, row := range []struct {
		reason  string
		fault   githubtest.Fault
		want    string
		limited bool
		denied  bool
	}{
		{"a token without permission", githubtest.Fault{Status: 403, Message: "Resource not accessible by integration"}, "403: Resource not accessible by integration", false, true},
		{"a 403 with requests left is not a limit", githubtest.Fault{Status: 403, Header: headers("X-RateLimit-Remaining", "4999"), Message: "no"}, "403: no", false, true},
		{"a secondary limit that only the message names", githubtest.Fault{Status: 403, Message: "You have exceeded a secondary rate limit."},
			"403: You have exceeded a secondary rate limit", true, false},
		{"an invalid token", githubtest.Fault{Status: 401, Message: "Bad credentials"}, "401: Bad credentials", false, true},
		{"an object that the token may not see", githubtest.Fault{Status: 404, Message: "Not Found"}, "404: Not Found", false, true},
		{"a validation error is not about permissions", githubtest.Fault{Status: 422, Message: "Validation Failed"}, "422: Validation Failed", false, false},
		{"a message that mentions a limit is not a limit", githubtest.Fault{Status: 422, Message: "title: rate limit is no title"}, "422: title: rate limit is no title", false, false},
		{"a locked conversation is not about the token", githubtest.Fault{Status: 403, Message: "Unable to create comment because issue is locked."},
			"403: Unable to create comment because issue is locked", false, false},
		{"410 is not about permissions", githubtest.Fault{Status: 410, Message: "Issues are disabled for this repo"}, "410: Issues are disabled for this repo", false, false},
		{"without a message, the error contains the status", githubtest.Fault{Status: 403}, "403: Forbidden", false, true},
	} {
		story(t, row.reason, func(s *inside) {
			row.fault.Method, row.fault.Times = "POST", 1
			s.hub.Fail(row.fault)
			var err error
			d := took(func() { err = s.send("POST") })
			e := s.refusal(err)
			if want := "GitHub: POST " + issuesPath + ": " + row.want; d > 0 || e.Error() != want || e.Limited != row.limited || e.Forbidden() != row.denied || e.ambiguous() {
				s.Errorf("got %+v after %s, want %q", e, d, want)
			}
		})
	}
}

// TestServerErrors: a request that can be repeated is sent again; a creation is not.
func TestServerErrors(t *testing.T) {
	for _, row := range []struct {
		reason string
		method string
		fault  githubtest.Fault
		took   time.Duration
		sent   int
		want   string // start of the error; "" for none
	}{
		{"a read succeeds after two errors", "GET", githubtest.Fault{Times: 2, Status: 502}, 3 * time.Second, 3, ""},
		{"a read fails after five errors", "GET", githubtest.Fault{Times: -1, Status: 500, Message: "Server Error"}, 15 * time.Second, 5, "500: Server Error"},
		{"a broken connection", "GET", githubtest.Fault{Times: 4}, 15 * time.Second, 5, ""},
		{"only broken connections", "GET", githubtest.Fault{Times: -1}, 15 * time.Second, 5, "connection reset by peer"},
		{"a change is sent again, because it can be repeated", "PATCH", githubtest.Fault{Times: 1, Status: 500, After: true}, time.Second, 2, ""},
		{"a change is sent again after a broken connection", "PATCH", githubtest.Fault{Times: 1, After: true}, time.Second, 2, ""},
		{"a deletion is sent again after a broken connection", "DELETE", githubtest.Fault{Times: 1}, time.Second, 2, ""},
		{"501 is not repeated", "GET", githubtest.Fault{Times: -1, Status: 501}, 0, 1, "501: Not Implemented"},
		{"a 503 with Retry-After", "GET", githubtest.Fault{Times: 1, Status: 503, Header: headers("Retry-After", "9")}, 9 * time.Second, 2, ""},
		{"a 503 with a Retry-After that is too long", "GET", githubtest.Fault{Times: 1, Status: 503, Header: headers("Retry-After", "3600"), Message: "later"}, 0, 1, "503: later"},
		{"a creation is not sent again, because it could create two", "POST", githubtest.Fault{Times: 1, Status: 502, After: true}, 0, 1, "502: Bad Gateway"},
		{"a creation is not sent again after a 503", "POST", githubtest.Fault{Times: 1, Status: 503, Header: headers("Retry-After", "9")}, 0, 1, "503: Service Unavailable"},
		{"a creation is not sent again after a broken connection", "POST", githubtest.Fault{Times: 1}, 0, 1, "connection reset by peer"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			bubble(t, func(s *inside) {
				s.ready()
				row.fault.Method = row.method
				s.hub.Fail(row.fault)
				var err error
				d := took(func() { err = s.send(row.method) })
				if sent := len(s.hub.Log()); d != row.took || sent != row.sent {
					s.Errorf("took %s and %d requests, want %s and %d", d, sent, row.took, row.sent)
				}
				s.trouble(row.method, row.want, err)
			})
		})
	}
}

// trouble checks the error for a server that fails: it is unknown whether the request was carried out.
func (s *inside) trouble(method, want string, err error) {
	s.Helper()
	if want == "" {
		s.must(err)
		return
	}
	path := map[string]string{"GET": "/user", "POST": issuesPath}[method]
	if e := s.refusal(err); e.Error() != fmt.Sprintf("GitHub: %s %s: %s", method, path, want) || !e.ambiguous() || e.Limited || e.Forbidden() {
		s.Errorf("got %+v, want %q", e, want)
	}
}
