package github

import (
	"bytes"
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

	account string // the login of the token; "" until it was asked for
}

// Error is an error of a request to GitHub.
type Error struct {
	Method, Path string
	Status       int    // 0: there was no answer
	Message      string // what GitHub says, or what went wrong
	Limited      bool   // GitHub refused it because of a rate limit
}

func (e *Error) Error() string {
	if e.Status == 0 {
		return fmt.Sprintf("GitHub: %s %s: %s", e.Method, e.Path, e.Message)
	}
	return fmt.Sprintf("GitHub: %s %s: %d: %s", e.Method, e.Path, e.Status, e.Message)
}

// Forbidden reports whether the token has no permission. GitHub answers 404 if the token must not even see the object.
func (e *Error) Forbidden() bool {
	return !e.Limited && !e.Locked() && (e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden || e.Status == http.StatusNotFound)
}

// Locked reports whether the conversation is locked, so that nobody without write access may comment. GitHub says so only in its message:
// "Unable to create comment because issue is locked."
func (e *Error) Locked() bool {
	return e.Status == http.StatusForbidden && strings.Contains(e.Message, "is locked")
}

// ambiguous reports whether GitHub may have carried out the request although it failed.
func (e *Error) ambiguous() bool { return e.Status == 0 || e.Status >= 500 }

const (
	maxRetries    = 4
	maxWait       = time.Minute      // a request does not wait longer
	maxAnswer     = 32 << 20         // bytes; a page of comments may have 100 times 65,536 characters
	answerTimeout = 30 * time.Second // for one answer
	maxPages      = 1000

	maxRedirects = 5 // of one request
)

// do sends a request, and reads the answer into out, unless that is nil. It returns the header of the answer.
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
	if err := decode(data, out); err != nil {
		failed.Message = "the answer does not have the form of GitHub's API: " + err.Error()
		return nil, failed
	}
	return response.Header, nil
}

// decode refuses null, which GitHub never answers. Package json would decode it as an empty list.
func decode(data []byte, out any) error {
	if string(bytes.TrimSpace(data)) == "null" {
		return errors.New("null")
	}
	return json.Unmarshal(data, out)
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

// send sends a request and reads the whole answer. An answer that ends early is an error.
func (c *Client) send(request *retryablehttp.Request) (response *http.Response, data []byte, err error) {
	var of *http.Response // whose data it is
	read := func(r *http.Response) (err error) {
		defer r.Body.Close()
		of = r
		data, err = io.ReadAll(io.LimitReader(r.Body, maxAnswer+1))
		return err
	}
	request.SetResponseHandler(read) // go-retryablehttp skips it if it would send the request again
	if response, err = c.retryClient(isRepeatable(request.Request)).Do(request); err == nil && of != response {
		err = read(response)
	}
	return response, data, err
}

// withoutURL returns the error without the URL, because do adds the path.
func withoutURL(err error) string {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err.Error()
	}
	return err.Error()
}

// message returns GitHub's reason for a refusal, without a full stop.
func message(response *http.Response, data []byte) string {
	var said struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(data, &said) != nil || said.Message == "" {
		return http.StatusText(response.StatusCode)
	}
	return strings.TrimRight(said.Message, ".") // more follows in our messages
}

// retryClient returns a client that repeats a request, if that can help and does no harm.
func (c *Client) retryClient(repeatable bool) *retryablehttp.Client {
	r := retryablehttp.NewClient()
	r.HTTPClient = &http.Client{Transport: c.Transport, Timeout: answerTimeout, CheckRedirect: c.checkRedirect}
	r.Logger = nil
	r.RetryMax, r.RetryWaitMin, r.RetryWaitMax = maxRetries, time.Second, maxWait
	r.ErrorHandler = retryablehttp.PassthroughErrorHandler
	r.Backoff = func(least, most time.Duration, attempt int, response *http.Response) time.Duration {
		if asked, ok := retryAfter(response); ok {
			return asked
		}
		return min(least<<attempt, most)
	}
	r.CheckRetry = func(_ context.Context, response *http.Response, err error) (bool, error) {
		return shouldRetry(repeatable, response, err), nil
	}
	return r
}

// checkRedirect follows a redirect that keeps the method and leads to the same API, for example after a repository was
// renamed. If a POST became a GET, it would look like a success, but nothing would be done. See GitHub's "Best
// practices for using the REST API", "Follow redirects".
func (c *Client) checkRedirect(r *http.Request, before []*http.Request) error {
	if r.Method != before[0].Method || !strings.HasPrefix(r.URL.String(), c.URL+"/") || len(before) > maxRedirects {
		return http.ErrUseLastResponse
	}
	return nil
}

// isRepeatable reports whether a request may be sent several times with the same effect. Our GraphQL requests only read.
func isRepeatable(r *http.Request) bool {
	return r.Method != http.MethodPost || strings.HasSuffix(r.URL.Path, graphQLPath)
}

// shouldRetry reports whether to send a request again. A request that GitHub refused because of a limit was not carried
// out, so it can always be repeated.
func shouldRetry(repeatable bool, response *http.Response, err error) bool {
	asked, _ := retryAfter(response)
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

// isLimit reports whether a refusal is about the primary or a secondary rate limit. See GitHub's "Rate limits for the
// REST API".
func isLimit(r *http.Response) bool {
	return r.StatusCode == http.StatusTooManyRequests ||
		r.StatusCode == http.StatusForbidden && (r.Header.Get("Retry-After") != "" || r.Header.Get("X-RateLimit-Remaining") == "0")
}

// retryAfter returns how long GitHub asks to wait. The default for a limit is a minute. See GitHub's "Rate limits for
// the REST API", "Exceeding the rate limit".
func retryAfter(r *http.Response) (time.Duration, bool) {
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

// all reads all pages of a list, as its links say. If a page fails, the result is an error and no list.
func all[T any](ctx context.Context, c *Client, path string) (items []T, err error) {
	items, next, err := firstPages[T](ctx, c, path, maxPages)
	if err == nil && next != "" {
		return nil, &Error{http.MethodGet, next, 0, fmt.Sprintf("the list has more than %d pages", maxPages), false}
	}
	return items, err
}

// firstPages reads at most that many pages of a list, and returns the path of the next page: "" if there is none.
func firstPages[T any](ctx context.Context, c *Client, path string, pages int) (items []T, next string, err error) {
	for range pages {
		var page []T
		header, err := c.do(ctx, http.MethodGet, path, nil, &page)
		if err != nil {
			return nil, "", err
		}
		items = append(items, page...)
		link := nextPage.FindStringSubmatch(header.Get("Link"))
		if link == nil {
			return items, "", nil
		}
		rest, ours := strings.CutPrefix(link[1], c.URL)
		if !ours || !strings.HasPrefix(rest, "/") { // the token must go to no other host, such as one whose name begins the same
			return nil, "", &Error{http.MethodGet, path, 0, "the link to the next page does not lead to the same API: " + link[1], false}
		}
		path = rest
	}
	return items, path, nil
}
