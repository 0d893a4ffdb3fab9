package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestKindOf(t *testing.T) {
	const org = "/api/atlas/v2/orgs/5f1b0c0d0e0f0a0b0c0d0e01"
	for _, row := range []struct{ reason, method, path, authorization, want string }{
		{"it asks for a challenge", "GET", org, "", login},
		{"a token", "POST", "/api/oauth/token", "Basic x", login},
		{"the end of a token", "POST", "/api/oauth/revoke", "Basic x", revoke},
		{"all organizations", "GET", "/api/atlas/v2/orgs", "Digest x", orgs},
		{"one organization", "GET", org, "Bearer x", orgs},
		{"all people", "GET", org + "/users", "Digest x", users},
		{"one person", "GET", org + "/users/5f1b0c0d0e0f0a0b0c0d0e02", "Digest x", users},
		{"names of teams", "GET", org + "/teams", "Digest x", names},
		{"names of projects", "GET", org + "/groups", "Digest x", names},
		{"settings", "GET", org + "/settings", "Digest x", settings},
		{"a list that the benchmark does not expect", "GET", org + "/invites", "Digest x", others},
		{"a path that it does not expect", "GET", "/api/atlas/v2/groups", "Digest x", others},
		{"a change", "PATCH", org + "/settings", "Digest x", http.MethodPatch},
	} {
		r := httptest.NewRequest(row.method, row.path, nil)
		r.Header.Set("Authorization", row.authorization)
		if got := kindOf(r); got != row.want {
			t.Errorf("%s: %s %s is %q, want %q", row.reason, row.method, row.path, got, row.want)
		}
	}
}
