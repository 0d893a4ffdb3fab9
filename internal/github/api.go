package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// Client uses GitHub's REST API, version 2022-11-28.
type Client struct {
	URL       string // of the API, without a slash at its end
	Token     string
	UserAgent string
	Transport http.RoundTripper
}

// Error is a refusal of GitHub's.
type Error struct {
	Method, Path string
	Status       int    // 0: there was no answer
	Message      string // what GitHub says, or what went wrong
	Limited      bool   // for now, because of its limits
}

func (e *Error) Error() string {
	if e.Status == 0 {
		return fmt.Sprintf("GitHub: %s %s: %s", e.Method, e.Path, e.Message)
	}
	return fmt.Sprintf("GitHub: %s %s: %d: %s", e.Method, e.Path, e.Status, e.Message)
}

// Forbidden tells whether the token may not do it. What a token may not even see does not exist.
func (e *Error) Forbidden() bool {
	return !e.Limited && (e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden || e.Status == http.StatusNotFound)
}

// lost tells whether it may have been done all the same.
func (e *Error) lost() bool { return e.Status == 0 || e.Status >= 500 }

const (
	maxRetries = 4
	maxWait    = time.Minute      // longer than that nobody waits for a comment
	maxAnswer  = 32 << 20         // bytes; a page of comments may have 100 times 65,536 characters
	patience   = 30 * time.Second // for one answer
	maxPages   = 1000

	maxRedirects = 5 // of one request
)

// do sends a request, and reads the answer into out, unless that is nil. The header is that of the answer.
func (c *Client) do(ctx context.Context, method, path string, in, out any) (http.Header, error) {
	request, err := c.request(ctx, method, path, in)
	if err != nil {
		return nil, err
	}
	response, data, err := c.send(request)
	failed := &Error{Method: method, Path: path}
	if err != nil {
		failed.Message = withoutURL(err)
		return nil, failed
	}
	failed.Status, failed.Limited = response.StatusCode, isLimit(response)
	switch {
	case len(data) > maxAnswer:
		failed.Message = fmt.Sprintf("the answer is longer than %d MiB", maxAnswer>>20)
		return nil, failed
	case response.StatusCode/100 != 2:
		failed.Message = message(response, data)
		failed.Limited = failed.Limited || response.StatusCode == http.StatusForbidden && strings.Contains(failed.Message, "rate limit")
		return nil, failed
	case out == nil:
		return response.Header, nil
	}
	if err := json.Unmarshal(data, out); err != nil {
		failed.Message = "that is not how GitHub answers: " + err.Error()
		return nil, failed
	}
	return response.Header, nil
}

func (c *Client) request(ctx context.Context, method, path string, in any) (*retryablehttp.Request, error) {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return nil, err
		}
	}
	request, err := retryablehttp.NewRequestWithContext(ctx, method, c.URL+path, body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/vnd.github+json")
	request.Header.Set("X-GitHub-Api-Version", "2022-11-28")
	request.Header.Set("User-Agent", c.UserAgent)
	request.Header.Set("Authorization", "Bearer "+c.Token)
	if in != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	return request, nil
}

// send sends a request and reads the answer, of which a part is none.
func (c *Client) send(request *retryablehttp.Request) (response *http.Response, data []byte, err error) {
	var of *http.Response // whose data it is
	read := func(r *http.Response) (err error) {
		defer r.Body.Close()
		of = r
		data, err = io.ReadAll(io.LimitReader(r.Body, maxAnswer+1))
		return err
	}
	request.SetResponseHandler(read) // which is left out if it would be sent again
	if response, err = c.patient(isRepeatable(request.Request)).Do(request); err == nil && of != response {
		err = read(response)
	}
	return response, data, err
}

// withoutURL is the error without the address that do names already.
func withoutURL(err error) string {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err.Error()
	}
	return err.Error()
}

// message is what GitHub says about a refusal.
func message(response *http.Response, data []byte) string {
	var said struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(data, &said) != nil || said.Message == "" {
		return http.StatusText(response.StatusCode)
	}
	return said.Message
}

