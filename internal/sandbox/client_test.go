package sandbox

import (
	"bytes"
	"crypto/md5"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

const (
	prodID     = "5f1b0c0d0e0f0a0b0c0d0e01"
	stageID    = "5f1b0c0d0e0f0a0b0c0d0e02"
	billingID  = "5f1b0c0d0e0f0a0b0c0d0e04"
	researchID = "5f1b0c0d0e0f0a0b0c0d0e05"
	adaID      = "5f1b0c0d0e0f0a0b0c0d2001"
	alanID     = "5f1b0c0d0e0f0a0b0c0d2004" // id of the invitation
	v2023      = "application/vnd.atlas.2023-01-01+json"
	v2025      = "application/vnd.atlas.2025-02-19+json"
)

// network sends requests to a sandbox, without credentials.
type network struct {
	t    *testing.T
	rt   http.RoundTripper
	base string
}

// client sends requests to a sandbox with one credential: an API key, or the token if it is set.
type client struct {
	network
	s     *Server
	cred  Credential
	token string
}

// request is one request. An empty field means the usual value.
type request struct {
	method, path, body  string
	accept, contentType string
	form                bool // Basic authentication instead
}

// response is an answer. Its body is decoded if it is JSON.
type response struct {
	status int
	header http.Header
	raw    string
	body   any
}

func (r response) object() fields { o, _ := r.body.(fields); return o }
func (r response) code() string   { c, _ := r.object()["errorCode"].(string); return c }

// results returns the items of a page.
func (r response) results() []any { l, _ := r.object()["results"].([]any); return l }

// serve starts a sandbox with real HTTP.
func serve(t *testing.T, s *Server) *client {
	t.Helper()
	mirrored(t, s)
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return &client{network: network{t, server.Client().Transport, server.URL}, s: s}
}

// demo starts a demonstration sandbox for the credential called name.
func demo(t *testing.T, name string) *client {
	t.Helper()
	return serve(t, New(Demo())).as(name)
}

// direct calls the handler without a network, for bubbles of testing/synctest.
type direct struct{ s *Server }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	d.s.ServeHTTP(rec, r)
	return rec.Result(), nil
}

func demoDirect(t *testing.T, name string) *client {
	s := New(Demo())
	mirrored(t, s)
	return (&client{network: network{t, direct{s}, "http://sandbox"}, s: s}).as(name)
}

func (c *client) as(name string) *client {
	other := *c
	other.cred = c.s.Grant(name, "")
	return &other
}

// do sends a request in the usual version.
func (c *client) do(method, path, body string) response {
	c.t.Helper()
	return c.send(request{method: method, path: path, body: body})
}

// send uses a new nonce for each request.
func (c *client) send(q request) response {
	c.t.Helper()
	return c.roundTrip(c.signed(q))
}

// signed returns a request with the client's credentials.
func (c *client) signed(q request) *http.Request {
	c.t.Helper()
	r := c.build(q)
	switch {
	case q.form:
		r.SetBasicAuth(c.cred.ClientID, c.cred.ClientSecret)
	case c.token != "":
		r.Header.Set("Authorization", "Bearer "+c.token)
	default:
		r.Header.Set("Authorization", c.authorization(r, c.nonce(), 1))
	}
	return r
}

func (c *network) build(q request) *http.Request {
	c.t.Helper()
	r, err := http.NewRequest(q.method, c.base+q.path, strings.NewReader(q.body))
	if err != nil {
		c.t.Fatal(err)
	}
	accept, contentType := v2023, "application/json"
	if q.accept != "" {
		accept = q.accept
	}
	if q.contentType != "" {
		contentType = q.contentType
	}
	if accept != "none" {
		r.Header.Set("Accept", accept)
	}
	if q.body != "" && contentType != "none" {
		r.Header.Set("Content-Type", contentType)
	}
	return r
}

func (c *network) roundTrip(r *http.Request) response {
	c.t.Helper()
	out, err := c.try(r)
	if err != nil {
		c.t.Fatal(err)
	}
	return out
}

// try is roundTrip for an answer that may not come, or not completely.
func (c *network) try(r *http.Request) (response, error) {
	res, err := c.rt.RoundTrip(r)
	if err != nil {
		return response{}, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	out := response{status: res.StatusCode, header: res.Header, raw: string(raw)}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	_ = dec.Decode(&out.body)
	return out, err
}

var nonceOf = regexp.MustCompile(`nonce="([^"]{32})"`)

// nonce gets a nonce from a challenge.
func (c *network) nonce() string {
	c.t.Helper()
	res := c.roundTrip(c.build(request{method: "GET", path: v2}))
	m := nonceOf.FindStringSubmatch(res.header.Get("WWW-Authenticate"))
	if m == nil {
		c.t.Fatalf("no nonce in %q", res.header.Get("WWW-Authenticate"))
	}
	return m[1]
}

// authorization returns a Digest header as in RFC 7616.
func (c *client) authorization(r *http.Request, nonce string, nc int) string {
	return digestHeader(c.cred, r.Method, r.URL.RequestURI(), nonce, fmt.Sprintf("%08x", nc))
}

func digestHeader(cred Credential, method, uri, nonce, nc string) string {
	return digestWithQop(cred, method, uri, nonce, nc, "auth")
}

func digestWithQop(cred Credential, method, uri, nonce, nc, qop string) string {
	h := func(s string) string { return fmt.Sprintf("%x", md5.Sum([]byte(s))) }
	a1 := h(cred.PublicKey + ":MMS Public API:" + cred.PrivateKey)
	response := h(a1 + ":" + nonce + ":" + nc + ":0a4f113b:" + qop + ":" + h(method+":"+uri))
	return fmt.Sprintf(`Digest username="%s", realm="MMS Public API", nonce="%s", uri="%s", algorithm=MD5, qop=%s, nc=%s, cnonce="0a4f113b", response="%s"`,
		cred.PublicKey, nonce, uri, qop, nc, response)
}

// mint gets an access token.
func (c *client) mint() response {
	c.t.Helper()
	return c.send(request{method: "POST", path: tokenPath, form: true,
		body: url.Values{"grant_type": {"client_credentials"}}.Encode(), contentType: "application/x-www-form-urlencoded"})
}

// bearer returns a client with the service account of the same credential.
func (c *client) bearer() *client {
	c.t.Helper()
	other := *c
	other.token, _ = c.mint().object()["access_token"].(string)
	return &other
}

// change edits the fleet inside the server, not with a request.
func (c *client) change(edit func(*Fleet)) *client {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	edit(c.s.state.fleet)
	if m, ok := c.s.state.kept.(*mirror); ok {
		m.fleet = c.s.state.fleet.clone()
	}
	return c
}

// want fails the test unless r has the status and, for an error, the code.
func (r response) want(t *testing.T, status int, code string) response {
	t.Helper()
	if r.status != status || r.code() != code {
		t.Fatalf("got %d %s, want %d %s: %s", r.status, r.code(), status, code, r.raw)
	}
	return r
}

func parse(t *testing.T, text string) any {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func date(t *testing.T, v any) time.Time {
	t.Helper()
	s, _ := v.(string)
	at, err := time.Parse("2006-01-02T15:04:05Z", s)
	if err != nil {
		t.Fatalf("not a date in Atlas's form: %v", err)
	}
	return at
}
