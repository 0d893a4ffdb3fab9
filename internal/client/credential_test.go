package client

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"atlas-gitops/internal/client/variables"
)

func TestNamed(t *testing.T) {
	const (
		account = "mdb_sa_id_5f1b0c0d0e0f0a0b0c0d0e0f"
		both    = "MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET, or MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY"
	)
	for _, row := range []struct {
		reason, name string
		env          map[string]string
		id, wantErr  string
	}{
		{"an API key", "", map[string]string{"PUBLIC_API_KEY": "p", "PRIVATE_API_KEY": "s"}, "p", ""},
		{"the names that the SDK's examples use", "", map[string]string{"PUBLIC_KEY": "p", "PRIVATE_KEY": "s"}, "p", ""},
		{"a named API key", "ACME", map[string]string{"PUBLIC_API_KEY_ACME": "p", "PRIVATE_KEY_ACME": "s"}, "p", ""},
		{"a service account", "", map[string]string{"CLIENT_ID": account, "CLIENT_SECRET": "s"}, account, ""},
		{"a named service account, pasted with a line break", "ACME", map[string]string{"CLIENT_ID_ACME": account + "\n", "CLIENT_SECRET_ACME": "s\n"}, account, ""},
		{"the unnamed credential of the other kind does not matter", "ACME", map[string]string{"CLIENT_ID_ACME": account, "CLIENT_SECRET_ACME": "s", "PUBLIC_KEY": "p", "PRIVATE_KEY": "s"}, account, ""},
		{"no variable is set", "", nil, "", "no credential is set; set " + both},
		{"a variable with only blanks counts as not set", "", map[string]string{"PUBLIC_KEY": " "}, "", "no credential is set; set " + both},
		{"a named credential is not replaced by the unnamed one, which belongs to another organization", "ACME",
			map[string]string{"PUBLIC_API_KEY": "p", "PRIVATE_API_KEY": "s"}, "",
			"no credential is set; set MONGODB_ATLAS_CLIENT_ID_ACME and MONGODB_ATLAS_CLIENT_SECRET_ACME, or MONGODB_ATLAS_PUBLIC_API_KEY_ACME and MONGODB_ATLAS_PRIVATE_API_KEY_ACME"},
		{"both kinds are set", "", map[string]string{"CLIENT_ID": account, "CLIENT_SECRET": "canary", "PUBLIC_KEY": "p", "PRIVATE_KEY": "canary"}, "",
			"both a service account and an API key are set; unset MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET, or MONGODB_ATLAS_PUBLIC_KEY and MONGODB_ATLAS_PRIVATE_KEY"},
		{"one variable of each kind is set", "ACME", map[string]string{"CLIENT_SECRET_ACME": "canary", "PUBLIC_KEY_ACME": "p"}, "",
			"credentials: ACME has both a service account and an API key; unset MONGODB_ATLAS_CLIENT_SECRET_ACME, or MONGODB_ATLAS_PUBLIC_KEY_ACME"},
		{"only the public key", "", map[string]string{"PUBLIC_API_KEY": "p"}, "", "MONGODB_ATLAS_PUBLIC_API_KEY is set, but MONGODB_ATLAS_PRIVATE_API_KEY is not; set both"},
		{"only the private key, in the short spelling", "", map[string]string{"PRIVATE_KEY": "canary"}, "", "MONGODB_ATLAS_PRIVATE_KEY is set, but MONGODB_ATLAS_PUBLIC_KEY is not; set both"},
		{"only the id of a service account", "ACME", map[string]string{"CLIENT_ID_ACME": account}, "", "MONGODB_ATLAS_CLIENT_ID_ACME is set, but MONGODB_ATLAS_CLIENT_SECRET_ACME is not; set both"},
		{"only the secret of a service account", "", map[string]string{"CLIENT_SECRET": "canary"}, "", "MONGODB_ATLAS_CLIENT_SECRET is set, but MONGODB_ATLAS_CLIENT_ID is not; set both"},
		{"a private key with other pasted text", "", map[string]string{"PUBLIC_KEY": "p", "PRIVATE_KEY": "canary\nX-Header: y"}, "",
			"MONGODB_ATLAS_PRIVATE_KEY holds a blank, a line break or another character that no credential has; copy it again"},
		{"an id with other pasted text", "", map[string]string{"CLIENT_ID": account + " " + account, "CLIENT_SECRET": "canary"}, "",
			"MONGODB_ATLAS_CLIENT_ID holds a blank, a line break or another character that no credential has; copy it again"},
		{"two spellings with different public keys", "", map[string]string{"PUBLIC_API_KEY": "new", "PUBLIC_KEY": "old", "PRIVATE_KEY": "canary"}, "",
			"MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PUBLIC_KEY differ; unset one of them"},
		{"two spellings with different private keys", "ACME", map[string]string{"PUBLIC_KEY_ACME": "p", "PRIVATE_API_KEY_ACME": "canary", "PRIVATE_KEY_ACME": "s"}, "",
			"MONGODB_ATLAS_PRIVATE_API_KEY_ACME and MONGODB_ATLAS_PRIVATE_KEY_ACME differ; unset one of them"},
		{"two spellings with the same value", "", map[string]string{"PUBLIC_API_KEY": "p", "PUBLIC_KEY": "p", "PRIVATE_KEY": "s"}, "p", ""},
		{"public and private key are swapped", "", map[string]string{"PUBLIC_KEY": "01bdd56c-8977-4000-8000-00000000cafe", "PRIVATE_KEY": "abcdefgh"}, "",
			"MONGODB_ATLAS_PUBLIC_KEY holds the private key, and MONGODB_ATLAS_PRIVATE_KEY the public key; swap the two"},
		{"id and secret of a service account are swapped", "", map[string]string{"CLIENT_ID": "mdb_sa_sk_canary", "CLIENT_SECRET": account}, "",
			"MONGODB_ATLAS_CLIENT_ID holds the secret, and MONGODB_ATLAS_CLIENT_SECRET the id; swap the two"},
		{"the id in both variables of a service account", "", map[string]string{"CLIENT_ID": account, "CLIENT_SECRET": account}, "",
			"MONGODB_ATLAS_CLIENT_SECRET also holds an id; set it to the secret of the service account"},
		{"a public key in both variables of an API key", "", map[string]string{"PUBLIC_KEY": "abcdefgh", "PRIVATE_KEY": "abcdefgh"}, "",
			"MONGODB_ATLAS_PRIVATE_KEY also holds a public key; set it to the private key"},
		{"an id that is not of a service account", "", map[string]string{"CLIENT_ID": "abcdefgh", "CLIENT_SECRET": "canary"}, "",
			"MONGODB_ATLAS_CLIENT_ID does not start with mdb_sa_id_; set it to the client id of the service account"},
		{"a service account in the variables of an API key", "", map[string]string{"PUBLIC_API_KEY": account, "PRIVATE_API_KEY": "canary"}, "",
			"MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY hold a service account; set MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET instead of them"},
		{"the secret of a service account as public key", "", map[string]string{"PUBLIC_KEY": "mdb_sa_sk_canary"}, "",
			"MONGODB_ATLAS_PUBLIC_KEY holds a part of a service account; set MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET instead"},
		{"the secret of a service account as private key", "", map[string]string{"PUBLIC_KEY": "abcdefgh", "PRIVATE_KEY": "mdb_sa_sk_canary"}, "",
			"MONGODB_ATLAS_PUBLIC_KEY and MONGODB_ATLAS_PRIVATE_KEY hold a service account; set MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET instead of them"},
	} {
		c, err := credentialsOf(t, row.env, "").Named(row.name)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if c.ID != row.id || got != row.wantErr || row.id != "" && c.Secret != "s" {
			t.Errorf("%s: got %q, %q; want %q, %q", row.reason, c.ID, got, row.id, row.wantErr)
		}
	}
}

