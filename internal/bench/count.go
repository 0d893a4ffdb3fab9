package main

import (
	"cmp"
	"net/http"
	"strings"
	"sync"
)

// The kinds of requests, in the order of the table.
const (
	login    = "login" // a token, or a request that asks for a Digest challenge
	orgs     = "orgs"
	users    = "users"
	names    = "teams/groups"
	settings = "settings"
	others   = "other"
	revoke   = "revoke"
)

func kinds() []string {
	return []string{login, orgs, users, names, settings, http.MethodPost, http.MethodPatch, http.MethodPut, http.MethodDelete, others, revoke}
}

// kindOf returns the kind of a request. Reads are named after what they read, writes after their method.
func kindOf(r *http.Request) string {
	switch {
	case strings.HasSuffix(r.URL.Path, "/oauth/revoke"):
		return revoke
	case strings.HasSuffix(r.URL.Path, "/oauth/token"), r.Header.Get("Authorization") == "":
		return login
	case r.Method != http.MethodGet:
		return r.Method
	}
	parts := append(strings.Split(strings.TrimPrefix(r.URL.Path, "/api/atlas/v2/"), "/"), "", "") // orgs, id, list, id
	if parts[0] != "orgs" {
		return others
	}
	kinds := map[string]string{"": orgs, "users": users, "teams": names, "groups": names, "settings": settings}
	return cmp.Or(kinds[parts[2]], others)
}

// counter counts requests by kind, and passes them on. The log of the sandbox has only the newest ones.
type counter struct {
	next   http.Handler
	mu     sync.Mutex
	counts map[string]int
}

func (c *counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.count(kindOf(r))
	c.next.ServeHTTP(w, r)
}

func (c *counter) count(kind string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counts[kind]++
}

// total returns the sum of the requests of some kinds, or of all.
func total(counts map[string]int, kinds ...string) (n int) {
	for _, kind := range kinds {
		n += counts[kind]
	}
	return n
}

// writes returns the number of requests that change something.
func writes(counts map[string]int) int {
	return total(counts, http.MethodPost, http.MethodPatch, http.MethodPut, http.MethodDelete)
}
