package conformance

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/mongodb-forks/digest"

	"atlas-gitops/internal/sandbox"
)

// login is a way to authenticate. It returns a network that authenticates each request, on top of the given network.
type login struct {
	name string
	with func(t *testing.T, base string, c sandbox.Credential, network http.RoundTripper) http.RoundTripper
}

func byDigest() login {
	return login{"digest", func(_ *testing.T, _ string, c sandbox.Credential, network http.RoundTripper) http.RoundTripper {
		return digest.NewTransportWithHTTPRoundTripper(c.PublicKey, c.PrivateKey, network)
	}}
}

func byToken() login {
	return login{"token", func(t *testing.T, base string, c sandbox.Credential, network http.RoundTripper) http.RoundTripper {
		return &authorized{network, "Bearer " + mint(t, base, c, network)}
	}}
}

// bySecret sends the id and secret of a service account, as the token endpoints require.
func bySecret() login {
	return login{"secret", func(_ *testing.T, _ string, c sandbox.Credential, network http.RoundTripper) http.RoundTripper {
		var r http.Request
		r.Header = http.Header{}
		r.SetBasicAuth(c.ClientID, c.ClientSecret)
		return &authorized{network, r.Header.Get("Authorization")}
	}}
}

// mint gets an access token.
func mint(t *testing.T, base string, c sandbox.Credential, network http.RoundTripper) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/api/oauth/token", strings.NewReader("grant_type=client_credentials"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(c.ClientID, c.ClientSecret)
	response, err := network.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var token struct {
		Value string `json:"access_token"`
	}
	if err := json.NewDecoder(response.Body).Decode(&token); err != nil || token.Value == "" {
		t.Fatalf("no access token: %s, %v", response.Status, err)
	}
	return token.Value
}

// authorized sends the same Authorization header with every request.
type authorized struct {
	next  http.RoundTripper
	proof string
}

func (a *authorized) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", a.proof)
	return a.next.RoundTrip(r)
}

// byNobody sends an unknown API key, or an unknown client id and secret.
func byNobody() login {
	return login{"nobody", func(t *testing.T, base string, c sandbox.Credential, network http.RoundTripper) http.RoundTripper {
		c.PrivateKey, c.ClientSecret = "wrong", "wrong"
		if c.ClientID == "" {
			return nil
		}
		return byDigest().with(t, base, c, bySecret().with(t, base, c, network))
	}}
}
