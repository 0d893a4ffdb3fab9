package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// checkout puts the files of a commit into a new directory, which looks like the root of a repository. The repository
// stays as it is, and none of its hooks runs.
func checkout(ctx context.Context, repository, commit string) (dir string, remove func() error, err error) {
	id, err := git(ctx, repository, nil, "rev-parse", "--verify", "--quiet", "--end-of-options", commit+"^{commit}")
	if exit := new(exec.ExitError); errors.As(err, &exit) {
		return "", nil, errors.New("git does not know that commit here; with actions/checkout, fetch-depth: 2 brings a pull request's base")
	}
	if err != nil {
		return "", nil, err
	}
	dir, err = os.MkdirTemp("", "atlas-gitops-*")
	if err != nil {
		return "", nil, err
	}
	remove = func() error { return os.RemoveAll(dir) }
	marker := filepath.Join(dir, ".git")
	if err := os.Mkdir(marker, 0o700); err != nil {
		return "", nil, errors.Join(err, remove())
	}
	index := []string{"GIT_INDEX_FILE=" + filepath.Join(marker, "index")}
	if _, err := git(ctx, repository, index, "read-tree", strings.TrimSpace(id)); err != nil {
		return "", nil, errors.Join(err, remove())
	}
	if _, err := git(ctx, repository, index, "checkout-index", "--all", "--prefix="+dir+string(filepath.Separator)); err != nil {
		return "", nil, errors.Join(err, remove())
	}
	return dir, remove, nil
}

// git runs git in a repository, with more variables, and returns what it says.
func git(ctx context.Context, repository string, variables []string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-C", repository}, args...)...)
	cmd.Env = append(os.Environ(), variables...)
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		err = fmt.Errorf("git %s: %s", args[0], strings.TrimSpace(string(exit.Stderr)))
	}
	return string(out), err
}
