package reconcile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/safetext"
)

// CheckExposed returns an error if the file would hold new credentials and git does not ignore it. If that is unknown, for example
// without git, it returns nil: the error is only a warning. The action does not call it: people do not commit from its checkout.
func (e Env) CheckExposed(ctx context.Context, file string, p *plan.Plan) error {
	if file == "" || len(p.Handouts()) == 0 || !isExposed(ctx, e, file) {
		return nil
	}
	return errors.New(e.Relative(file) + " will hold secrets, and git does not ignore it; add it to .gitignore")
}

// CheckCredentialsFile returns warnings about a file that has credentials already: others can read it, or git does not ignore it.
func CheckCredentialsFile(ctx context.Context, e Env, file string) (warnings []error) {
	info, err := fs.Stat(e.Files, filepath.ToSlash(file))
	if err != nil || !info.Mode().IsRegular() { // it was read already; a pipe, as of <(command), has no other reader
		return nil
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		warnings = append(warnings, fmt.Errorf("%s holds secrets, and other users can read it; run: chmod 600 %s", file, safetext.Shell(file)))
	}
	if isExposed(ctx, e, file) {
		warnings = append(warnings, fmt.Errorf("%s holds secrets, and git does not ignore it; add it to .gitignore", file))
	}
	return warnings
}

// isExposed reports whether a file is in a repository that does not ignore it. If that is unknown, it returns false.
func isExposed(ctx context.Context, e Env, file string) bool {
	dir, base := filepath.Split(file)
	path := filepath.Join(absolute(e, dir), base) // git refuses a path through a link to a directory
	root := e.Repository(filepath.Dir(path))
	if root == "" {
		return false
	}
	ignored, err := e.Ignores(ctx, root, path)
	return !ignored && err == nil
}