// credentialsOf returns the credentials of an environment and of a bundle with words VARIABLE=value, all without the prefix.
func credentialsOf(t *testing.T, env map[string]string, bundle string) Credentials {
	t.Helper()
	s := variables.Source{Getenv: func(name string) string { return env[strings.TrimPrefix(name, variables.Prefix)] }}
	s.Environ = func() (all []string) {
		for name, value := range env {
			all = append(all, variables.Prefix+name+"="+value)
		}
		return all
	}
	if bundle != "" {
		var err error
		if s.Bundle, err = variables.Parse("acme.env", variables.Prefix+strings.ReplaceAll(bundle, " ", "\n"+variables.Prefix)); err != nil {
			t.Fatal(err)
		}
	}
	return NewCredentials(s)
}

// TestPrecedence: which of two places counts for a credential.
func TestPrecedence(t *testing.T) {
	const account = "CLIENT_ID_ACME=mdb_sa_id_1 CLIENT_SECRET_ACME=s"
	for _, row := range []struct {
		reason string
		env    map[string]string
		bundle string
		want   string // the id, or the error
	}{
		{"only the bundle has it", nil, account, "mdb_sa_id_1"},
		{"both places have it", map[string]string{"CLIENT_ID_ACME": "mdb_sa_id_2", "CLIENT_SECRET_ACME": "s"}, account, "mdb_sa_id_2"},
		{"a variable with only blanks is not set", map[string]string{"CLIENT_ID_ACME": " "}, account, "mdb_sa_id_1"},
		{"the environment has the other kind", map[string]string{"PUBLIC_KEY_ACME": "p", "PRIVATE_KEY_ACME": "s"}, account, "p"},
		{"the environment has a part of the other kind, and the bundle has both kinds", map[string]string{"PUBLIC_KEY_ACME": "p"}, account + " PRIVATE_KEY_ACME=s", "p"},
		{"the environment has another spelling", map[string]string{"PUBLIC_KEY_ACME": "p"}, "PUBLIC_API_KEY_ACME=old PRIVATE_API_KEY_ACME=s", "p"},
		{"the environment has a part of the other kind", map[string]string{"PUBLIC_KEY_ACME": "p"}, account,
			"MONGODB_ATLAS_PUBLIC_KEY_ACME is set, but MONGODB_ATLAS_PRIVATE_KEY_ACME is not; set both"},
		{"the bundle has both kinds", nil, account + " PUBLIC_KEY_ACME=p", "credentials: ACME has both a service account and an API key; remove MONGODB_ATLAS_CLIENT_ID_ACME and " +
			"MONGODB_ATLAS_CLIENT_SECRET_ACME in acme.env, or MONGODB_ATLAS_PUBLIC_KEY_ACME in acme.env"},
		{"the environment has both kinds", map[string]string{"CLIENT_ID_ACME": "mdb_sa_id_2", "PUBLIC_KEY_ACME": "p"}, account,
			"credentials: ACME has both a service account and an API key; unset MONGODB_ATLAS_CLIENT_ID_ACME, or MONGODB_ATLAS_PUBLIC_KEY_ACME"},
		{"the bundle has two spellings", nil, "PUBLIC_API_KEY_ACME=new PUBLIC_KEY_ACME=old PRIVATE_KEY_ACME=s",
			"MONGODB_ATLAS_PUBLIC_API_KEY_ACME and MONGODB_ATLAS_PUBLIC_KEY_ACME in acme.env differ; remove one of them"},
		{"the bundle has a part", nil, "CLIENT_SECRET_ACME=canary", "MONGODB_ATLAS_CLIENT_SECRET_ACME in acme.env is set, but MONGODB_ATLAS_CLIENT_ID_ACME is not; set both"},
		{"the bundle has another credential", nil, "PUBLIC_KEY=p PRIVATE_KEY=s", "no credential is set; set MONGODB_ATLAS_CLIENT_ID_ACME and MONGODB_ATLAS_CLIENT_SECRET_ACME, or " +
			"MONGODB_ATLAS_PUBLIC_API_KEY_ACME and MONGODB_ATLAS_PRIVATE_API_KEY_ACME, or add one of these pairs to acme.env"},
		{"the bundle has a service account as key", nil, "PUBLIC_KEY_ACME=mdb_sa_id_1 PRIVATE_KEY_ACME=canary",
			"MONGODB_ATLAS_PUBLIC_KEY_ACME and MONGODB_ATLAS_PRIVATE_KEY_ACME in acme.env hold a service account; set MONGODB_ATLAS_CLIENT_ID_ACME and MONGODB_ATLAS_CLIENT_SECRET_ACME instead of them"},
	} {
		c, err := credentialsOf(t, row.env, row.bundle).Named("ACME")
		got := c.ID
		if err != nil {
			got = err.Error()
		}
		if got != row.want || err == nil && c.Secret != "s" {
			t.Errorf("%s: got %s, want %s", row.reason, got, row.want)
		}
	}
}

