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
		{200, "RateLimit-Remaining: 9", `{"name":"Acme","isDeleted":false}`},
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
		{Method: "PATCH", Path: "/api/atlas/v2/orgs/1?pageNum=2", Status: 200, Tries: 1, Remaining: "9", Sent: `{"name":"Acme"}`, Received: `{"isDeleted":false,"name":"(hidden)"}`},
		{Method: "GET", Path: "/api/atlas/v2/orgs/1/invites", Status: 401, Tries: 1, Err: refused.(*Error), Received: `{"errorCode":"NOT_ORG_OWNER"}`},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestTraceOfTries: a request that is tried again is one exchange, with the time of all tries.
func TestTraceOfTries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got Exchange
		x := &retrier{next: requestTimeout{&flakyNetwork{faults: times(1, fault{status: 429, header: "Retry-After: 10"})}}, trace: func(e Exchange) { got = e }}
		if _, err := x.RoundTrip(newRequest(t.Context(), t, "GET")); err != nil {
			t.Fatal(err)
		}
		if got.Tries != 2 || got.Took < 10*time.Second || got.Took > 12*time.Second || got.Sent != notShown {
			t.Errorf("got %+v", got)
		}
	})
}

// TestRedact: bodies in the log show neither secrets nor personal data.
func TestRedact(t *testing.T) {
	const id = "5f1b0c0d0e0f0a0b0c0d0e01"
	for _, row := range []struct {
		reason string
		show   func(string) string
		body   string
		want   string
	}{
		{"a created organization, with its API key", redactData, `{"apiKey":{"privateKey":"canary","publicKey":"canary"},"organization":{"id":"` + id + `"}}`,
			`{"apiKey":{"privateKey":"(hidden)","publicKey":"(hidden)"},"organization":{"id":"` + id + `"}}`},
		{"a created organization, with its service account", redactData, `{"serviceAccount":{"clientId":"mdb_sa_id_` + id + `","secrets":[{"createdAt":"2026-08-10T03:03:37Z","secret":"canary"}]}}`,
			`{"serviceAccount":{"clientId":"mdb_sa_id_` + id + `","secrets":[{"createdAt":"(hidden)","secret":"(hidden)"}]}}`},
		{"a token", redactData, `{"access_token":"canary","expires_in":3600}`, `{"access_token":"(hidden)","expires_in":3600}`},
		{"people, under known and unknown keys", redactData, `{"results":[{"username":"canary@acme.example","firstName":"canary","mobileNumber":"+49canary","lastName":null,"nickname":"CANARY","lastAuth":"2026-08-10T03:03:37Z","roles":{"orgRoles":["ORG_OWNER"]},"orgMembershipStatus":"ACTIVE"}]}`,
			`{"results":[{"firstName":"(hidden)","lastAuth":"(hidden)","lastName":null,"mobileNumber":"(hidden)","nickname":"(hidden)","orgMembershipStatus":"ACTIVE","roles":{"orgRoles":["ORG_OWNER"]},"username":"(hidden)"}]}`},
		{"contacts", redactData, `{"multiFactorAuthRequired":true,"operationsContact":null,"securityContact":"canary@acme.example","newContact":"canary"}`,
			`{"multiFactorAuthRequired":true,"newContact":"(hidden)","operationsContact":null,"securityContact":"(hidden)"}`},
		{"numbers stay as they are", redactData, `{"n":12345678901234567890,"empty":""}`, `{"empty":"","n":12345678901234567890}`},
		{"a refusal", redactAddresses, `{"errorCode":"USER_ALREADY_EXISTS","detail":"A user with username canary@acme.example already exists.","parameters":["canary@acme.example"]}`,
			`{"detail":"A user with username (hidden) already exists.","errorCode":"USER_ALREADY_EXISTS","parameters":["(hidden)"]}`},
		{"a secret under an unknown key", redactAddresses, `{"hint":"use mdb_sa_sk_canary"}`, `{"hint":"use (hidden)"}`},
		{"a proxy that repeats the headers of the request", redactAddresses, `{"detail":"bad header Authorization: Bearer canary, or Basic Y2FuYXJ5==; token eyJcanary.eyJcanary.x-_y"}`,
			`{"detail":"bad header Authorization: (hidden), or (hidden); token (hidden)"}`},
		{"a request, which shows the address of the person", redactText, `{"username":"ada@acme.example","secret":"canary","s":"<&>"}`, `{"s":"<&>","secret":"(hidden)","username":"ada@acme.example"}`},
		{"a form, which is not JSON", redactText, `token=canary`, notShown},
		{"more text after the JSON", redactText, `{} canary`, notShown},
		{"an empty body", redactText, ``, ``},
	} {
		if got := redact([]byte(row.body), row.show); got != row.want {
			t.Errorf("%s: got %s, want %s", row.reason, got, row.want)
		}
	}
}

// TestErrorsHaveNoSecrets: an error holds no part of a credential, with every verb of package fmt.
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
