package client_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"atlas-gitops/internal/client"
	"atlas-gitops/internal/sandbox"
)

// deed is a request to the demonstration fleet.
type deed struct {
	method, path string
	body         any
}

func deeds() []deed {
	return []deed{
		{"GET", "/orgs/" + acme + "/users", nil},
		{"PATCH", "/orgs/" + acme + "/settings", map[string]any{"multiFactorAuthRequired": true}},
		{"DELETE", "/orgs/" + acme + "/invites/5f1b0c0d0e0f0a0b0c0d2004", nil},
		{"POST", "/orgs/" + acme + "/invites", map[string]any{"username": "new@acme.example", "roles": []string{"ORG_MEMBER"}}},
	}
}

// effects counts how often the sandbox carried out requests of the method.
func (s *inside) effects(method string) (n int) {
	for _, e := range s.server.Log() {
		if e.Method == method && e.Done()/100 == 2 && !strings.HasPrefix(e.Path, "/api/oauth/") {
			n++
		}
	}
	return n
}

// TestFaults combines every request with every fault of the sandbox, once and always, with both kinds of credential. It checks
// that a successful request was carried out, a write at most once; that an error says that nothing was done only if that is
// true; and that the client gets over a fault that happens once.
func TestFaults(t *testing.T) {
	for _, kind := range sandbox.FaultKinds() {
		for _, d := range deeds() {
			for _, times := range []int{1, -1} {
				for _, account := range []bool{false, true} {
					t.Run(kind+"/"+d.method, func(t *testing.T) {
						synctest.Test(t, func(t *testing.T) { meet(t, sandbox.Fault{Kind: kind, Times: times}, d, account) })
					})
				}
			}
		}
	}
}

// meet sends the request while the sandbox has the fault.
func meet(t *testing.T, fault sandbox.Fault, d deed, account bool) {
	s := newInside(t)
	c := s.client(acme, func(config *client.Config) {
		if account {
			granted := s.server.Grant(acme, acme)
			config.Credential = client.NewCredential(granted.ClientID, granted.ClientSecret)
		}
	})
	if fault.Kind != "token-limit" {
		fault.Method, fault.Path = d.method, "/api/atlas/v2"+d.path
	}
	if err := s.server.Inject(fault); err != nil {
		t.Fatal(err)
	}
	err := c.Do(t.Context(), d.method, d.path, d.body, nil)
	var e *client.Error
	if err != nil && !errors.As(err, &e) {
		t.Fatalf("an error of another type: %v", err)
	}
	checkTruth(t, d, e, s.effects(d.method))
	checkTries(t, fault, d, e)
}

// checkTruth compares the error, nil for a success, with how often the sandbox carried out the request.
func checkTruth(t *testing.T, d deed, e *client.Error, effects int) {
	t.Helper()
	writes := d.method != "GET"
	switch {
	case e == nil && effects == 0:
		t.Error("a success, but the request was not carried out")
	case writes && effects > 1:
		t.Errorf("carried out %d times", effects)
	case e != nil && writes && effects > 0 && !e.Ambiguous():
		t.Errorf("the error says that nothing was done: %v, but the request was carried out %d times", e, effects)
	}
}

// checkTries checks that the client tries often enough, and not too often.
func checkTries(t *testing.T, fault sandbox.Fault, d deed, e *client.Error) {
	t.Helper()
	atOnce := slices.Contains([]string{"expired-token", "stale-nonce", "token-limit"}, fault.Kind)
	ends := fault.Times == 1 && !strings.HasPrefix(fault.Kind, "silence")
	permanent := fault.Kind == "404-no-code" || fault.Kind == "410" // another try would get the same answer
	if permanent {
		if e == nil || e.Tries != 1 {
			t.Errorf("tried again without need: %v", e)
		}
		return
	}
	if e == nil {
		return
	}
	switch {
	case e.Tries > 6:
		t.Errorf("tried %d times", e.Tries)
	case ends && (d.method == "GET" || atOnce || !e.Temporary()):
		t.Errorf("gave up too early: %v", e)
	}
}
