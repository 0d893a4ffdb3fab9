package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
)

// resolve returns the full hash of a commit.
func resolve(ctx context.Context, repository, name string) (string, error) {
	g := &git{ctx: ctx, repository: repository}
	id := strings.TrimSpace(g.run("", "rev-parse", "--verify", "--quiet", "--end-of-options", name+"^{commit}"))
	if exit := new(exec.ExitError); errors.As(g.err, &exit) {
		return "", errors.New("git does not know that commit here; with actions/checkout, fetch-depth: 2 brings a pull request's base")
	}
	return id, g.err
}

// checkout puts the YAML files and the links of a commit into a new directory, which looks like the root of a repository.
// The repository stays as it is, and none of its hooks runs.
func checkout(ctx context.Context, repository, commit string) (dir string, remove func() error, err error) {
	dir, err = os.MkdirTemp("", "atlas-gitops-*")
	if err != nil {
		return "", nil, err
	}
	remove = func() error { return os.RemoveAll(dir) }
	marker := filepath.Join(dir, ".git")
	if err := os.Mkdir(marker, 0o700); err != nil {
		return "", nil, errors.Join(err, remove())
	}
	g := &git{ctx: ctx, repository: repository, variables: []string{"GIT_INDEX_FILE=" + filepath.Join(marker, "index")}}
	g.run("", "read-tree", commit)
	g.run(treeFiles(g.run("", "ls-files", "-z", "--stage")), "checkout-index", "-z", "--stdin", "--prefix="+dir+string(filepath.Separator))
	if g.err != nil {
		return "", nil, errors.Join(g.err, remove())
	}
	return dir, remove, nil
}

// treeFiles returns of the files of an index those that a tree can have, each with a NUL behind it.
func treeFiles(index string) (names string) {
	const link = "120000 "
	for entry := range strings.SplitSeq(index, "\x00") {
		_, name, _ := strings.Cut(entry, "\t")
		if ext := path.Ext(name); strings.HasPrefix(entry, link) || ext == ".yaml" || ext == ".yml" {
			names += name + "\x00"
		}
	}
	return names
}

// git runs git in a repository, until something fails.
type git struct {
	ctx        context.Context
	repository string
	variables  []string // besides those of this process
	err        error
}

// run gives git an input, and returns what it says.
func (g *git) run(input string, args ...string) string {
	if g.err != nil {
		return ""
	}
	cmd := exec.CommandContext(g.ctx, "git", append([]string{"-C", g.repository}, args...)...)
	cmd.Env, cmd.Stdin = append(os.Environ(), g.variables...), strings.NewReader(input)
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		err = fmt.Errorf("git %s: %s", args[0], strings.TrimSpace(string(exit.Stderr)))
	}
	g.err = err
	return string(out)
}
