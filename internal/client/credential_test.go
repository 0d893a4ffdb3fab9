package client

import "testing"

func TestCredentialFromEnv(t *testing.T) {
	for _, row := range []struct {
		reason, name string
		env          map[string]string
		public       string
		wantErr      string
	}{
		{"the unnamed one", "", map[string]string{"MONGODB_ATLAS_PUBLIC_API_KEY": "p", "MONGODB_ATLAS_PRIVATE_API_KEY": "s"}, "p", ""},
		{"the names that the SDK's examples use", "", map[string]string{"MONGODB_ATLAS_PUBLIC_KEY": "p", "MONGODB_ATLAS_PRIVATE_KEY": "s"}, "p", ""},
		{"a named one", "ACME", map[string]string{"MONGODB_ATLAS_PUBLIC_API_KEY_ACME": "p", "MONGODB_ATLAS_PRIVATE_KEY_ACME": "s"}, "p", ""},
		{"a named one does not fall back to the unnamed: that belongs to another organization", "ACME",
			map[string]string{"MONGODB_ATLAS_PUBLIC_API_KEY": "p", "MONGODB_ATLAS_PRIVATE_API_KEY": "s"}, "",
			"there is no API key in the environment; set MONGODB_ATLAS_PUBLIC_API_KEY_ACME and MONGODB_ATLAS_PRIVATE_API_KEY_ACME"},
		{"half a pair", "", map[string]string{"MONGODB_ATLAS_PUBLIC_API_KEY": "p"}, "",
			"the public key has no private key beside it; set MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY"},
		{"the other half", "", map[string]string{"MONGODB_ATLAS_PRIVATE_API_KEY": "canary"}, "",
			"the private key has no public key beside it; set MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY"},
		{"a service account in the wrong place", "", map[string]string{"MONGODB_ATLAS_PUBLIC_API_KEY": "mdb_sa_id_1", "MONGODB_ATLAS_PRIVATE_API_KEY": "canary"}, "",
			"the public key is the id of a service account, not an API key; set MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY"},
	} {
		c, err := CredentialFromEnv(func(name string) string { return row.env[name] }, row.name)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if c.PublicKey != row.public || got != row.wantErr {
			t.Errorf("%s: got %q, %q; want %q, %q", row.reason, c.PublicKey, got, row.public, row.wantErr)
		}
	}
}
