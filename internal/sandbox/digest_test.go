package sandbox

import (
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestChallenge: the 401 has exactly the header and body of Atlas [seen digest-challenge].
func TestChallenge(t *testing.T) {
	c := demo(t, "ACME_PROD")
	for _, row := range []struct{ reason, method, path, authorization string }{
		{"no credentials", "GET", v2, ""},
		{"a body does not matter before authentication", "POST", v2, ""},
		{"an unknown path, not authenticated", "GET", "/api/atlas/v2/nothing", ""},
		{"an unknown method, not authenticated", "PUT", v2, ""},
		{"Basic authentication", "GET", v2, "Basic YTpi"},
		{"an empty digest", "GET", v2, "Digest "},
		{"a malformed digest", "GET", v2, "Digest hello, world"},
		{"a duplicate directive", "GET", v2, `Digest username="a", username="b"`},
	} {
		t.Run(row.reason, func(t *testing.T) {
			r := c.build(request{method: row.method, path: row.path})
			if row.authorization != "" {
				r.Header.Set("Authorization", row.authorization)
			}
			res := c.roundTrip(r).want(t, 401, "UNEXPECTED_ERROR")
			header := regexp.MustCompile(`^Digest realm="MMS Public API", domain="", nonce="[A-Za-z0-9+/]{32}", algorithm=MD5, qop="auth", stale=false$`)
			if got := res.header.Get("WWW-Authenticate"); !header.MatchString(got) {
				t.Errorf("challenge %q", got)
			}
			want := `{"detail":"You are not authorized for this resource.","error":401,"errorCode":"UNEXPECTED_ERROR","reason":"Unauthorized"}`
			if strings.TrimSpace(res.raw) != want {
				t.Errorf("body %s", res.raw)
			}
			if res.header.Get("RateLimit-Limit") != "" {
				t.Error("a challenge has rate-limit headers")
			}
		})
	}
}

// TestDigest changes one part of a correct header in each row.
func TestDigest(t *testing.T) {
	for _, row := range []struct {
		reason string
		change func(c *client, header string) string
		status int
		stale  string
	}{
		{"a right answer", func(_ *client, h string) string { return h }, 200, ""},
		{"quoted qop", replace(`qop=auth`, `qop="auth"`), 200, ""},
		{"no algorithm means MD5", replace(`algorithm=MD5, `, ``), 200, ""},
		{"the scheme in capitals", replace("Digest ", "DIGEST "), 200, ""},
		{"no space after a comma", replace(", ", ","), 200, ""},
		{"another algorithm", replace("algorithm=MD5", "algorithm=SHA-256"), 401, "false"},
		{"another realm", replace("MMS Public API", "Other"), 401, "false"},
		{"another qop with the right digest", func(c *client, h string) string {
			return digestWithQop(c.cred, "GET", v2, nonceOf.FindStringSubmatch(h)[1], "00000001", "auth-int")
		}, 401, "false"},
		{"a digest for another uri", func(c *client, h string) string {
			return digestHeader(c.cred, "GET", v2+"?name=x", nonceOf.FindStringSubmatch(h)[1], "00000001")
		}, 401, "false"},
		{"a digest for another method", func(c *client, h string) string {
			return digestHeader(c.cred, "POST", v2, nonceOf.FindStringSubmatch(h)[1], "00000001")
		}, 401, "false"},
		{"nc is not eight digits", func(c *client, h string) string {
			return digestHeader(c.cred, "GET", v2, nonceOf.FindStringSubmatch(h)[1], "1")
		}, 401, "false"},
		{"a wrong private key", func(c *client, h string) string {
			cred := c.cred
			cred.PrivateKey = "00000000-0000-0000-0000-000000000000"
			return digestHeader(cred, "GET", v2, nonceOf.FindStringSubmatch(h)[1], "00000001")
		}, 401, "false"},
		{"an unknown public key", func(c *client, h string) string {
			cred := c.cred
			cred.PublicKey = "abcdefgh"
			return digestHeader(cred, "GET", v2, nonceOf.FindStringSubmatch(h)[1], "00000001")
		}, 401, "false"},
		{"an empty key pair", func(_ *client, h string) string {
			return digestHeader(Credential{}, "GET", v2, nonceOf.FindStringSubmatch(h)[1], "00000001")
		}, 401, "false"},
		{"an unknown nonce with the right key", func(c *client, _ string) string {
			return digestHeader(c.cred, "GET", v2, strings.Repeat("x", 32), "00000001")
		}, 401, "true"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			c := demo(t, "ACME_PROD")
			r := c.build(request{method: "GET", path: v2})
			r.Header.Set("Authorization", row.change(c, c.authorization(r, c.nonce(), 1)))
			res := c.roundTrip(r)
			if res.status != row.status {
				t.Fatalf("got %d, want %d", res.status, row.status)
			}
			if row.stale != "" && !strings.HasSuffix(res.header.Get("WWW-Authenticate"), "stale="+row.stale) {
				t.Errorf("challenge %q", res.header.Get("WWW-Authenticate"))
			}
		})
	}
}

func replace(old, with string) func(*client, string) string {
	return func(_ *client, h string) string { return strings.ReplaceAll(h, old, with) }
}

// TestNonce: the counts and the expiry of one nonce.
func TestNonce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := demoDirect(t, "ACME_PROD")
		nonce := c.nonce()
		for _, step := range []struct {
			reason string
			wait   time.Duration
			nc     int
			stale  bool
		}{
			{"fresh", 0, 1, false},
			{"a count may skip numbers", 0, 12, false},
			{"counts may come out of order", 0, 11, false},
			{"a count that was used before", 0, 11, true},
			{"just before five minutes", 5*time.Minute - time.Second, 13, false},
			{"after five minutes", time.Second, 14, true},
		} {
			time.Sleep(step.wait)
			r := c.build(request{method: "GET", path: v2})
			r.Header.Set("Authorization", c.authorization(r, nonce, step.nc))
			res := c.roundTrip(r)
			stale := strings.HasSuffix(res.header.Get("WWW-Authenticate"), "stale=true")
			if stale != step.stale || stale != (res.status == 401) {
				t.Errorf("%s: %d %q", step.reason, res.status, res.header.Get("WWW-Authenticate"))
			}
		}
	})
}

// TestNonceMemory: clients that only request challenges must not fill the memory.
func TestNonceMemory(t *testing.T) {
	n := nonces{live: map[string]*nonce{}}
	first := n.issue(time.Now(), time.Minute)
	for range maxNonces {
		n.issue(time.Now(), time.Minute)
	}
	if len(n.live) != maxNonces || len(n.order) != maxNonces {
		t.Errorf("%d nonces, %d in order", len(n.live), len(n.order))
	}
	if n.use(first, "00000001", time.Now(), time.Minute) {
		t.Error("the oldest nonce should have made room")
	}
}

// TestNonceCase: the count is a number, so the same count in capitals is a replay.
func TestNonceCase(t *testing.T) {
	c := demo(t, "ACME_PROD")
	nonce := c.nonce()
	r := c.build(request{method: "GET", path: v2})
	r.Header.Set("Authorization", digestHeader(c.cred, "GET", v2, nonce, "0000000a"))
	c.roundTrip(r).want(t, 200, "")
	r = c.build(request{method: "GET", path: v2})
	r.Header.Set("Authorization", digestHeader(c.cred, "GET", v2, nonce, "0000000A"))
	c.roundTrip(r).want(t, 401, "UNEXPECTED_ERROR")
}
