package sandbox

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLog(t *testing.T) {
	c := demo(t, "ACME_PROD")
	bearer := c.bearer()
	bearer.do("PATCH", v2+"/"+prodID, `{"name": "A"}`)
	bearer.do("PATCH", v2+"/"+prodID+"?pretty=true", `{"name":`)
	bearer.send(request{method: "GET", path: v2, accept: "none"})
	c.do("GET", v2, "")
	bearer.send(request{method: "POST", path: revokePath, form: true, contentType: formType, body: "token=" + bearer.token + "&token_type_hint=access_token"})
	c.control("GET", "/_sandbox/fleet", "")

	res := c.control("GET", "/_sandbox/log", "")
	org := v2 + "/" + prodID
	want := parse(t, `[
		{"sequence":1,"method":"POST","path":"/api/oauth/token","query":"","accept":"`+v2023+`","status":200,"body":{"grant_type":"client_credentials"}},
		{"sequence":2,"method":"PATCH","path":"`+org+`","query":"","accept":"`+v2023+`","status":200,"body":{"name":"A"}},
		{"sequence":3,"method":"PATCH","path":"`+org+`","query":"pretty=true","accept":"`+v2023+`","status":400,"body":"{\"name\":"},
		{"sequence":4,"method":"GET","path":"`+v2+`","query":"","accept":"","status":406},
		{"sequence":5,"method":"GET","path":"`+v2+`","query":"","accept":"`+v2023+`","status":401},
		{"sequence":6,"method":"GET","path":"`+v2+`","query":"","accept":"`+v2023+`","status":200},
		{"sequence":7,"method":"POST","path":"/api/oauth/revoke","query":"","accept":"`+v2023+`","status":200,"body":{"token_type_hint":"access_token"}}]`)
	if diff := cmp.Diff(want, res.body); diff != "" {
		t.Error(diff)
	}
	for what, secret := range map[string]string{
		"private key": c.cred.PrivateKey, "client secret": c.cred.ClientSecret, "token": bearer.token,
		"a digest": "response=", "a bearer": "Bearer",
	} {
		if strings.Contains(res.raw, secret) {
			t.Errorf("the log holds the %s", what)
		}
	}
	if res := c.control("DELETE", "/_sandbox/log", ""); res.status != 204 {
		t.Errorf("clearing answers %d", res.status)
	}
	if res := c.control("GET", "/_sandbox/log", ""); res.raw != "[]\n" {
		t.Errorf("after clearing: %s", res.raw)
	}
	bearer.do("GET", v2, "")
	last := c.control("GET", "/_sandbox/log", "").body.([]any)[0].(fields)
	if last["sequence"] != number("8") {
		t.Errorf("numbers are never reused: %v", last)
	}
}

// TestLogIsBounded: the log has a limit of entries and a limit of bytes.
func TestLogIsBounded(t *testing.T) {
	var l requestLog
	r, err := http.NewRequest("PATCH", "http://sandbox"+v2, nil)
	if err != nil {
		t.Fatal(err)
	}
	for range maxEntries + 5 {
		l.add(r, nil, 0, Outcome{Status: 200})
	}
	if len(l.entries) != maxEntries || l.entries[0].Sequence != 6 {
		t.Errorf("%d entries from %d", len(l.entries), l.entries[0].Sequence)
	}
	l = requestLog{entries: []Entry{{Body: make([]byte, maxLogBytes)}}, bytes: maxLogBytes}
	l.add(r, []byte("{}"), 0, Outcome{Status: 200})
	if l.bytes != 2 || len(l.entries) != 1 {
		t.Errorf("%d entries of %d bytes", len(l.entries), l.bytes)
	}
}

func TestFleetPath(t *testing.T) {
	c := demo(t, "ACME_PROD")
	got, _ := c.control("GET", "/_sandbox/fleet", "").body.(fields)
	if diff := cmp.Diff(parse(t, string(encode(c.s.state.fleet))), any(got)); diff != "" {
		t.Error(diff)
	}
	c.control("GET", "/_sandbox/nothing", "").want(t, 404, "RESOURCE_NOT_FOUND")
}
