package resource

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestSecretsAreNotPrinted: printing a credential, or a value that contains one, never shows the secret.
func TestSecretsAreNotPrinted(t *testing.T) {
	const secret = "mdb_sa_sk_0123"
	c := Credential{ID: "mdb_sa_id_1", Secret: secret}
	for _, v := range []any{c, &c, c.Secret, []Credential{c}, map[string]Credential{"a": c}, Created{Credential: &c}, struct{ Created }{Created{Credential: &c}}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			if got := fmt.Sprintf(verb, v); strings.Contains(got, secret) || strings.Contains(got, fmt.Sprintf("%x", secret)) {
				t.Errorf("%s of %T shows the secret: %s", verb, v, got)
			}
		}
		if data, err := json.Marshal(v); err != nil || strings.Contains(string(data), secret) {
			t.Errorf("JSON of %T shows the secret: %s, %v", v, data, err)
		}
	}
}
