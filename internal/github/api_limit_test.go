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

// send does a request of that method to what it may be sent to.
func (s *inside) send(method string) error {
	path, in := map[string]string{"GET": "/user", "POST": issuesPath, "PATCH": issuesPath + "/1", "DELETE": issuesPath + "/comments/2"}[method], any(nil)
	if method == "POST" || method == "PATCH" {
		in = map[string]string{"title": "t"}
	}
	_, err := s.client.do(s.Context(), method, path, in, nil)
	return err
}

// ready has what can be read, changed and deleted.
func (s *inside) ready() {
	s.hub.IsApp = false
	s.hub.AddIssue(githubtest.Text{User: s.hub.Login, Title: "one", State: "open"})
	s.hub.AddComment(5, s.hub.Login, "two")
}

// resetIn is the header of the primary limit, with so much left until then.
func resetIn(remaining string, d time.Duration) http.Header {
	return headers("X-RateLimit-Remaining", remaining, "X-RateLimit-Reset", strconv.FormatInt(time.Now().Add(d).Unix(), 10))
}

// TestLimits: what was refused because of a limit was not done, so that everything is sent again when GitHub lets it, if
// that is within a minute.
func TestLimits(t *testing.T) {
	for _, row := range []struct {
		reason string
		status int
		header func() http.Header
		wait   time.Duration // 0: it is given up at once
	}{
		{"GitHub says when", 429, func() http.Header { return headers("Retry-After", "7") }, 7 * time.Second},
		{"a secondary limit may be a 403", 403, func() http.Header { return headers("Retry-After", "60") }, time.Minute},
		{"the primary limit ends at a time", 403, func() http.Header { return resetIn("0", 20*time.Second) }, 20 * time.Second},
		{"the primary limit may be a 429", 429, func() http.Header { return resetIn("0", 30*time.Second) }, 30 * time.Second},
		{"its end may be past, by clocks that differ", 403, func() http.Header { return resetIn("0", -5*time.Second) }, time.Second},
		{"a secondary limit has nothing to do with the end of the primary one", 429, func() http.Header { return resetIn("4000", time.Hour) }, time.Minute},
		{"a limit that says nothing takes a minute, else GitHub may ban us", 429, func() http.Header { return nil }, time.Minute},
		{"what is no number says nothing", 429, func() http.Header { return headers("Retry-After", "-5") }, time.Minute},
		{"a number beyond all sense says nothing", 429, func() http.Header { return headers("Retry-After", "9223372036854775807") }, time.Minute},
		{"longer than a minute nobody waits", 429, func() http.Header { return headers("Retry-After", "61") }, 0},
		{"nor for the primary limit", 403, func() http.Header { return resetIn("0", time.Hour) }, 0},
	} {
		for _, method := range []string{"GET", "POST", "PATCH", "DELETE"} {
			t.Run(row.reason+"/"+method, func(t *testing.T) {
				bubble(t, func(s *inside) { s.limit(method, row.status, row.header(), row.wait) })
			})
		}
	}
}

// limit meets a limit once.
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

// TestLimitsThatStay: five times are enough.
func TestLimitsThatStay(t *testing.T) {
	bubble(t, func(s *inside) {
		s.hub.Fail(githubtest.Fault{Method: "POST", Times: -1, Status: 429, Header: headers("Retry-After", "3"), Message: "slower"})
		var err error
		d := took(func() { err = s.send("POST") })
		if e := s.refusal(err); !e.Limited || e.Message != "slower" || d != 12*time.Second || len(s.hub.Log()) != 5 {
			s.Errorf("got %+v after %s", e, d)
		}
	})
}

// TestRefusals: what a 403 means is in its headers, and in what GitHub says.
func TestRefusals(t *testing.T) {
	for _, row := range []struct {
		reason  string
		fault   githubtest.Fault
		want    string
		limited bool
		denied  bool
	}{
		{"a token that may not", githubtest.Fault{Status: 403, Message: "Resource not accessible by integration"}, "403: Resource not accessible by integration", false, true},
		{"with much left of the limit", githubtest.Fault{Status: 403, Header: headers("X-RateLimit-Remaining", "4999"), Message: "no"}, "403: no", false, true},
		{"a secondary limit may only say so", githubtest.Fault{Status: 403, Message: "You have exceeded a secondary rate limit."},
			"403: You have exceeded a secondary rate limit", true, false},
		{"a token that is none", githubtest.Fault{Status: 401, Message: "Bad credentials"}, "401: Bad credentials", false, true},
		{"what a token may not see does not exist", githubtest.Fault{Status: 404, Message: "Not Found"}, "404: Not Found", false, true},
		{"what GitHub does not take is no matter of permissions", githubtest.Fault{Status: 422, Message: "Validation Failed"}, "422: Validation Failed", false, false},
		{"what names a limit need not be one", githubtest.Fault{Status: 422, Message: "title: rate limit is no title"}, "422: title: rate limit is no title", false, false},
		{"nor is what is over", githubtest.Fault{Status: 410, Message: "Issues are disabled for this repo"}, "410: Issues are disabled for this repo", false, false},
		{"who says nothing is quoted by the status", githubtest.Fault{Status: 403}, "403: Forbidden", false, true},
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

// TestTroubleOfTheServer: what can be done twice is sent again, and what makes something new is not.
func TestTroubleOfTheServer(t *testing.T) {
	for _, row := range []struct {
		reason string
		method string
		fault  githubtest.Fault
		took   time.Duration
		sent   int
		want   string // what the error says; "" if there is none
	}{
		{"reads come through", "GET", githubtest.Fault{Times: 2, Status: 502}, 3 * time.Second, 3, ""},
		{"and are given up", "GET", githubtest.Fault{Times: -1, Status: 500, Message: "Server Error"}, 15 * time.Second, 5, "500: Server Error"},
		{"a broken connection", "GET", githubtest.Fault{Times: 4}, 15 * time.Second, 5, ""},
		{"all of them broken", "GET", githubtest.Fault{Times: -1}, 15 * time.Second, 5, "connection reset by peer"},
		{"to change twice is to change", "PATCH", githubtest.Fault{Times: 1, Status: 500, After: true}, time.Second, 2, ""},
		{"to change once more after the connection broke", "PATCH", githubtest.Fault{Times: 1, After: true}, time.Second, 2, ""},
		{"to delete what was not deleted", "DELETE", githubtest.Fault{Times: 1}, time.Second, 2, ""},
		{"what is not there will not be", "GET", githubtest.Fault{Times: -1, Status: 501}, 0, 1, "501: Not Implemented"},
		{"a server that says when", "GET", githubtest.Fault{Times: 1, Status: 503, Header: headers("Retry-After", "9")}, 9 * time.Second, 2, ""},
		{"or that it will not be soon", "GET", githubtest.Fault{Times: 1, Status: 503, Header: headers("Retry-After", "3600"), Message: "later"}, 0, 1, "503: later"},
		{"to add twice would be two", "POST", githubtest.Fault{Times: 1, Status: 502, After: true}, 0, 1, "502: Bad Gateway"},
		{"whatever the server says", "POST", githubtest.Fault{Times: 1, Status: 503, Header: headers("Retry-After", "9")}, 0, 1, "503: Service Unavailable"},
		{"nor is it known after the connection broke", "POST", githubtest.Fault{Times: 1}, 0, 1, "connection reset by peer"},
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

// trouble checks what is said of a server that fails: nobody knows what it has done.
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
