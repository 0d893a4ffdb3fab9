package github

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"atlas-gitops/internal/github/githubtest"
)

// TestOddAnswers: answers of proxies, and others that GitHub does not send.
func TestOddAnswers(t *testing.T) {
	for _, row := range []struct {
		reason string
		answer func() *http.Response
		want   string
	}{
		{"a page of a proxy", func() *http.Response { return answer(200, "<html>Sign in</html>") }, "200: the answer does not have the form of GitHub's API: invalid character '<'"},
		{"an object instead of a list", func() *http.Response { return answer(200, `{"a":1}`) }, "200: the answer does not have the form of GitHub's API: json: cannot unmarshal object"},
		{"nothing", func() *http.Response { return answer(200, "") }, "200: the answer does not have the form of GitHub's API: unexpected end of JSON input"},
		{"null is no empty list, after which everything would be added again", func() *http.Response { return answer(200, " null\n") }, "200: the answer does not have the form of GitHub's API: null"},
		{"a refusal by a proxy", func() *http.Response { return answer(407, "<html>") }, "407: Proxy Authentication Required"},
		{"a refusal that says nothing", func() *http.Response { return answer(403, `{"message":""}`) }, "403: Forbidden"},
		{"what has no end", func() *http.Response {
			return &http.Response{StatusCode: 200, Body: io.NopCloser(io.LimitReader(spaces{}, 1<<40))}
		}, "200: the answer is longer than 32 MiB"},
	} {
		story(t, row.reason, func(s *inside) {
			s.client.Transport = answers(func(*http.Request) (*http.Response, error) { return row.answer(), nil })
			var list []comment
			_, err := s.client.do(s.Context(), "GET", "/x", nil, &list)
			if e := s.refusal(err); !strings.HasPrefix(e.Error(), "GitHub: GET /x: "+row.want) {
				s.Errorf("got %v", e)
			}
		})
	}
}

// spaces is an endless text of spaces.
type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// TestAnswersThatEndEarly: a read is sent again. A creation is not, because it is unknown whether it was carried out.
func TestAnswersThatEndEarly(t *testing.T) {
	for _, row := range []struct {
		reason, method string
		broken         int // number of answers that end early
		sent           int
	}{
		{"a read is sent again", "GET", 2, 3},
		{"a read fails after five answers", "GET", 9, 5},
		{"a creation is not sent again", "POST", 1, 1},
	} {
		story(t, row.reason, func(s *inside) {
			sent := 0
			s.client.Transport = answers(func(*http.Request) (*http.Response, error) {
				if sent++; sent > row.broken {
					return answer(200, "[]"), nil
				}
				body := io.MultiReader(strings.NewReader("[{"), iotest.ErrReader(io.ErrUnexpectedEOF))
				return &http.Response{StatusCode: 200, Body: io.NopCloser(body)}, nil
			})
			var list []comment
			_, err := s.client.do(s.Context(), row.method, "/x", nil, &list)
			if sent != row.sent || (err == nil) != (sent > row.broken) {
				s.Errorf("%d requests, %v", sent, err)
			}
			if err != nil {
				if e := s.refusal(err); !e.ambiguous() || e.Status != 0 || e.Message != "unexpected EOF" {
					s.Errorf("got %+v", e)
				}
			}
		})
	}
}

// TestSilence: a request without an answer is sent again, and then fails.
func TestSilence(t *testing.T) {
	bubble(t, func(s *inside) {
		s.client.Transport = answers(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		var err error
		d := took(func() { err = s.send("GET") })
		if e := s.refusal(err); d != 5*answerTimeout+15*time.Second || e.Status != 0 || strings.Contains(e.Message, api) {
			s.Errorf("got %v after %s", e, d)
		}
	})
}

// TestCancelled: a cancelled request does not wait, and sends nothing more.
func TestCancelled(t *testing.T) {
	bubble(t, func(s *inside) {
		ctx, cancel := context.WithCancel(s.Context())
		time.AfterFunc(2*time.Second, cancel)
		s.hub.Fail(githubtest.Fault{Method: "GET", Times: -1, Status: 500})
		var err error
		d := took(func() { _, err = s.client.do(ctx, "GET", "/user", nil, nil) })
		if e := s.refusal(err); d != 2*time.Second || e.Message != "context canceled" || len(s.hub.Log()) != 2 {
			s.Errorf("got %v after %s", e, d)
		}
		_, err = s.client.do(ctx, "POST", issuesPath, map[string]string{"title": "t"}, nil)
		if e := s.refusal(err); len(s.hub.Issues()) != 0 || e.Message != "context canceled" {
			s.Errorf("got %v and %d issues", e, len(s.hub.Issues()))
		}
	})
}

// TestRequests: the headers of every request. Only a request with a body has a Content-Type.
func TestRequests(t *testing.T) {
	bubble(t, func(s *inside) {
		var got http.Header
		s.client.Transport = answers(func(r *http.Request) (*http.Response, error) {
			got = r.Header
			return answer(204, ""), nil
		})
		want := map[string]string{"Authorization": "Bearer " + s.client.Token, "User-Agent": "test", "Accept": "application/vnd.github+json", "X-Github-Api-Version": "2022-11-28"}
		for method, contentType := range map[string]string{"GET": "", "PATCH": "application/json"} {
			s.must(s.send(method))
			for name, value := range want {
				if got.Get(name) != value {
					s.Errorf("%s: %s is %q", method, name, got.Get(name))
				}
			}
			if got.Get("Content-Type") != contentType {
				s.Errorf("%s: the type is %q", method, got.Get("Content-Type"))
			}
		}
	})
}

// TestInvalidToken: the error does not contain a token that cannot be sent.
func TestInvalidToken(t *testing.T) {
	s := &inside{t, nil, &Client{URL: "http://127.0.0.1:1", Token: "ghs_with\nend", UserAgent: "test", Transport: http.DefaultTransport}}
	_, err := s.client.do(t.Context(), "POST", "/x", nil, nil)
	if e := s.refusal(err); strings.Contains(e.Error(), "ghs_") || errors.Is(err, io.EOF) {
		t.Errorf("got %v", e)
	}
}
