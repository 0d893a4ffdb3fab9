package client

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTrace(t *testing.T) {
	var got []Exchange
	s := &script{t: t, answers: []answer{
		{401, atlasChallenge("n"), ""},
		{200, "RateLimit-Remaining: 9", `{"name":"Acme"}`},
		{401, "", `{"errorCode":"NOT_ORG_OWNER"}`},
	}}
	c, err := New(Config{BaseURL: "https://atlas.example", Transport: s, Credential: NewCredential("k", "canary"),
		Trace: func(e Exchange) { e.Took = min(e.Took, 0); got = append(got, e) }})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Do(t.Context(), "PATCH", "/orgs/1?pageNum=2&pretty=true", map[string]any{"name": "Acme"}, nil); err != nil {
		t.Fatal(err)
	}
	refused := c.Do(t.Context(), "GET", "/orgs/1/invites", nil, nil)
	want := []Exchange{
		{Method: "PATCH", Path: "/api/atlas/v2/orgs/1?pageNum=2", Status: 200, Tries: 1, Remaining: "9", Sent: `{"name":"Acme"}`, Received: `{"name":"Acme"}`},
		{Method: "GET", Path: "/api/atlas/v2/orgs/1/invites", Status: 401, Tries: 1, Err: refused.(*Error), Received: `{"errorCode":"NOT_ORG_OWNER"}`},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestTraceOfTries: a request that is tried again is one line with the time of all tries.
func TestTraceOfTries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got Exchange
		x := &persistent{next: patient{&troubled{troubles: times(1, trouble{status: 429, header: "Retry-After: 10"})}}, trace: func(e Exchange) { got = e }}
		if _, err := x.RoundTrip(newRequest(t.Context(), t, "GET")); err != nil {
			t.Fatal(err)
		}
		if got.Tries != 2 || got.Took < 10*time.Second || got.Took > 12*time.Second || got.Sent != notShown {
			t.Errorf("got %+v", got)
		}
	})
}

// TestWithoutSecrets: bodies show neither what opens Atlas nor what is nobody's business.
func TestWithoutSecrets(t *testing.T) {
	for _, row := range []struct{ reason, body, want string }{
		{"a created organization, with its API key", `{"apiKey":{"privateKey":"canary","publicKey":"abcdefgh"},"organization":{"name":"A"}}`,
			`{"apiKey":{"privateKey":"(hidden)","publicKey":"abcdefgh"},"organization":{"name":"A"}}`},
		{"or with its service account", `{"serviceAccount":{"clientId":"mdb_sa_id_1","secrets":[{"id":"1","secret":"canary"}]}}`,
			`{"serviceAccount":{"clientId":"mdb_sa_id_1","secrets":[{"id":"1","secret":"(hidden)"}]}}`},
		{"a token", `{"access_token":"canary","expires_in":3600}`, `{"access_token":"(hidden)","expires_in":3600}`},
		{"a secret in a place that nobody knows", `{"hint":"use mdb_sa_sk_canary"}`, `{"hint":"use (hidden)"}`},
		{"what a proxy was told", `{"detail":"bad header Authorization: Bearer canary, or Basic Y2FuYXJ5==; token eyJcanary.eyJcanary.x-_y"}`,
			`{"detail":"bad header Authorization: (hidden), or (hidden); token (hidden)"}`},
		{"a form", `token=canary`, notShown},
		{"what is more than JSON", `{} canary`, notShown},
		{"people", `{"results":[{"username":"ada@acme.example","emailAddress":"canary","inviterUsername":"canary","firstName":"canary","mobileNumber":"canary","lastName":null}]}`,
			`{"results":[{"emailAddress":"(hidden)","firstName":"(hidden)","inviterUsername":"(hidden)","lastName":null,"mobileNumber":"(hidden)","username":"(hidden)"}]}`},
		{"numbers and signs stay as they are", `{"n":12345678901234567890,"s":"<&>"}`, `{"n":12345678901234567890,"s":"<&>"}`},
		{"nothing", ``, ``},
	} {
		if got := without(isSecretOrPersonal, []byte(row.body)); got != row.want {
			t.Errorf("%s: got %s, want %s", row.reason, got, row.want)
		}
	}
}

// TestErrorsHaveNoSecrets: nothing of a credential gets into an error, however it is printed.
func TestErrorsHaveNoSecrets(t *testing.T) {
	a := &tokens{t: t, refusal: `NOT_ORG_OWNER","detail":"you said Bearer t1","parameters":["Bearer t1"],"reason":"Basic ` +
		base64.StdEncoding.EncodeToString([]byte(accountOfTests+":"+secretOfTests))}
	err := a.client().Do(t.Context(), "GET", "/orgs", nil, nil)
	for _, verb := range []string{"%v", "%+v", "%#v"} {
		if got := fmt.Sprintf(verb, err); strings.Contains(got, "canary") || strings.Contains(got, "Y2Fu") || strings.Contains(got, "t1") || !strings.Contains(got, "you said (hidden)") {
			t.Errorf("%s prints %s", verb, got)
		}
	}
}
