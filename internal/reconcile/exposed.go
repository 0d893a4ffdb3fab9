package reconcile

import (
	"context"
	"path/filepath"

	"atlas-gitops/internal/plan"
)

// ExposedError says that a file for secrets may get into git.
type ExposedError struct{ File string }

func (e *ExposedError) Error() string {
	return e.File + " will hold secrets, and git does not ignore it; add it to .gitignore"
}

// CheckExposed returns an [ExposedError] if the file would hold new credentials and git does not ignore it. If that is unknown, for
// example without git, it returns nil: the error is only a warning.
func (e Env) CheckExposed(ctx context.Context, file string, p *plan.Plan) error {
	if file == "" || len(p.Handouts()) == 0 {
		return nil
	}
	dir, base := filepath.Split(file)
	file = filepath.Join(absolute(e, dir), base) // git refuses a path through a link to a directory
	root := e.Repository(filepath.Dir(file))
	if root == "" {
		return nil
	}
	if ignored, err := e.Ignores(ctx, root, file); ignored || err != nil {
		return nil
	}
	return &ExposedError{e.Relative(dir + base)}
}
