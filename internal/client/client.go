// Package client speaks HTTP and JSON with the Atlas Administration API: credentials, versions, paging and limits.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// DefaultBaseURL is where Atlas is, unless it is Atlas for Government or a sandbox.
const DefaultBaseURL = "https://cloud.mongodb.com"

const (
	prefix       = "/api/atlas/v2"
	itemsPerPage = 500      // the most that Atlas gives at once
	maxAnswer    = 16 << 20 // bytes of one answer
)

// Config is what a client needs. Transport does the requests, without redirects, retries or credentials.
type Config struct {
	BaseURL    string
	Credential Credential
	Transport  http.RoundTripper
	UserAgent  string
	Waiting    func(Wait) // is told of waits; may be nil

	// Interrupted, if not nil, ends waits once it is closed. A request that is under way goes on.
	Interrupted <-chan struct{}
}

// Client talks to Atlas with one credential. It may be used by several goroutines at once.
type Client struct {
	base  string
	agent string
	http  http.RoundTripper
}

// New returns a client. Plain http is accepted for loopback addresses only.
func New(c Config) (*Client, error) {
	base, err := checkBaseURL(c.BaseURL)
	if err != nil {
		return nil, err
	}
	return &Client{base: base, agent: c.UserAgent, http: pipeline(c)}, nil
}

// pipeline lists what a request passes through, outermost first: it waits when Atlas says so, each try proves who we
// are, and none takes for ever.
func pipeline(c Config) http.RoundTripper {
	timed := &deadline{next: c.Transport}
	proven := &digest{next: timed, credential: c.Credential}
	return &throttle{next: proven, waiting: c.Waiting, interrupted: c.Interrupted}
}

func checkBaseURL(raw string) (string, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" ||
		(u.Scheme != "https" && u.Scheme != "http") {
		return "", fmt.Errorf("base URL %q is not of the form https://HOST", redact(raw))
	}
	if u.Scheme == "http" && !IsLoopback(u.Hostname()) {
		return "", fmt.Errorf("base URL %q sends credentials in the clear; use https", raw)
	}
	return strings.TrimRight(raw, "/"), nil
}

// IsLoopback tells whether a host is this very machine.
func IsLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// redact hides what stands before an @, which may be a password.
func redact(raw string) string {
	if i := strings.LastIndexByte(raw, '@'); i >= 0 {
		return "…" + raw[i:]
	}
	return raw
}

// Do sends in as JSON unless it is nil, and decodes the answer into out unless it is nil, numbers as [json.Number].
// The path starts behind the version prefix: /orgs/…. An answer that is no success is an [Error].
func (c *Client) Do(ctx context.Context, method, path string, in, out any) error {
	data, err := c.send(ctx, method, path, in)
	if err != nil || out == nil {
		return err
	}
	if err := decode(data, out); err != nil {
		return &Error{Method: method, Path: prefix + path, Status: http.StatusOK, Err: fmt.Errorf("the answer is not the expected JSON: %w", err)}
	}
	return nil
}

func (c *Client) send(ctx context.Context, method, path string, in any) ([]byte, error) {
	failed := func(err error) error { return &Error{Method: method, Path: prefix + path, Err: withoutAddresses(err)} }
	request, err := c.request(ctx, method, path, in)
	if err != nil {
		return nil, failed(err)
	}
	response, err := c.http.RoundTrip(request)
	if err != nil {
		return nil, failed(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err == nil && len(data) > maxAnswer {
		err = fmt.Errorf("answer is longer than %d bytes", maxAnswer)
	}
	if err != nil {
		return nil, failed(err)
	}
	if response.StatusCode/100 != 2 {
		return nil, newError(method, prefix+path, response.StatusCode, data)
	}
	return data, nil
}

func (c *Client) request(ctx context.Context, method, path string, in any) (*http.Request, error) {
	var body io.Reader
	if in != nil {
		data, err := json.Marshal(in)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(data)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.base+prefix+path, body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", mediaType(path))
	request.Header.Set("User-Agent", c.agent)
	if in != nil {
		request.Header.Set("Content-Type", mediaType(path))
	}
	return request, nil
}

// withoutAddresses takes our own address off an error of the network: it is another one each time.
func withoutAddresses(err error) error {
	var network *net.OpError
	if errors.As(err, &network) && network.Addr != nil {
		return fmt.Errorf("%s %s: %w", network.Op, network.Addr, network.Err)
	}
	return err
}

// decode takes null for nothing that Atlas would say.
func decode(data []byte, out any) error {
	if string(bytes.TrimSpace(data)) == "null" {
		return errors.New("null")
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	return decoder.Decode(out)
}

// All yields the results of a paged list, page by page. It ends after the first error.
func (c *Client) All(ctx context.Context, path string) iter.Seq2[map[string]any, error] {
	return func(yield func(map[string]any, error) bool) {
		for number := 1; ; number++ {
			p, err := c.page(ctx, pagePath(path, number))
			if err != nil {
				yield(nil, err)
				return
			}
			for _, result := range p.Results {
				if !yield(result, nil) {
					return
				}
			}
			if !p.hasNext() {
				return
			}
		}
	}
}

// page fetches a page. One without results, not even none, is no page: to take it for an empty list could have
// everything on it made again.
func (c *Client) page(ctx context.Context, path string) (p page, err error) {
	if err = c.Do(ctx, http.MethodGet, path, nil, &p); err == nil && p.Results == nil {
		err = &Error{Method: http.MethodGet, Path: prefix + path, Status: http.StatusOK, Err: errors.New("the answer is not a page of results")}
	}
	return p, err
}

func pagePath(path string, number int) string {
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	return path + separator + "itemsPerPage=" + strconv.Itoa(itemsPerPage) + "&pageNum=" + strconv.Itoa(number)
}

type page struct {
	Links []struct {
		Rel string `json:"rel"`
	} `json:"links"`
	Results []map[string]any `json:"results"`
}

// hasNext goes by the link to the next page, and by the size of this one where there are no links. The total that
// Atlas gives is an estimate. A page without results is the last in any case.
func (p page) hasNext() bool {
	if len(p.Results) == 0 || len(p.Links) == 0 {
		return len(p.Results) == itemsPerPage
	}
	for _, link := range p.Links {
		if link.Rel == "next" {
			return true
		}
	}
	return false
}
