package reconcile

import (
	"context"
	"errors"
	"strings"
	"testing"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/sandbox"
	"atlas-gitops/internal/spec"
)

// TestBaseAddress checks which flag or variable sets the address of Atlas.
func TestBaseAddress(t *testing.T) {
	for _, row := range []struct{ reason, flag, baseURL, older, service, want string }{
		{"neither flag nor variables", "", "", "", "", "https://cloud.mongodb.com"},
		{"the commercial service", "", "", "", "cloud", "https://cloud.mongodb.com"},
		{"Atlas for Government", "", "", "", "cloudgov\n", "https://cloud.mongodbgov.com"},
		{"another service", "", "", "", "gov", `MONGODB_ATLAS_SERVICE: "gov" is not a service of Atlas; set it to cloud or cloudgov`},
		{"an address wins over a service", "", "https://a.example", "https://b.example", "cloudgov", "https://a.example"},
		{"an address in the older variable wins over a service", "", "", "https://b.example", "cloudgov", "https://b.example"},
		{"the flag wins over all variables", "https://c.example/", "https://a.example", "", "", "https://c.example"},
		{"an invalid address", "", "a.example", "", "", `MONGODB_ATLAS_BASE_URL: base URL "a.example" is not valid; write it as https://HOST`},
	} {
		variables := map[string]string{"MONGODB_ATLAS_BASE_URL": row.baseURL, "MONGODB_ATLAS_OPS_MANAGER_URL": row.older, "MONGODB_ATLAS_SERVICE": row.service}
		got, err := baseAddress(func(name string) string { return variables[name] }, row.flag)
		if err != nil {
			got = err.Error()
		}
		if got != row.want {
			t.Errorf("%s: got %s, want %s", row.reason, got, row.want)
		}
	}
}

// TestHasCredentials: one credential is enough. An incomplete credential counts as set.
func TestHasCredentials(t *testing.T) {
	variables := map[string]string{"MONGODB_ATLAS_PUBLIC_API_KEY_SET": "public", "MONGODB_ATLAS_PRIVATE_API_KEY_SET": "private", "MONGODB_ATLAS_PUBLIC_API_KEY_WRONG": "public"}
	for _, row := range []struct {
		credentials string
		want        bool
	}{{"MISSING NONE", false}, {"MISSING SET", true}, {"MISSING WRONG", true}, {"SET", true}} {
		c, err := Env{Getenv: func(name string) string { return variables[name] }}.Connect(t.Context(), ConnectOptions{Observer: silentObserver{}})
		if err != nil {
			t.Fatal(err)
		}
		var orgs []*spec.Org
		for _, name := range strings.Fields(row.credentials) {
			orgs = append(orgs, &spec.Org{Desired: resource.Desired{OrgRef: resource.OrgRef{Name: name, Credentials: name}}})
		}
		if got := c.HasCredentials(orgs); got != row.want {
			t.Errorf("%s: got %t", row.credentials, got)
		}
	}
}

// TestConnectionThatOnlyReads: without Writes, a connection refuses to write.
func TestConnectionThatOnlyReads(t *testing.T) {
	for _, writes := range []bool{false, true} {
		server := sandbox.New(sandbox.Demo())
		variables := map[string]string{}
		for _, c := range server.Credentials() {
			forID, forSecret := client.Variables(c.PublicKey, c.Name)
			variables[forID], variables[forSecret] = c.PublicKey, c.PrivateKey
		}
		env := Env{Getenv: func(name string) string { return variables[name] }, Transport: server}
		c, err := env.Connect(t.Context(), ConnectOptions{Writes: writes, Observer: silentObserver{}})
		if err != nil {
			t.Fatal(err)
		}
		api := c.account(resource.OrgRef{Credentials: "ACME_PROD"}).API
		err = api.Do(t.Context(), "PATCH", "/orgs/5f1b0c0d0e0f0a0b0c0d0e01/settings", map[string]any{"multiFactorAuthRequired": true}, nil)
		var refused *client.WriteRefusedError
		if writes != (err == nil) || !writes && !errors.As(err, &refused) {
			t.Errorf("writes %t: got %v", writes, err)
		}
		for _, r := range server.Log() {
			if r.Method != "GET" && !writes {
				t.Errorf("%s reached Atlas", r.Method)
			}
		}
	}
}

// silentObserver is an observer that shows nothing.
type silentObserver struct{}

func (silentObserver) Begin(Stage, Work)                  {}
func (silentObserver) OrgRead()                           {}
func (silentObserver) StepEnded(apply.Outcome)            {}
func (silentObserver) OrgEnded(apply.Result)              {}
func (silentObserver) End()                               {}
func (silentObserver) Waiting(client.Wait)                {}
func (silentObserver) Notice(string, client.InexactTotal) {}
func (silentObserver) Ending(context.Context)             {}
func (silentObserver) Quiet()                             {}
func (silentObserver) Trace(string) func(client.Exchange) { return nil }
