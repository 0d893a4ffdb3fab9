// Package client speaks HTTP and JSON with the Atlas Administration API: credentials, versions, paging, limits and retries.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	stdpath "path"
	"strings"
	"sync"

	"atlas-gitops/internal/client/paths"
)

// The base URLs of Atlas and of Atlas for Government [doc government].
const (
	DefaultBaseURL = "https://cloud.mongodb.com"
	governmentURL  = "https://cloud.mongodbgov.com"
)

// ServiceURL returns the base URL of a service. The names, cloud and cloudgov, are those of the Atlas CLI and the Terraform
// provider. "" means cloud.
func ServiceURL(name string) (string, error) {
	switch name {
	case "", "cloud":
		return DefaultBaseURL, nil
	case "cloudgov":
		return governmentURL, nil
	}
	return "", fmt.Errorf("%q is not a service of Atlas; set it to cloud or cloudgov", name)
}

// prefix is the start of every path of the Administration API.
const prefix = "/api/atlas/v2"

// Config is what a client needs. Transport sends a request once. It follows no redirect.
type Config struct {
	BaseURL    string
	Credential Credential
	Transport  http.RoundTripper
	UserAgent  string
	ReadOnly   bool               // refuse every request that could change an organization
	Limits     *Limits            // shared by the clients of a run; nil: the client has its own
	Waiting    Waiting            // may be nil
	Notice     func(InexactTotal) // called for each list whose length differs from its total; may be nil
	Trace      func(Exchange)     // called when a request has ended; may be nil

	// Interrupted, if not nil, ends all waits when it is closed. A request that was already sent continues.
	Interrupted <-chan struct{}
}

// Waiting is called when a request begins to wait, with the context of the request. over is called when the wait ends.
type Waiting func(context.Context, Wait) (over func())

// Client talks to Atlas with one credential. Several goroutines may use it at once. The caller must close it.
type Client struct {
	base     string
	requests *retrier
	login    login
	limits   *Limits
	notice   func(InexactTotal) // may be nil
}

// New returns a client. It accepts plain http only for loopback addresses.
func New(c Config) (*Client, error) {
	base, err := CheckBaseURL(c.BaseURL)
	if err != nil {
		return nil, err
	}
	if c.Limits == nil {
		c.Limits = NewLimits()
	}
	client := &Client{base: base, limits: c.Limits, notice: c.Notice}
	client.requests, client.login = pipeline(c, base)
	return client, nil
}

// pipeline builds the stages that a request passes, outermost first: retrier, rateLimiter, login, inFlight, requestTimeout, and
// readOnly in a run that only reads. A request for the token of a service account passes the same stages, but not rateLimiter and login.
func pipeline(c Config, base string) (*retrier, login) {
	w := waiter{notify: c.Waiting, interrupted: c.Interrupted}
	bottom := c.Transport
	if c.ReadOnly {
		bottom = readOnly{bottom, base}
	}
	sent := inFlight{requestTimeout{bottom}, c.Limits.slots}
	var login login = &digest{next: sent, credential: c.Credential}
	if c.Credential.IsServiceAccount() {
		tokens := &retrier{next: sent, agent: c.UserAgent, variables: c.Credential.Variables, waiter: w, trace: c.Trace}
		login = newBearer(sent, tokens, c.Credential, base)
	}
	limited := &rateLimiter{next: login, limits: c.Limits, credential: c.Credential.ID, waiter: w}
	return &retrier{next: limited, agent: c.UserAgent, variables: c.Credential.Variables, waiter: w, trace: c.Trace}, login
}

// Close revokes the tokens of a service account. It does nothing for an API key.
func (c *Client) Close(ctx context.Context) error { return c.login.close(ctx) }

// CheckBaseURL returns a base URL in its canonical form, without a slash at its end.
func CheckBaseURL(raw string) (string, error) {
	raw = strings.TrimSpace(raw) // pasted text often ends with a line break
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || u.User != nil || strings.ContainsAny(raw, "?#") || (u.Scheme != "https" && u.Scheme != "http") {
		return "", fmt.Errorf("base URL %q is not valid; write it as https://HOST", redactURL(raw))
	}
	if u.Scheme == "http" && !IsLoopback(u.Hostname()) {
		return "", fmt.Errorf("base URL %q sends credentials in the clear; use https", raw)
	}
	plain := url.URL{Scheme: u.Scheme, Host: strings.ToLower(u.Host), Path: strings.TrimRight(u.Path, "/")}
	return plain.String(), nil
}

// IsLoopback reports whether the host is this machine.
func IsLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// redactURL hides the parts of a URL that may hold a secret: a password before an @, and a token after a question mark or a number
// sign.
func redactURL(raw string) string {
	if i := strings.LastIndexByte(raw, '@'); i >= 0 {
		raw = "…" + raw[i:]
	}
	if i := strings.IndexAny(raw, "?#"); i >= 0 {
		raw = raw[:i+1] + "…"
	}
	return raw
}

// Do sends in as JSON unless it is nil, and decodes the answer into out unless it is nil, with numbers as [json.Number]. The
// path starts after the version prefix: /orgs/…. Each error is an [Error].
func (c *Client) Do(ctx context.Context, method, path string, in, out any) error {
	request, err := c.request(ctx, method, path, in)
	if err != nil {
		return &Error{Method: method, Path: prefix + path, Err: err}
	}
	response, err := c.requests.RoundTrip(request)
	if err != nil || out == nil {
		return err
	}
	if err := decode(contents(response), out); err != nil {
		e := &Error{Method: method, Path: request.URL.Path, Status: response.StatusCode,
			Err: fmt.Errorf("the answer does not have the documented form: %w", err)}
		if mayChange(request) {
			e.Retry = Ambiguous // Atlas accepted it
		}
		return e
	}
	return nil
}

func (c *Client) request(ctx context.Context, method, path string, in any) (*http.Request, error) {
	if plain, _, _ := strings.Cut(path, "?"); stdpath.Clean(plain) != plain {
		return nil, errors.New("a name or an id would change the path of the request, so it was not sent")
	}
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
	request.Header.Set("Accept", paths.MediaType(path))
	if in != nil {
		request.Header.Set("Content-Type", paths.MediaType(path))
	}
	return request, nil
}

// decode decodes JSON into out. It refuses null: Atlas never answers with null.
func decode(data []byte, out any) error {
	if string(bytes.TrimSpace(data)) == "null" {
		return errors.New("null")
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	return decoder.Decode(out)
}

// CloseAll closes the clients at the same time and returns their errors joined.
func CloseAll(ctx context.Context, clients []*Client) error {
	errs := make([]error, len(clients))
	var wg sync.WaitGroup
	for i, c := range clients {
		wg.Go(func() { errs[i] = c.Close(ctx) })
	}
	wg.Wait()
	return errors.Join(errs...)
}