// patient sends what can be sent again without harm until it is answered.
func (c *Client) patient(repeatable bool) *retryablehttp.Client {
	r := retryablehttp.NewClient()
	r.HTTPClient = &http.Client{Transport: c.Transport, Timeout: patience, CheckRedirect: c.mayFollow}
	r.Logger = nil
	r.RetryMax, r.RetryWaitMin, r.RetryWaitMax = maxRetries, time.Second, maxWait
	r.ErrorHandler = retryablehttp.PassthroughErrorHandler
	r.Backoff = func(least, most time.Duration, attempt int, response *http.Response) time.Duration {
		if asked, ok := asked(response); ok {
			return asked
		}
		return min(least<<attempt, most)
	}
	r.CheckRetry = func(_ context.Context, response *http.Response, err error) (bool, error) {
		return isWorthIt(repeatable, response, err), nil
	}
	return r
}

// mayFollow follows what stays the same request, to the same API: a repository that was renamed is elsewhere. A POST that
// became a GET would look as if it was done.
// See GitHub's "Best practices for using the REST API", "Follow redirects".
func (c *Client) mayFollow(r *http.Request, before []*http.Request) error {
	if r.Method != before[0].Method || !strings.HasPrefix(r.URL.String(), c.URL+"/") || len(before) > maxRedirects {
		return http.ErrUseLastResponse
	}
	return nil
}

// isRepeatable tells whether a request makes nothing new, however often it is done. We ask GraphQL questions alone.
func isRepeatable(r *http.Request) bool {
	return r.Method != http.MethodPost || strings.HasSuffix(r.URL.Path, graphQLPath)
}

// isWorthIt tells whether to send a request again. What was refused because of a limit was not done.
func isWorthIt(repeatable bool, response *http.Response, err error) bool {
	asked, _ := asked(response)
	switch {
	case asked > maxWait:
		return false
	case response != nil && isLimit(response):
		return true
	case !repeatable:
		return false
	}
	return err != nil || response.StatusCode >= 500 && response.StatusCode != http.StatusNotImplemented
}

// isLimit tells whether a refusal is about a limit, the primary or a secondary one.
// See GitHub's "Rate limits for the REST API".
func isLimit(r *http.Response) bool {
	return r.StatusCode == http.StatusTooManyRequests ||
		r.StatusCode == http.StatusForbidden && (r.Header.Get("Retry-After") != "" || r.Header.Get("X-RateLimit-Remaining") == "0")
}

// asked returns how long GitHub asks to wait. A limit that does not say takes a minute.
// See GitHub's "Rate limits for the REST API", "Exceeding the rate limit".
func asked(r *http.Response) (time.Duration, bool) {
	if r == nil {
		return 0, false
	}
	if seconds, err := strconv.ParseUint(r.Header.Get("Retry-After"), 10, 31); err == nil {
		return time.Duration(seconds) * time.Second, true
	}
	if !isLimit(r) {
		return 0, false
	}
	reset, err := strconv.ParseInt(r.Header.Get("X-RateLimit-Reset"), 10, 64)
	if err == nil && r.Header.Get("X-RateLimit-Remaining") == "0" {
		return max(time.Second, time.Until(time.Unix(reset, 0))), true
	}
	return time.Minute, true
}

var nextPage = regexp.MustCompile(`<([^<>]*)>; *rel="next"`)

// all reads a list, page by page.
func all[T any](ctx context.Context, c *Client, path string) (items []T, err error) {
	for range maxPages {
		var page []T
		header, err := c.do(ctx, http.MethodGet, path, nil, &page)
		if err != nil {
			return nil, err
		}
		items = append(items, page...)
		next := nextPage.FindStringSubmatch(header.Get("Link"))
		if next == nil {
			return items, nil
		}
		rest, ours := strings.CutPrefix(next[1], c.URL)
		if !ours || !strings.HasPrefix(rest, "/") { // the token is for nobody else, such as a host that begins so
			return nil, &Error{http.MethodGet, path, 0, "the next page is said to be at " + next[1], false}
		}
		path = rest
	}
	return nil, &Error{http.MethodGet, path, 0, fmt.Sprintf("there are more than %d pages", maxPages), false}
}