// TestNames: one variable of a credential is enough, in the environment or in a bundle.
func TestNames(t *testing.T) {
	env := map[string]string{"CLIENT_ID_ZOO": "1", "PRIVATE_KEY_ACME_EU": "1", "PUBLIC_KEY": "1", "PUBLIC_KEY_EMPTY": " ", "BASE_URL": "1", "CLIENT_ID_": "1", "CLIENT_ID_acme": "1", "PUBLIC_KEYS": "1"}
	for _, row := range []struct {
		reason string
		env    map[string]string
		bundle string
		want   string
	}{
		{"none", nil, "", "[]"},
		{"the environment", env, "", `["" "ACME_EU" "ZOO"]`},
		{"a bundle, too", env, "CLIENT_ID_ZOO=2 PRIVATE_API_KEY_API_KEY=2", `["" "ACME_EU" "API_KEY" "ZOO"]`},
		{"a bundle only", nil, "CLIENT_ID_ZOO=2 CLIENT_ID_EMPTY=", `["ZOO"]`},
	} {
		if got := fmt.Sprintf("%q", credentialsOf(t, row.env, row.bundle).Names()); got != row.want {
			t.Errorf("%s: got %s, want %s", row.reason, got, row.want)
		}
	}
}

// TestVariablesOfCredential: a credential has the names of the variables that it was read from, in the spelling that was used.
func TestVariablesOfCredential(t *testing.T) {
	for _, row := range []struct {
		reason string
		env    map[string]string
		bundle string
		want   string
	}{
		{"a service account", map[string]string{"CLIENT_ID_ACME": "mdb_sa_id_1", "CLIENT_SECRET_ACME": "s"}, "", "MONGODB_ATLAS_CLIENT_ID_ACME and MONGODB_ATLAS_CLIENT_SECRET_ACME"},
		{"an API key, in the short spelling", map[string]string{"PUBLIC_KEY_ACME": "p", "PRIVATE_KEY_ACME": "s"}, "", "MONGODB_ATLAS_PUBLIC_KEY_ACME and MONGODB_ATLAS_PRIVATE_KEY_ACME"},
		{"an API key in two different spellings", map[string]string{"PUBLIC_KEY_ACME": "p", "PRIVATE_API_KEY_ACME": "s"}, "", "MONGODB_ATLAS_PUBLIC_KEY_ACME and MONGODB_ATLAS_PRIVATE_API_KEY_ACME"},
		{"a bundle", nil, "CLIENT_ID_ACME=mdb_sa_id_1 CLIENT_SECRET_ACME=s", "MONGODB_ATLAS_CLIENT_ID_ACME and MONGODB_ATLAS_CLIENT_SECRET_ACME in acme.env"},
		{"one variable is set by itself", map[string]string{"CLIENT_SECRET_ACME": "s"}, "CLIENT_ID_ACME=mdb_sa_id_1 CLIENT_SECRET_ACME=old", "MONGODB_ATLAS_CLIENT_ID_ACME in acme.env and MONGODB_ATLAS_CLIENT_SECRET_ACME"},
		{"the other one is set by itself", map[string]string{"CLIENT_ID_ACME": "mdb_sa_id_2"}, "CLIENT_SECRET_ACME=s", "MONGODB_ATLAS_CLIENT_ID_ACME and MONGODB_ATLAS_CLIENT_SECRET_ACME in acme.env"},
	} {
		c, err := credentialsOf(t, row.env, row.bundle).Named("ACME")
		if err != nil || c.Variables != row.want || c.Secret != "s" {
			t.Errorf("%s: got %q, %v", row.reason, c.Variables, err)
		}
	}
}

