package httpdigest

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestAuthorization checks the examples of RFC 7616, 3.9.
func TestAuthorization(t *testing.T) {
	const (
		offered = `realm="http-auth@example.org", qop="auth, auth-int", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`
		mufasa  = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
	)
	for _, row := range []struct{ reason, challenge, user, password, path, cnonce, username, response string }{
		{"MD5, which Atlas uses", `Digest algorithm=MD5, ` + offered, "Mufasa", "Circle of Life", "/dir/index.html", mufasa,
			"Mufasa", "8ca523f5e9506fed4657c9700eebdbec"},
		{"SHA-256, which Atlas for Government uses", `Digest algorithm=SHA-256, ` + offered, "Mufasa", "Circle of Life", "/dir/index.html", mufasa,
			"Mufasa", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"},
		{"SHA-512-256 and a hashed user name; the RFC prints values of another hash, so these are from Python's hashlib",
			`Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", charset=UTF-8, userhash=true`,
			"J\u00e4s\u00f8n Doe", "Secret, or not?", "/doe.json", "NTg6RKcb9boFIAS3KrFK9BGeh+niz/sm",
			"793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b", "7a4e1192babbba02e91182d2895bfdbf7adafc6e48d4e517ca301974843d840c"},
	} {
		c := Find(http.Header{"Www-Authenticate": {row.challenge}})
		if c == nil {
			t.Fatalf("%s: no challenge found", row.reason)
		}
		c.cnonce = row.cnonce
		header := c.Authorization(Login{row.user, row.password}, "GET", row.path, nil)
		for _, want := range []string{`response="` + row.response + `"`, `username="` + row.username + `"`, "qop=auth, nc=00000001"} {
			if !strings.Contains(header, want) {
				t.Errorf("%s: got %s, want %s", row.reason, header, want)
			}
		}
	}
}

// TestAuthorizationOfBody: if a server accepts only auth-int, the hash covers the method, the path and the body.
func TestAuthorizationOfBody(t *testing.T) {
	c := Find(http.Header{"Www-Authenticate": {`Digest realm="r", nonce="n", qop="auth-int"`}})
	c.cnonce = "c"
	header := c.Authorization(Login{"k", "s"}, "POST", "/x", []byte("body"))
	ha2 := c.hex("POST", "/x", c.hex("body"))
	want := c.hex(c.hex("k", "r", "s"), "n", "00000001", "c", "auth-int", ha2)
	if !strings.Contains(header, `qop=auth-int`) || !strings.Contains(header, want) {
		t.Errorf("got %s", header)
	}
}

func TestFind(t *testing.T) {
	for _, row := range []struct {
		reason string
		values []string
		want   *Challenge
	}{
		{"the challenge of Atlas [seen digest-challenge]", []string{`Digest realm="MMS Public API", domain="", nonce="abc=", algorithm=MD5, qop="auth", stale=false`},
			&Challenge{realm: "MMS Public API", nonce: "abc=", algorithm: "MD5", qop: "auth"}},
		{"no blanks, unknown directives, an escaped quote", []string{`digest realm="a\"b",nonce=n,charset=UTF-8,userhash=false,qop=auth,opaque="o"`},
			&Challenge{realm: `a"b`, nonce: "n", opaque: ptr("o"), qop: "auth"}},
		{"an empty opaque, which the answer must repeat, and a missing comma", []string{`Digest realm="r", nonce="n", algorithm=MD5 opaque="" qop=auth`},
			&Challenge{realm: "r", nonce: "n", algorithm: "MD5", opaque: ptr(""), qop: "auth"}},
		{"no qop, as in RFC 2069", []string{`Digest realm="r", nonce="n"`}, &Challenge{realm: "r", nonce: "n"}},
		{"a comma inside quotes, and auth preferred to auth-int", []string{`Digest realm="a, b", nonce="n", qop="auth-int,auth"`},
			&Challenge{realm: "a, b", nonce: "n", qop: "auth"}},
		{"blanks around the equals sign", []string{`Digest realm = "r" , nonce = n`}, &Challenge{realm: "r", nonce: "n"}},
		{"the stronger of two headers", []string{`Digest realm="r", nonce="1", algorithm=MD5, qop="auth"`, `Digest realm="r", nonce="2", algorithm=SHA-256, qop="auth"`, `Basic realm="r"`},
			&Challenge{realm: "r", nonce: "2", algorithm: "SHA-256", qop: "auth"}},
		{"several challenges in one header, between other schemes", []string{`Negotiate, Digest realm="r", nonce="1", Digest realm="r", nonce="2", algorithm=SHA-256-sess, Basic realm="x"`},
			&Challenge{realm: "r", nonce: "2", algorithm: "SHA-256-sess"}},
		{"an unknown algorithm", []string{`Digest realm="r", nonce="n", algorithm=SHA-3, qop="auth"`}, nil},
		{"an unknown qop", []string{`Digest realm="r", nonce="n", qop="auth-conf"`}, nil},
		{"no nonce", []string{`Digest realm="r"`}, nil},
		{"another scheme", []string{`Bearer error="invalid_token"`}, nil},
		{"an empty header", []string{``}, nil},
	} {
		got := Find(http.Header{"Www-Authenticate": row.values})
		if diff := cmp.Diff(row.want, got, cmp.AllowUnexported(Challenge{}), cmpopts.IgnoreFields(Challenge{}, "count", "cnonce")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.reason, diff)
		}
	}
}

func ptr(s string) *string { return &s }

// TestAuthorizationRepeats: the answer repeats the values of the server unchanged. A quoted string of HTTP escapes only quotes and
// backslashes.
func TestAuthorizationRepeats(t *testing.T) {
	c := Find(http.Header{"Www-Authenticate": {"Digest realm=\"K\xf6ln\t\\\"x\\\"\", nonce=n, opaque=\"\""}})
	header := c.Authorization(Login{"k", "s"}, "GET", "/", nil)
	if !strings.Contains(header, "realm=\"K\xf6ln\t\\\"x\\\"\", ") || !strings.Contains(header, `opaque=""`) {
		t.Errorf("got %q", header)
	}
}

// TestAuthorizationOfASession: with -sess, all answers to the same challenge have the same cnonce, because the key depends on it.
func TestAuthorizationOfASession(t *testing.T) {
	c := Find(http.Header{"Www-Authenticate": {`Digest realm="r", nonce="n", algorithm=MD5-sess, qop="auth"`}})
	cnonce := regexp.MustCompile(`cnonce="[^"]+"`)
	var seen []string
	for range 2 {
		seen = append(seen, cnonce.FindString(c.Authorization(Login{"k", "s"}, "GET", "/", nil)))
	}
	if seen[0] == "" || seen[0] != seen[1] {
		t.Errorf("got %v", seen)
	}
}

func FuzzFind(f *testing.F) {
	f.Add(`Digest realm="a\"b", nonce=n, qop="auth"`)
	f.Add(`Digest =,,=""\`)
	f.Fuzz(func(t *testing.T, value string) {
		if c := Find(http.Header{"Www-Authenticate": {value}}); c != nil && (c.nonce == "" || newHash(c.algorithm) == nil) {
			t.Errorf("a challenge that cannot be answered from %q", value)
		}
	})
}
