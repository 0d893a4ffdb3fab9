package sandbox

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

const behaviorPath = "/_sandbox/behavior"

// TestBehavior: PATCH does not change the fields that it leaves out.
func TestBehavior(t *testing.T) {
	c := demo(t, "ACME_PROD")
	for _, step := range []struct{ reason, method, body, want string }{
		{"defaults", "GET", "", `{"latencyMilliseconds":0,"digestAlgorithm":"MD5","tokenLifeSeconds":3600,"nonceLifeSeconds":300,"roundMilliseconds":0,"unthrottledUsers":false}`},
		{"one field changes", "PATCH", `{"tokenLifeSeconds":5}`, `{"latencyMilliseconds":0,"digestAlgorithm":"MD5","tokenLifeSeconds":5,"nonceLifeSeconds":300,"roundMilliseconds":0,"unthrottledUsers":false}`},
		{"two other fields change", "PATCH", `{"digestAlgorithm":"SHA-256","nonceLifeSeconds":1}`, `{"latencyMilliseconds":0,"digestAlgorithm":"SHA-256","tokenLifeSeconds":5,"nonceLifeSeconds":1,"roundMilliseconds":0,"unthrottledUsers":false}`},
		{"nothing", "PATCH", `{}`, `{"latencyMilliseconds":0,"digestAlgorithm":"SHA-256","tokenLifeSeconds":5,"nonceLifeSeconds":1,"roundMilliseconds":0,"unthrottledUsers":false}`},
		{"GET shows the changes", "GET", "", `{"latencyMilliseconds":0,"digestAlgorithm":"SHA-256","tokenLifeSeconds":5,"nonceLifeSeconds":1,"roundMilliseconds":0,"unthrottledUsers":false}`},
	} {
		res := c.control(step.method, behaviorPath, step.body)
		if diff := cmp.Diff(parse(t, step.want), res.body); diff != "" || res.status != 200 {
			t.Errorf("%s: %d %s", step.reason, res.status, diff)
		}
	}
	if err := c.s.Behave(Behavior{LatencyMilliseconds: 1}); err != nil {
		t.Fatal(err)
	}
	want := Behavior{1, "MD5", 3600, 300, 0, false}
	if diff := cmp.Diff(want, c.s.behavior); diff != "" {
		t.Errorf("a zero field is not the default: %s", diff)
	}
}

func TestBehaviorRefusals(t *testing.T) {
	for _, row := range []struct{ reason, body, code string }{
		{"an unknown attribute", `{"latency":1}`, "INVALID_ATTRIBUTE"},
		{"a negative latency", `{"latencyMilliseconds":-1}`, "VALIDATION_ERROR"},
		{"a latency over a minute", `{"latencyMilliseconds":60001}`, "VALIDATION_ERROR"},
		{"a negative round", `{"roundMilliseconds":-1}`, "VALIDATION_ERROR"},
		{"a round over a minute", `{"roundMilliseconds":60001}`, "VALIDATION_ERROR"},
		{"another algorithm", `{"digestAlgorithm":"SHA-512-256"}`, "VALIDATION_ERROR"},
		{"no algorithm", `{"digestAlgorithm":""}`, "VALIDATION_ERROR"},
		{"a token that is never valid", `{"tokenLifeSeconds":0}`, "VALIDATION_ERROR"},
		{"a token that is valid for over a day", `{"tokenLifeSeconds":86401}`, "VALIDATION_ERROR"},
		{"a nonce that is never valid", `{"nonceLifeSeconds":0}`, "VALIDATION_ERROR"},
		{"a nonce that is valid for over a day", `{"nonceLifeSeconds":86401}`, "VALIDATION_ERROR"},
		{"unthrottledUsers is not a boolean", `{"unthrottledUsers":1}`, "INVALID_JSON_ATTRIBUTE"},
		{"a string", `{"nonceLifeSeconds":"1"}`, "INVALID_JSON_ATTRIBUTE"},
		{"null", `{"nonceLifeSeconds":null}`, "VALIDATION_ERROR"},
		{"one wrong field refuses all", `{"latencyMilliseconds":5,"nonceLifeSeconds":0}`, "VALIDATION_ERROR"},
		{"not an object", `[]`, "INVALID_JSON"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			c := demo(t, "ACME_PROD")
			c.control("PATCH", behaviorPath, row.body).want(t, 400, row.code)
			if diff := cmp.Diff(Behavior{}.complete(), c.s.behavior); diff != "" {
				t.Errorf("a refused request changed something: %s", diff)
			}
		})
	}
	for _, b := range []Behavior{{LatencyMilliseconds: -1}, {DigestAlgorithm: "md5"}, {TokenLifeSeconds: -1}, {NonceLifeSeconds: 86401}} {
		if err := New(Demo()).Behave(b); err == nil {
			t.Errorf("%+v is accepted", b)
		}
	}
}

