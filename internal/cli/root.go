package cli

import (
	"io/fs"
	"path"
	"path/filepath"
	"slices"

	"atlas-gitops/internal/spec"
)

// fromRoot returns diagnostics whose files are named from the root of the repository, as GitHub knows them, wherever
// in it the program runs.
func (in *invocation) fromRoot(diagnostics []spec.Diagnostic) []spec.Diagnostic {
	moved := slices.Clone(diagnostics)
	root := in.repository()
	for i := range moved {
		moved[i].File = in.relativeTo(root, moved[i].File)
		if other := moved[i].Other; other != nil {
			copied := *other
			copied.File = in.relativeTo(root, other.File)
			moved[i].Other = &copied
		}
	}
	return moved
}

// repository returns the nearest directory from the working directory on upwards that is the root of a repository;
// that of the workflow, or the working directory, if there is none.
func (in *invocation) repository() string {
	dir := filepath.ToSlash(in.Dir)
	for at := dir; ; at = path.Dir(at) {
		if _, err := fs.Stat(in.Files, path.Join(at, ".git")); err == nil {
			return at
		}
		if at == path.Dir(at) {
			break
		}
	}
	if workspace := in.Getenv("GITHUB_WORKSPACE"); workspace != "" {
		return filepath.ToSlash(workspace)
	}
	return dir
}

// relativeTo returns the name of a file from a directory, if the file is in it, and the file as it is otherwise.
func (in *invocation) relativeTo(dir, file string) string {
	whole := filepath.FromSlash(file)
	if !filepath.IsAbs(whole) {
		whole = filepath.Join(in.Dir, whole)
	}
	below, err := filepath.Rel(filepath.FromSlash(dir), whole)
	if err != nil || !filepath.IsLocal(below) {
		return file
	}
	return filepath.ToSlash(below)
}
