package client

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// renewBefore is how long before its end a token is replaced. A request that waits for its answer still needs it.
const renewBefore = patience + 10*time.Second

// bearer proves who we are by the token of a service account (OAuth 2.0, client credentials). One token serves all
// requests: Atlas allows 100 live ones, and 50 to be made in a minute (documented).
type bearer struct {
	next   http.RoundTripper
	tokens *exchange
	source clientcredentials.Config

	lock  chan struct{} // holds one while the token is looked at or fetched
	token *oauth2.Token
}

func newBearer(next http.RoundTripper, tokens *exchange, c Credential, base string) *bearer {
	return &bearer{next: next, tokens: tokens, lock: make(chan struct{}, 1), source: clientcredentials.Config{
		ClientID: c.ID, ClientSecret: string(c.Secret), TokenURL: base + tokenPath, AuthStyle: oauth2.AuthStyleInHeader}}
}

func (b *bearer) RoundTrip(request *http.Request) (*http.Response, error) {
	token, err := b.current(request.Context(), nil)
	if err != nil {
		return nil, err
	}
	response, err := b.try(request, token)
	if err != nil || response.StatusCode != http.StatusUnauthorized || knowsUs(readError(response).Code) {
		return response, err
	}
	if token, err = b.current(request.Context(), token); err != nil {
		return nil, err
	}
	return b.try(request, token)
}

// knowsUs tells whether a 401 is about what we may do: Atlas answers so when the role is too low, or the organization is
// another one (error codes page). A new token would not help.
func knowsUs(code string) bool {
	return strings.HasPrefix(code, "NOT_") || strings.HasPrefix(code, "USER_")
}

func (b *bearer) try(request *http.Request, token *oauth2.Token) (*http.Response, error) {
	request, err := again(request)
	if err != nil {
		return nil, err
	}
	token.SetAuthHeader(request)
	return b.next.RoundTrip(request)
}

// current returns the token to use, and fetches it if there is none, or none but the one that was refused. Who comes
// meanwhile waits for it.
func (b *bearer) current(ctx context.Context, refused *oauth2.Token) (*oauth2.Token, error) {
	select {
	case b.lock <- struct{}{}:
		defer func() { <-b.lock }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if b.token != nil && b.token != refused && (b.token.Expiry.IsZero() || time.Until(b.token.Expiry) > renewBefore) {
		return b.token, nil
	}
	token, err := b.source.Token(b.over(ctx))
	if err != nil {
		return nil, b.failure(err)
	}
	b.token = token
	return token, nil
}

// over returns a context in which the oauth2 library sends its requests through our exchange.
func (b *bearer) over(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, &http.Client{Transport: b.tokens})
}

// failure takes the library's words off an error, and puts the request on it where it lacks one.
func (b *bearer) failure(err error) error {
	var request *Error
	if errors.As(err, &request) {
		return request
	}
	return &Error{Method: http.MethodPost, Path: tokenPath, Status: http.StatusOK, Err: err}
}

// close revokes the token, if there is one.
func (b *bearer) close(ctx context.Context) error {
	select {
	case b.lock <- struct{}{}:
		defer func() { <-b.lock }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if b.token == nil {
		return nil
	}
	form := url.Values{"token": {b.token.AccessToken}, "token_type_hint": {"access_token"}}
	address := strings.TrimSuffix(b.source.TokenURL, tokenPath) + revokePath
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(url.QueryEscape(b.source.ClientID), url.QueryEscape(b.source.ClientSecret))
	if _, err := b.tokens.RoundTrip(request); err != nil {
		return err
	}
	b.token = nil
	return nil
}
