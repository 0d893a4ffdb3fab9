package reconcile

import (
	"context"

	"atlas-gitops/internal/files"
	"atlas-gitops/internal/git"
)

import ()

// onDisk is the real world as a run sees it that works in a directory.
func onDisk(dir string) Env {
	return Env{
		Dir: dir, Getenv: func(string) string { return "" }, Files: files.System{}, Follow: files.Follow, Resolve: git.Resolve,
		Commit: func(ctx context.Context, repository, commit string) (CommitTree, error) {
			return git.Open(ctx, repository, commit)
		},
	}
}