// TestLatency: only the answer is late. The effect is not, other requests do not wait, and the wait ends when the
// client disconnects. Control paths are never late.
func TestLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := demoDirect(t, "ACME_PROD").bearer()
		if err := c.s.Behave(Behavior{LatencyMilliseconds: 1500}); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		done := make(chan time.Duration)
		go func() {
			c.do("PATCH", v2+"/"+prodID, `{"name":"New"}`)
			done <- time.Since(start)
		}()
		time.Sleep(time.Millisecond)
		if !strings.Contains(c.control("GET", "/_sandbox/fleet", "").raw, `"New"`) {
			t.Error("the effect is late")
		}
		if took := time.Since(start); took != time.Millisecond {
			t.Errorf("a control path took %v", took)
		}
		if took := <-done; took != 1500*time.Millisecond {
			t.Errorf("the answer took %v", took)
		}
		ctx, goAway := context.WithTimeout(t.Context(), time.Second)
		defer goAway()
		start = time.Now()
		_, _ = c.try(c.signed(request{method: "GET", path: v2}).WithContext(ctx))
		if took := time.Since(start); took != time.Second {
			t.Errorf("the client was gone after a second, its request after %v", took)
		}
	})
}

// TestSHA256: the challenge of Atlas for Government.
func TestSHA256(t *testing.T) {
	answer := func(c *client, algorithm string) response {
		r := c.build(request{method: "GET", path: v2})
		h := func(s string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(s))) }
		nonce := c.nonce()
		a1, a2 := h(c.cred.PublicKey+":MMS Public API:"+c.cred.PrivateKey), h("GET:"+v2)
		r.Header.Set("Authorization", fmt.Sprintf(`Digest username="%s", realm="MMS Public API", nonce="%s", uri="%s"%s, qop=auth, nc=00000001, cnonce="0a4f113b", response="%s"`,
			c.cred.PublicKey, nonce, v2, algorithm, h(a1+":"+nonce+":00000001:0a4f113b:auth:"+a2)))
		return c.roundTrip(r)
	}
	for _, row := range []struct {
		reason, behaves string
		answer          func(c *client) response
		status          int
	}{
		{"the digest that was asked for", "SHA-256", func(c *client) response { return answer(c, ", algorithm=SHA-256") }, 200},
		{"no name means MD5", "SHA-256", func(c *client) response { return answer(c, "") }, 401},
		{"a SHA-256 digest that is called MD5", "SHA-256", func(c *client) response { return answer(c, ", algorithm=MD5") }, 401},
		{"MD5, but SHA-256 was asked for", "SHA-256", func(c *client) response { return c.do("GET", v2, "") }, 401},
		{"SHA-256, but MD5 was asked for", "MD5", func(c *client) response { return answer(c, ", algorithm=SHA-256") }, 401},
		{"tokens have no algorithm", "SHA-256", func(c *client) response { return c.bearer().do("GET", v2, "") }, 200},
	} {
		t.Run(row.reason, func(t *testing.T) {
			c := demo(t, "ACME_PROD")
			c.control("PATCH", behaviorPath, `{"digestAlgorithm":"`+row.behaves+`"}`)
			res := row.answer(c)
			if res.status != row.status {
				t.Errorf("got %d %s", res.status, res.raw)
			}
			challenge := c.roundTrip(c.build(request{method: "GET", path: v2})).header.Get("WWW-Authenticate")
			if !strings.Contains(challenge, `", algorithm=`+row.behaves+`, qop="auth", stale=false`) {
				t.Errorf("challenge %q", challenge)
			}
		})
	}
}

// TestShortLives: tokens and nonces that expire after a second.
func TestShortLives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := demoDirect(t, "ACME_PROD")
		old := c.bearer()
		nonce := c.nonce()
		if err := c.s.Behave(Behavior{TokenLifeSeconds: 1, NonceLifeSeconds: 1}); err != nil {
			t.Fatal(err)
		}
		if got := c.mint().object()["expires_in"]; got != number("1") {
			t.Errorf("expires_in is %v", got)
		}
		young := c.bearer()
		young.do("GET", v2, "").want(t, 200, "")
		time.Sleep(time.Second)
		young.wantInvalidToken("a second old")
		old.do("GET", v2, "").want(t, 200, "") // issued when a token lived an hour
		r := c.build(request{method: "GET", path: v2})
		r.Header.Set("Authorization", c.authorization(r, nonce, 1))
		if got := c.roundTrip(r).header.Get("WWW-Authenticate"); !strings.HasSuffix(got, "stale=true") {
			t.Errorf("a nonce from before the change has not expired: %q", got)
		}
		c.do("GET", v2, "").want(t, 200, "")
	})
}
