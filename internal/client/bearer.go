package client

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
	"golang.org/x/sync/singleflight"
)

// renewBefore is how long before its end a token is replaced. A request that waits for its answer still needs it.
const renewBefore = patience + 10*time.Second

// bearer proves who we are by the token of a service account (OAuth 2.0, client credentials). One token serves all
// requests: Atlas allows 100 live ones, and 50 to be made in a minute (documented).
type bearer struct {
	next   http.RoundTripper
	tokens *exchange
	source clientcredentials.Config

	fetches singleflight.Group

	mu    sync.Mutex
	token *oauth2.Token
}

func newBearer(next http.RoundTripper, tokens *exchange, c Credential, base string) *bearer {
	return &bearer{next: next, tokens: tokens, source: clientcredentials.Config{
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

// current returns the token to use. If there is none, or none but the one that was refused, it is fetched, once for all
// who want it meanwhile: they share the token, or the failure to get one.
func (b *bearer) current(ctx context.Context, refused *oauth2.Token) (*oauth2.Token, error) {
	if token := b.held(refused); token != nil {
		return token, nil
	}
	select {
	case fetched := <-b.fetches.DoChan("", func() (any, error) { return b.fetch(ctx, refused) }):
		token, _ := fetched.Val.(*oauth2.Token)
		return token, fetched.Err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// held returns the token if it is not the one that was refused, and good for another request; or else nil.
func (b *bearer) held(refused *oauth2.Token) *oauth2.Token {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.token == nil || b.token == refused || !b.token.Expiry.IsZero() && time.Until(b.token.Expiry) <= renewBefore {
		return nil
	}
	return b.token
}

func (b *bearer) fetch(ctx context.Context, refused *oauth2.Token) (*oauth2.Token, error) {
	if token := b.held(refused); token != nil {
		return token, nil // it came just before
	}
	token, err := b.source.Token(b.over(ctx))
	if err != nil {
		return nil, b.failure(err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
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

// close revokes the token, if there is one. One that is being fetched is waited for.
func (b *bearer) close(ctx context.Context) error {
	select {
	case <-b.fetches.DoChan("", func() (any, error) { return nil, nil }):
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	b.mu.Lock()
	token := b.token
	b.token = nil
	b.mu.Unlock()
	if token == nil {
		return nil
	}
	return b.revoke(ctx, token)
}

func (b *bearer) revoke(ctx context.Context, token *oauth2.Token) error {
	form := url.Values{"token": {token.AccessToken}, "token_type_hint": {"access_token"}}
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
