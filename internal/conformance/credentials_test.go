//go:build act

package conformance

import (
	"fmt"
	"strings"
	"testing"

	"atlas-gitops/internal/client"
)

// TestActionCredentials: the input credentials wins over the job's variable, and the job's variable counts without the input. The
// runner hides the secrets of a bundle that it does not know as a secret, also in the log of later steps.
func TestActionCredentials(t *testing.T) {
	t.Parallel()
	w := newWorkplace(t)
	w.install()
	bundle, secrets := w.bundle("    ")
	const step = "      - uses: OWNER/atlas-gitops@v0.1.0\n        with: { program: atlas-gitops, path: orgs, comment: never"
	w.write(".github/workflows/bundle.yml", `
on: push
env:
  INPUT: |
`+bundle+`
jobs:
  plan:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@df4cb1c069e1874edd31b4311f1884172cec0e10 # v6.0.3
`+step+", credentials: '${{ env.INPUT }}' }\n        env: { MONGODB_ATLAS_CREDENTIALS: wrong }\n"+
		step+", credentials: '' }\n        env: { MONGODB_ATLAS_CREDENTIALS: '${{ env.INPUT }}' }\n"+
		step+", credentials: \" \\n\" }\n        env: { MONGODB_ATLAS_CREDENTIALS: '${{ env.INPUT }}' }\n"+
		"      - run: printf '%s\\n' \"$INPUT\"\n")
	r := w.run("push", "bundle.yml", w.push()).ends(true)
	if plans := strings.Count(r.text(), "\nPlan: 1 to create, 5 to update, 1 to delete,"); plans != 3 {
		t.Errorf("%d plans, want 3:\n%s", plans, r.text())
	}
	if !strings.Contains(r.text(), "MONGODB_ATLAS_CLIENT_SECRET_ACME_PROD='***'") {
		t.Errorf("the last step does not show the bundle without its secrets:\n%s", r.text())
	}
	for _, secret := range secrets {
		if strings.Contains(r.text(), secret) {
			t.Errorf("the log shows %s", secret)
		}
	}
}

// bundle returns the service accounts of the example organizations as a bundle with indented lines, and their secrets.
func (w *workplace) bundle(indent string) (text string, secrets []string) {
	for _, c := range w.atlas.server.Load().Credentials() {
		forID, forSecret := client.Variables(c.ClientID, c.Name)
		text += fmt.Sprintf("%s%s=%s\n%[1]s%[4]s='%[5]s'\n", indent, forID, c.ClientID, forSecret, c.ClientSecret)
		secrets = append(secrets, c.ClientSecret)
	}
	return text, secrets
}
