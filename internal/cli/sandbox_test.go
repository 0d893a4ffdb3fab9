package cli

import (
	"strings"
	"testing"

	"atlas-gitops/internal/sandbox"
)

// TestIntroduce: the lines are meant for a shell, so nothing stands in them that a request could have brought in.
func TestIntroduce(t *testing.T) {
	var b strings.Builder
	credentials := []sandbox.Credential{
		{Name: "ACME", PublicKey: "p", PrivateKey: "s"},
		{Name: "x; rm -rf ~", PublicKey: "p", PrivateKey: "s", Issued: true}, // its name is what a client called it
	}
	err := introduce(&b, "http://127.0.0.1:1", credentials, false)
	want := "export MONGODB_ATLAS_BASE_URL=http://127.0.0.1:1\nexport MONGODB_ATLAS_PUBLIC_API_KEY_ACME=p\nexport MONGODB_ATLAS_PRIVATE_API_KEY_ACME=s\n"
	if err != nil || b.String() != want {
		t.Errorf("got %q, %v", b.String(), err)
	}
}
