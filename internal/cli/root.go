package cli

import (
	"io/fs"
	"path/filepath"
	"slices"
	"sync"

	"atlas-gitops/internal/spec"
)

// fromRoot returns diagnostics whose files are named from the root of their repository, as GitHub knows them, wherever
// the program runs.
func (in *invocation) fromRoot(diagnostics []spec.Diagnostic) []spec.Diagnostic {
	moved, rename := slices.Clone(diagnostics), in.namesFromRoot()
	for i := range moved {
		moved[i].File = rename(moved[i].File)
		if other := moved[i].Other; other != nil {
			copied := *other
			copied.File = rename(other.File)
			moved[i].Other = &copied
		}
	}
	return moved
}

// pathsFromRoot returns the trees of the arguments by their names from the root of their repository.
func (in *invocation) pathsFromRoot() ([]string, error) {
	paths, err := in.paths()
	rename := in.namesFromRoot()
	for i, p := range paths {
		paths[i] = rename(p)
	}
	return paths, err
}

// namesFromRoot returns what names files from the root of their repository, and looks for it once for each.
func (in *invocation) namesFromRoot() func(file string) string {
	var mu sync.Mutex
	names := map[string]string{}
	return func(file string) string {
		mu.Lock()
		defer mu.Unlock()
		if _, known := names[file]; !known {
			names[file] = in.nameFromRoot(file)
		}
		return names[file]
	}
}

// nameFromRoot returns the name of a file, or a directory, from the nearest directory that is the root of a repository and
// holds it, or is it; or else from the workflow's or the working directory.
func (in *invocation) nameFromRoot(file string) string {
	whole := filepath.FromSlash(file)
	if !filepath.IsAbs(whole) {
		whole = filepath.Join(in.Dir, whole)
	}
	for _, root := range []string{in.repository(whole), in.Getenv("GITHUB_WORKSPACE"), in.Dir} {
		if below, err := filepath.Rel(root, whole); root != "" && err == nil && filepath.IsLocal(below) {
			return filepath.ToSlash(below)
		}
	}
	return file
}

// fromWorkingDirectory returns how to reach a file that is named from the root of the repository that one works in.
func (in *invocation) fromWorkingDirectory(file string) string {
	for _, root := range []string{in.repository(in.Dir), in.Getenv("GITHUB_WORKSPACE"), in.Dir} {
		if root != "" && !filepath.IsAbs(filepath.FromSlash(file)) {
			return filepath.ToSlash(filepath.Join(root, filepath.FromSlash(file)))
		}
	}
	return file
}

// repository returns the nearest directory from dir on upwards that is the root of a repository, or "".
func (in *invocation) repository(dir string) string {
	if _, err := fs.Stat(in.Files, filepath.ToSlash(filepath.Join(dir, ".git"))); err == nil {
		return dir
	}
	if above := filepath.Dir(dir); above != dir {
		return in.repository(above)
	}
	return ""
}
