package action

import (
	"io"

	"atlas-gitops/internal/github"
	"atlas-gitops/internal/reconcile"
)

// MaskSecrets makes GitHub's runner hide each secret of a bundle. By itself it hides only the whole text and its lines. Call it before
// anything is written to the log. Elsewhere than on GitHub it writes nothing: the log would show the secrets.
func MaskSecrets(w World) error {
	if w.Getenv("GITHUB_ACTIONS") != "true" {
		return nil
	}
	for _, secret := range reconcile.BundleSecrets(w.Env) {
		if _, err := io.WriteString(w.Log, github.Command("add-mask", secret)); err != nil {
			return err
		}
	}
	return nil
}
