package sandbox

import (
	"crypto/rand"
	"crypto/subtle"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	maxTokens  = 100 // live tokens of one service account [doc limits]
	maxMints   = 50  // token requests a minute [doc service-accounts]
	tokenPath  = "/api/oauth/token"
	revokePath = "/api/oauth/revoke"
)

// accessToken is a token that the sandbox has issued.
type accessToken struct {
	clientID string
	expires  time.Time
}

type liveTokens map[string]accessToken

func (t liveTokens) prune(now time.Time) {
	maps.DeleteFunc(t, func(_ string, a accessToken) bool { return !now.Before(a.expires) })
}

func (t liveTokens) count(clientID string) (n int) {
	for _, a := range t {
		if a.clientID == clientID {
			n++
		}
	}
	return n
}

// tokens issues access tokens to service accounts, and authenticates callers with a token.
type tokens struct {
	live     liveTokens
	requests windows // by IP address and client
	state    *state
	behavior *Behavior
}

// authenticate finds the service account of an access token. Assumed: a bad token gets the 401 of a wrong API key, with
// the challenge of RFC 6750.
func (t *tokens) authenticate(c *call, value string) error {
	token, ok := t.live[value]
	cred := t.state.fleet.credentialOfClient(token.clientID)
	if !ok || !c.now.Before(token.expires) || cred == nil {
		f := unauthorized()
		f.header["Www-Authenticate"] = []string{`Bearer error="invalid_token"`}
		return f
	}
	c.caller, c.actor = cred, cred.ClientID
	return nil
}

// forget ends the token of a request early.
func (t *tokens) forget(r *http.Request) {
	_, value := authorization(r)
	delete(t.live, value)
}

func (t *tokens) route(mux *http.ServeMux) {
	for path, handle := range map[string]func(form url.Values, cred *Credential, w http.ResponseWriter){
		tokenPath:  t.mint,
		revokePath: t.revoke,
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodPost {
				w.Header().Set("Allow", http.MethodPost)
				oauthError(w, http.StatusMethodNotAllowed, "invalid_request", "Only POST is allowed here.")
				return
			}
			if form, cred, ok := t.check(w, r); ok {
				handle(form, cred, w)
			}
		})
	}
}

// check does the checks of both endpoints: the limit, the client's secret, and the form. If ok is false, it has written
// the answer.
func (t *tokens) check(w http.ResponseWriter, r *http.Request) (form url.Values, cred *Credential, ok bool) {
	cred = t.client(r)
	if r.URL.Path == tokenPath && !t.requests.allow(mintKey(r, cred), maxMints, time.Now()) {
		writeFailure(w, tooManyRequests(tokenPath))
		return nil, nil, false
	}
	if cred == nil {
		oauthError(w, http.StatusUnauthorized, "invalid_client", "Invalid credentials provided.")
		return nil, nil, false
	}
	if form, ok = formBody(r); !ok {
		oauthError(w, http.StatusBadRequest, "invalid_request", "The request body is not a form.")
	}
	return form, cred, ok
}

// mintKey returns the key under which token requests are counted: IP address and client. Requests without a known
// client share one key.
func mintKey(r *http.Request, cred *Credential) string {
	if cred == nil {
		return address(r)
	}
	return address(r) + " " + cred.ClientID
}

// client returns the service account whose id and secret are in the request, or nil.
func (t *tokens) client(r *http.Request) *Credential {
	id, secret, _ := r.BasicAuth()
	cred := t.state.fleet.credentialOfClient(id)
	want := ""
	if cred != nil {
		want = cred.ClientSecret
	}
	same := subtle.ConstantTimeCompare([]byte(secret), []byte(want)) == 1
	if !same || cred == nil || cred.secretExpired(time.Now()) {
		return nil
	}
	return cred
}

func formBody(r *http.Request) (url.Values, bool) {
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	raw, readErr := io.ReadAll(r.Body)
	if err != nil || readErr != nil || mediaType != "application/x-www-form-urlencoded" {
		return nil, false
	}
	form, err := url.ParseQuery(string(raw))
	return form, err == nil && len(raw) <= maxBody
}

// mint answers a client credentials grant.
func (t *tokens) mint(form url.Values, cred *Credential, w http.ResponseWriter) {
	now := time.Now()
	t.live.prune(now)
	switch {
	case !form.Has("grant_type"):
		oauthError(w, http.StatusBadRequest, "invalid_request", "The parameter grant_type is missing.")
	case form.Get("grant_type") != "client_credentials":
		oauthError(w, http.StatusBadRequest, "unsupported_grant_type", "Only client_credentials is supported.")
	case t.live.count(cred.ClientID) >= maxTokens:
		tooManyTokens(w)
	default:
		value := strings.ToLower(rand.Text() + rand.Text())
		t.live[value] = accessToken{cred.ClientID, now.Add(t.behavior.tokenLife())}
		w.Header().Set("Cache-Control", "no-store")
		writeJSON(w, "application/json", http.StatusOK,
			fields{"access_token": value, "expires_in": t.behavior.TokenLifeSeconds, "token_type": "Bearer"}, false)
	}
}

// revoke ends one token of the client. It is no error if the token is not live (RFC 7009).
func (t *tokens) revoke(form url.Values, cred *Credential, w http.ResponseWriter) {
	if !form.Has("token") {
		oauthError(w, http.StatusBadRequest, "invalid_request", "The parameter token is missing.")
		return
	}
	if value := form.Get("token"); t.live[value].clientID == cred.ClientID {
		delete(t.live, value)
	}
	w.WriteHeader(http.StatusOK)
}

func tooManyTokens(w http.ResponseWriter) {
	oauthError(w, http.StatusForbidden, "access_denied", "Access Token limit reached")
}

// oauthError is an error in the shape of RFC 6749, which these two endpoints use [doc service-accounts].
func oauthError(w http.ResponseWriter, status int, code, description string) {
	writeJSON(w, "application/json", status, fields{"error": code, "error_description": description}, false)
}
