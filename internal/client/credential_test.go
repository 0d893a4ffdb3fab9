package client

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestCredentialFromEnv(t *testing.T) {
	const (
		account = "mdb_sa_id_5f1b0c0d0e0f0a0b0c0d0e0f"
		both    = "; set either MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET, or MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY"
		keys    = "; set MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY"
		client  = "; set MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET"
	)
	for _, row := range []struct {
		reason, name string
		env          map[string]string
		id, wantErr  string
	}{
		{"an API key", "", map[string]string{"PUBLIC_API_KEY": "p", "PRIVATE_API_KEY": "s"}, "p", ""},
		{"the names that the SDK's examples use", "", map[string]string{"PUBLIC_KEY": "p", "PRIVATE_KEY": "s"}, "p", ""},
		{"a named one", "ACME", map[string]string{"PUBLIC_API_KEY_ACME": "p", "PRIVATE_KEY_ACME": "s"}, "p", ""},
		{"a service account", "", map[string]string{"CLIENT_ID": account, "CLIENT_SECRET": "s"}, account, ""},
		{"a named one, with the line end that pasting brought", "ACME", map[string]string{"CLIENT_ID_ACME": account + "\n", "CLIENT_SECRET_ACME": "s\n"}, account, ""},
		{"another kind under another name does not count", "ACME", map[string]string{"CLIENT_ID_ACME": account, "CLIENT_SECRET_ACME": "s", "PUBLIC_KEY": "p", "PRIVATE_KEY": "s"}, account, ""},
		{"none", "", nil, "", "there is no credential in the environment" + both},
		{"blanks are none", "", map[string]string{"PUBLIC_KEY": " "}, "", "there is no credential in the environment" + both},
		{"a named one does not fall back to the unnamed: that belongs to another organization", "ACME",
			map[string]string{"PUBLIC_API_KEY": "p", "PRIVATE_API_KEY": "s"}, "",
			"there is no credential in the environment; set either MONGODB_ATLAS_CLIENT_ID_ACME and MONGODB_ATLAS_CLIENT_SECRET_ACME, or MONGODB_ATLAS_PUBLIC_API_KEY_ACME and MONGODB_ATLAS_PRIVATE_API_KEY_ACME"},
		{"both kinds: nobody knows which was meant", "", map[string]string{"CLIENT_ID": account, "CLIENT_SECRET": "canary", "PUBLIC_KEY": "p", "PRIVATE_KEY": "canary"}, "",
			"there are both a service account and an API key in the environment; unset either MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET, or MONGODB_ATLAS_PUBLIC_KEY and MONGODB_ATLAS_PRIVATE_KEY"},
		{"half of each is both kinds too", "", map[string]string{"CLIENT_SECRET": "canary", "PUBLIC_KEY": "p"}, "",
			"there are both a service account and an API key in the environment; unset either MONGODB_ATLAS_CLIENT_SECRET, or MONGODB_ATLAS_PUBLIC_KEY"},
		{"half a key", "", map[string]string{"PUBLIC_API_KEY": "p"}, "", "the public key has no private key beside it" + keys},
		{"the other half", "", map[string]string{"PRIVATE_API_KEY": "canary"}, "", "the private key has no public key beside it" + keys},
		{"half a service account", "", map[string]string{"CLIENT_ID": account}, "", "the id of the service account has no secret beside it" + client},
		{"the other half", "", map[string]string{"CLIENT_SECRET": "canary"}, "", "the secret of the service account has no id beside it" + client},
		{"something else pasted with it", "", map[string]string{"PUBLIC_KEY": "p", "PRIVATE_KEY": "canary\nX-Header: y"}, "",
			"the API key has blanks, line breaks or signs in it that none has" + keys},
		{"or with the other", "", map[string]string{"CLIENT_ID": account, "CLIENT_SECRET": "canary canary"}, "",
			"the service account has blanks, line breaks or signs in it that none has" + client},
		{"two names, two values: nobody knows which", "", map[string]string{"PUBLIC_API_KEY": "new", "PUBLIC_KEY": "old", "PRIVATE_KEY": "canary"}, "",
			"the variables of the API key (MONGODB_ATLAS_PUBLIC_API_KEY, MONGODB_ATLAS_PUBLIC_KEY, MONGODB_ATLAS_PRIVATE_KEY) hold two different ones" + keys},
		{"two names, one value", "", map[string]string{"PUBLIC_API_KEY": "p", "PUBLIC_KEY": "p", "PRIVATE_KEY": "s"}, "p", ""},
		{"the halves of a key have changed places", "", map[string]string{"PUBLIC_KEY": "01bdd56c-8977-4000-8000-00000000cafe", "PRIVATE_KEY": "abcdefgh"}, "",
			"the public and the private key have changed places" + keys},
		{"the halves of a service account have changed places", "", map[string]string{"CLIENT_ID": "mdb_sa_sk_canary", "CLIENT_SECRET": account}, "",
			"the id and the secret of the service account have changed places" + client},
		{"an id of something else", "", map[string]string{"CLIENT_ID": "abcdefgh", "CLIENT_SECRET": "canary"}, "",
			"the id of the service account does not start with mdb_sa_id_" + client},
		{"a service account in the wrong place", "", map[string]string{"PUBLIC_API_KEY": account, "PRIVATE_API_KEY": "canary"}, "",
			"the variables of the API key hold a service account" + client + "; unset MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY"},
		{"half of one", "", map[string]string{"PUBLIC_KEY": "mdb_sa_sk_canary"}, "",
			"the variables of the API key hold a service account" + client + "; unset MONGODB_ATLAS_PUBLIC_KEY"},
		{"or the other half", "", map[string]string{"PUBLIC_KEY": "abcdefgh", "PRIVATE_KEY": "mdb_sa_sk_canary"}, "",
			"the variables of the API key hold a service account" + client + "; unset MONGODB_ATLAS_PUBLIC_KEY and MONGODB_ATLAS_PRIVATE_KEY"},
	} {
		getenv := func(name string) string { return row.env[strings.TrimPrefix(name, "MONGODB_ATLAS_")] }
		c, err := CredentialFromEnv(getenv, row.name)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if c.ID != row.id || got != row.wantErr || row.id != "" && c.Secret != "s" {
			t.Errorf("%s: got %q, %q; want %q, %q", row.reason, c.ID, got, row.id, row.wantErr)
		}
	}
}

// TestVariables: what tells a shell which variables to set is what reads them.
func TestVariables(t *testing.T) {
	for _, id := range []string{"public", "mdb_sa_id_1"} {
		forID, forSecret := Variables(id, "ACME")
		env := map[string]string{forID: id, forSecret: "s"}
		if c, err := CredentialFromEnv(func(name string) string { return env[name] }, "ACME"); err != nil || c.ID != id {
			t.Errorf("%s and %s: got %q, %v", forID, forSecret, c.ID, err)
		}
	}
}

// TestSecretsDoNotPrint: neither JSON nor any verb of the fmt package shows a secret.
func TestSecretsDoNotPrint(t *testing.T) {
	credential := NewCredential("public", "canary")
	if data, err := json.Marshal(credential); err != nil || strings.Contains(string(data), "canary") {
		t.Errorf("JSON shows %s, %v", data, err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		if got := fmt.Sprintf(verb, credential); strings.Contains(got, "canary") || strings.Contains(got, fmt.Sprintf("%x", "canary")) {
			t.Errorf("%s prints %s", verb, got)
		}
	}
}
