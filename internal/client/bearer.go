package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// renewBefore is how long before its expiry a token is replaced. A request in progress still needs the old token.
const renewBefore = answerTimeout + 10*time.Second

// bearer logs in with the token of a service account (OAuth 2.0, client credentials). All requests use one token, because
// Atlas allows 100 valid tokens, and 50 new ones in a minute [doc service-accounts].
type bearer struct {
	next    http.RoundTripper
	tokens  *retrier
	source  clientcredentials.Config
	fetches singleFlight

	mu      sync.Mutex
	issued  []*token // the last one is in use
	renewed bool     // the token in use replaced a refused one, and Atlas has not accepted it yet
}

type token struct {
	*oauth2.Token
	until time.Time // when to replace the token; zero for never
}

func newBearer(next http.RoundTripper, tokens *retrier, c Credential, base string) *bearer {
	return &bearer{next: next, tokens: tokens, source: clientcredentials.Config{
		ClientID: c.ID, ClientSecret: string(c.Secret), TokenURL: base + tokenPath, AuthStyle: oauth2.AuthStyleInHeader}}
}

func (b *bearer) RoundTrip(request *http.Request) (*http.Response, error) {
	used, err := b.current(request.Context(), nil)
	if err != nil {
		return nil, err
	}
	response, err := b.try(request, used)
	if err != nil || response.StatusCode != http.StatusUnauthorized || readError(response).isAboutPermissions() || !b.mayRenew(used) {
		return response, err
	}
	if used, err = b.current(request.Context(), used); err != nil {
		return nil, err
	}
	return b.try(request, used)
}

// isAboutPermissions reports whether a 401 means that the credential has no permission: its role is too low, or it belongs to
// another organization [doc error-codes]. A new token would not help.
func (e *Error) isAboutPermissions() bool {
	return e.IsAboutRoles() || strings.HasPrefix(e.Code, "NOT_") || strings.HasPrefix(e.Code, "USER_")
}

// mayRenew reports whether to replace a token that Atlas refused. If this token itself replaced a refused one, and Atlas never
// accepted it, the token is not the reason: Atlas sends the same 401 for other reasons.
func (b *bearer) mayRenew(refused *token) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.last() != refused || !b.renewed
}

// last returns the token in use, or nil. The caller holds the lock.
func (b *bearer) last() *token {
	if len(b.issued) == 0 {
		return nil
	}
	return b.issued[len(b.issued)-1]
}

func (b *bearer) try(request *http.Request, with *token) (*http.Response, error) {
	request, err := cloneRequest(request)
	if err != nil {
		return nil, err
	}
	with.SetAuthHeader(request)
	response, err := b.next.RoundTrip(request)
	if err == nil && response.StatusCode != http.StatusUnauthorized {
		b.mu.Lock()
		b.renewed = b.renewed && b.last() != with
		b.mu.Unlock()
	}
	return response, err
}

// current returns the token to use. If there is none, or only the refused one, it fetches one token for all requests that wait
// for it.
func (b *bearer) current(ctx context.Context, refused *token) (*token, error) {
	if held := b.held(refused); held != nil {
		return held, nil
	}
	// If the run ends while a token is being fetched, close waits for the token and revokes it.
	whole := context.WithoutCancel(ctx)
	value, _, err := b.fetches.do(ctx, func() (any, error) { return b.fetch(whole, refused) })
	fetched, _ := value.(*token)
	return fetched, err
}

func (b *bearer) begin(request *http.Request) error {
	_, err := b.current(request.Context(), nil)
	return err
}

// held returns the token in use, or nil if it is the refused one, or too old for another request.
func (b *bearer) held(refused *token) *token {
	b.mu.Lock()
	defer b.mu.Unlock()
	last := b.last()
	if last == nil || last == refused || !last.until.IsZero() && !time.Now().Before(last.until) {
		return nil
	}
	return last
}

func (b *bearer) fetch(ctx context.Context, refused *token) (*token, error) {
	if held := b.held(refused); held != nil {
		return held, nil // another request fetched it just before
	}
	got, err := b.source.Token(b.withTransport(ctx))
	if err == nil && !isVisibleASCII(got.AccessToken) {
		err = errors.New("the token has characters that a header cannot hold")
	}
	if err != nil {
		return nil, b.requestError(err)
	}
	fetched := &token{Token: got}
	if !got.Expiry.IsZero() {
		fetched.until = got.Expiry.Add(-min(renewBefore, time.Until(got.Expiry)/4))
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.issued, b.renewed = append(b.issued, fetched), refused != nil
	return fetched, nil
}

// withTransport returns a context in which package oauth2 sends its requests through our own stages.
func (b *bearer) withTransport(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, &http.Client{Transport: b.tokens})
}

// requestError returns the error of the request for a token. If package oauth2 could not use the answer, the error says why.
func (b *bearer) requestError(err error) error {
	var request *Error
	if errors.As(err, &request) {
		return request
	}
	return &Error{Method: http.MethodPost, Path: tokenPath, Status: http.StatusOK, Err: fmt.Errorf("the answer holds no token: %w", err)}
}

// close revokes the tokens. If a token is being fetched, close waits for it.
func (b *bearer) close(ctx context.Context) error {
	if _, _, err := b.fetches.do(ctx, func() (any, error) { return nil, nil }); err != nil && ctx.Err() != nil {
		return &Error{Method: http.MethodPost, Path: tokenPath, Err: err}
	}
	b.mu.Lock()
	issued := b.issued
	b.issued = nil
	b.mu.Unlock()
	var errs []error
	for _, t := range issued {
		errs = append(errs, b.revoke(ctx, t))
	}
	return errors.Join(errs...)
}

func (b *bearer) revoke(ctx context.Context, t *token) error {
	form := url.Values{"token": {t.AccessToken}, "token_type_hint": {"access_token"}}
	address := strings.TrimSuffix(b.source.TokenURL, tokenPath) + revokePath
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(url.QueryEscape(b.source.ClientID), url.QueryEscape(b.source.ClientSecret))
	_, err = b.tokens.RoundTrip(request)
	return err
}

// isVisibleASCII reports whether a text has only characters that are allowed in a header, and no blanks.
func isVisibleASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}