// TestVariables: Credentials reads the variables that Variables returns.
func TestVariables(t *testing.T) {
	for _, id := range []string{"public", "mdb_sa_id_1"} {
		forID, forSecret := Variables(id, "ACME")
		env := map[string]string{forID: id, forSecret: "s"}
		if c, err := NewCredentials(variables.Source{Getenv: func(name string) string { return env[name] }}).Named("ACME"); err != nil || c.ID != id {
			t.Errorf("%s and %s: got %q, %v", forID, forSecret, c.ID, err)
		}
	}
}

// TestSecretsDoNotPrint: neither JSON nor any verb of the fmt package shows a secret.
func TestSecretsDoNotPrint(t *testing.T) {
	credential := NewCredential("public", "canary")
	credentials := credentialsOf(t, nil, "PRIVATE_KEY=canary")
	if data, err := json.Marshal([]any{credential, credentials}); err != nil || strings.Contains(string(data), "canary") {
		t.Errorf("JSON shows %s, %v", data, err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		if got := fmt.Sprintf(verb+verb+verb+verb, credential, credentials, &credentials, struct{ c Credentials }{credentials}); strings.Contains(got, "canary") || strings.Contains(got, fmt.Sprintf("%x", "canary")) {
			t.Errorf("%s prints %s", verb, got)
		}
	}
}
