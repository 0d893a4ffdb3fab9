package reconcile

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"atlas-gitops/internal/files"
	"atlas-gitops/internal/git"
)

// onDisk returns an Env with the real disk and the real git, for a working directory.
func onDisk(dir string) Env {
	return Env{
		Dir: dir, Getenv: func(string) string { return "" }, Files: files.System{}, Follow: files.Follow, Resolve: git.Resolve,
		Commit: func(ctx context.Context, repository, commit string) (CommitTree, error) {
			return git.Open(ctx, repository, commit)
		},
	}
}

// put writes a file. If the text is "-> TARGET", it makes a link to TARGET.
func put(t *testing.T, name, text string) {
	t.Helper()
	err := os.MkdirAll(filepath.Dir(name), 0o755)
	if target, isLink := strings.CutPrefix(text, "-> "); isLink && err == nil {
		err = os.Symlink(target, name)
	} else if err == nil {
		err = os.WriteFile(name, []byte(text), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
