package reconcile

import (
	"context"
	"errors"
	"path/filepath"

	"atlas-gitops/internal/plan"
)

// CheckExposed returns an error if the file would hold new credentials and git does not ignore it. If that is unknown, for example
// without git, it returns nil: the error is only a warning. The action does not call it: people do not commit from its checkout.
func (e Env) CheckExposed(ctx context.Context, file string, p *plan.Plan) error {
	if file == "" || len(p.Handouts()) == 0 {
		return nil
	}
	dir, base := filepath.Split(file)
	path := filepath.Join(absolute(e, dir), base) // git refuses a path through a link to a directory
	root := e.Repository(filepath.Dir(path))
	if root == "" {
		return nil
	}
	if ignored, err := e.Ignores(ctx, root, path); ignored || err != nil {
		return nil
	}
	return errors.New(e.Relative(file) + " will hold secrets, and git does not ignore it; add it to .gitignore")
}
