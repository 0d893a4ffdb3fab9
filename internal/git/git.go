// Package git reads the raw objects of commits, without a checkout. A checkout applies attributes, filters and hooks,
// and the author of a pull request controls those in the work tree.
package git

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Resolve returns the full hash of a commit.
func Resolve(ctx context.Context, repository, name string) (commit string, err error) {
	cmd, err := command(ctx, repository, "rev-parse", "--verify", "--quiet", "--end-of-options", name+"^{commit}")
	if err != nil {
		return "", err
	}
	out, err := cmd.Output()
	exit := new(exec.ExitError)
	switch {
	case ctx.Err() != nil:
		return "", context.Cause(ctx)
	case errors.As(err, &exit) && len(exit.Stderr) > 0:
		return "", fmt.Errorf("git rev-parse: %s", strings.TrimSpace(string(exit.Stderr)))
	case errors.As(err, &exit):
		return "", errors.New("git does not have this commit; with actions/checkout, set fetch-depth: 2 to fetch the base of a pull request")
	}
	return strings.TrimSpace(string(out)), err
}

// Ignores reports whether git ignores a file and does not track it. file is an absolute path. The file need not exist.
func Ignores(ctx context.Context, repository, file string) (bool, error) {
	cmd, err := command(ctx, repository, "check-ignore", "--quiet", "--", file)
	if err != nil {
		return false, err
	}
	err = cmd.Run()
	if exit := new(exec.ExitError); errors.As(err, &exit) && exit.ExitCode() == 1 {
		return false, nil
	}
	return err == nil, err
}

// command returns a git command that reads the repository with this root directory, and no other one.
func command(ctx context.Context, repository string, args ...string) (*exec.Cmd, error) {
	root, err := filepath.Abs(repository)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "git", append([]string{"--no-replace-objects", "-C", root}, args...)...)
	cmd.WaitDelay = 5 * time.Second // do not wait longer for a child of git that holds a pipe open
	cmd.Env = append(slices.DeleteFunc(os.Environ(), choosesRepository),
		"GIT_CEILING_DIRECTORIES="+filepath.Dir(root), // if .git is not a repository, do not search the parent directories
		"GIT_ALLOW_PROTOCOL=",                         // in a partial clone, do not fetch missing objects
		"LC_ALL=C",                                    // objects.end compares git's messages in English
	)
	return cmd, nil
}

// choosesRepository reports whether a variable makes git read another repository, or other parents of a commit. Git
// sets such variables for its hooks. Variables with configuration are kept: for example, they may set safe.directory.
func choosesRepository(variable string) bool {
	name, _, _ := strings.Cut(variable, "=")
	return slices.Contains([]string{"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_GRAFT_FILE", "GIT_SHALLOW_FILE"}, name)
}
