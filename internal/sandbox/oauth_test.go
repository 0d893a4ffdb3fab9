package sandbox

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

const formType = "application/x-www-form-urlencoded"

func TestToken(t *testing.T) {
	c := demo(t, "ACME_PROD")
	res := c.mint()
	if res.status != 200 {
		t.Fatal(res.raw)
	}
	got := res.object()
	token, _ := got["access_token"].(string)
	delete(got, "access_token")
	if diff := cmp.Diff(parse(t, `{"expires_in":3600,"token_type":"Bearer"}`), any(got)); diff != "" || token == "" {
		t.Error(diff)
	}
	c.token = token
	c.do("GET", v2+"/"+prodID, "").want(t, 200, "")

	revoke := c.send(request{method: "POST", path: revokePath, form: true, contentType: formType,
		body: "token=" + token + "&token_type_hint=access_token"})
	if revoke.status != 200 || revoke.raw != "" {
		t.Errorf("revoke answers 200 with no body, got %d %q", revoke.status, revoke.raw)
	}
	c.wantInvalidToken("revoked")
}

func (c *client) wantInvalidToken(reason string) {
	c.t.Helper()
	res := c.do("GET", v2, "").want(c.t, 401, "UNEXPECTED_ERROR")
	if got := res.header.Get("WWW-Authenticate"); got != `Bearer error="invalid_token"` {
		c.t.Errorf("%s: want no digest challenge, got %q", reason, got)
	}
}

func TestTokenRefusals(t *testing.T) {
	for _, row := range []struct {
		reason, path, body, contentType string
		edit                            func(*client)
		status                          int
		code                            string
	}{
		{"a wrong secret", tokenPath, "grant_type=client_credentials", formType,
			func(c *client) { c.cred.ClientSecret = "mdb_sa_sk_wrong" }, 401, "invalid_client"},
		{"an unknown client", tokenPath, "grant_type=client_credentials", formType,
			func(c *client) { c.cred.ClientID = "mdb_sa_id_000000000000000000000000" }, 401, "invalid_client"},
		{"no client", tokenPath, "grant_type=client_credentials", formType,
			func(c *client) { c.cred.ClientID, c.cred.ClientSecret = "", "" }, 401, "invalid_client"},
		{"the secret expired", tokenPath, "grant_type=client_credentials", formType, func(c *client) {
			c.change(func(f *Fleet) { f.Credentials[0].SecretExpiresAt = time.Now() })
		}, 401, "invalid_client"},
		{"the organization is deleted", tokenPath, "grant_type=client_credentials", formType, func(c *client) {
			c.change(func(f *Fleet) { f.Orgs[0].IsDeleted = true })
		}, 401, "invalid_client"},
		{"without grant type", tokenPath, "scope=x", formType, nil, 400, "invalid_request"},
		{"another grant type", tokenPath, "grant_type=password", formType, nil, 400, "unsupported_grant_type"},
		{"JSON instead of a form", tokenPath, `{"grant_type":"client_credentials"}`, "application/json", nil, 400, "invalid_request"},
		{"revoking without the client", revokePath, "token=x", formType,
			func(c *client) { c.cred.ClientSecret = "" }, 401, "invalid_client"},
		{"revoking without a token", revokePath, "token_type_hint=access_token", formType, nil, 400, "invalid_request"},
		{"an unknown token counts as revoked", revokePath, "token=unknown", formType, nil, 200, ""},
	} {
		t.Run(row.reason, func(t *testing.T) {
			c := demo(t, "ACME_PROD")
			if row.edit != nil {
				row.edit(c)
			}
			res := c.send(request{method: "POST", path: row.path, body: row.body, contentType: row.contentType, form: true})
			code, _ := res.object()["error"].(string)
			if res.status != row.status || code != row.code {
				t.Errorf("got %d %s", res.status, res.raw)
			}
		})
	}
	c := demo(t, "ACME_PROD")
	if res := c.send(request{method: "GET", path: tokenPath, form: true}); res.status != 405 {
		t.Errorf("a request other than POST gets a token: %d", res.status)
	}
}

// TestRevokeOthersToken: a client cannot revoke the token of another client.
func TestRevokeOthersToken(t *testing.T) {
	prod := demo(t, "ACME_PROD").bearer()
	stage := prod.as("ACME_STAGING")
	stage.send(request{method: "POST", path: revokePath, form: true, contentType: formType, body: "token=" + prod.token})
	prod.do("GET", v2, "").want(t, 200, "")
}

func TestTokenExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := demoDirect(t, "ACME_PROD").bearer()
		time.Sleep(time.Hour - time.Second)
		c.do("GET", v2, "").want(t, 200, "")
		time.Sleep(time.Second)
		c.wantInvalidToken("an hour old")
	})
}

// TestTokenLimits: fifty token requests a minute [doc service-accounts], and a hundred live tokens [doc limits].
func TestTokenLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := demoDirect(t, "ACME_PROD")
		for i := range 100 {
			if i == 50 {
				c.wantTooManyTokens()
				if res := c.as("ACME_STAGING").mint(); res.status != 200 {
					t.Errorf("another client shares the limit: %d", res.status)
				}
				time.Sleep(time.Minute)
			}
			if res := c.mint(); res.status != 200 {
				t.Fatalf("token %d: %s", i+1, res.raw)
			}
		}
		time.Sleep(time.Minute)
		res := c.mint()
		want := parse(t, `{"error":"access_denied","error_description":"Access Token limit reached"}`)
		if diff := cmp.Diff(want, res.body); res.status != 403 || diff != "" {
			t.Errorf("token 101: %d %s", res.status, diff)
		}
		time.Sleep(time.Hour)
		if res := c.mint(); res.status != 200 {
			t.Errorf("expired tokens still count: %d", res.status)
		}
	})
}

func (c *client) wantTooManyTokens() {
	c.t.Helper()
	want := parse(c.t, `{"detail":"Resource /api/oauth/token is limited to 50 requests every 1 minutes.","error":429,
		"errorCode":"RATE_LIMITED","parameters":["/api/oauth/token",50,1],"reason":"Too Many Requests"}`)
	res := c.mint()
	if diff := cmp.Diff(want, res.body); res.status != 429 || diff != "" {
		c.t.Errorf("request 51: %d %s", res.status, diff)
	}
}
