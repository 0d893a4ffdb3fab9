package reconcile

import (
	"cmp"
	"io/fs"
	"path/filepath"
	"sync"

	"atlas-gitops/internal/spec"
)

// FileNames names the files of a tree by their path from the root of the repository. The name does not depend on the working
// directory.
type FileNames struct {
	env Env

	mu    sync.Mutex
	names map[string]string // by the path from the working directory
	paths map[string]string // the other way round
	roots map[string]string // of the repository, by directory
}

func (e Env) newNames() *FileNames {
	return &FileNames{env: e, names: map[string]string{}, paths: map[string]string{}, roots: map[string]string{}}
}

// Name returns the name of the file or directory at a path: the path from the root of its repository, or else from the workspace
// of the workflow, or else from the working directory.
func (n *FileNames) Name(path string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	name, known := n.names[path]
	if !known {
		name = n.find(path)
		n.names[path], n.paths[name] = name, path
	}
	return name
}

func (n *FileNames) find(path string) string {
	whole := filepath.FromSlash(path)
	if !filepath.IsAbs(whole) {
		whole = filepath.Join(n.env.Dir, whole)
	}
	for _, root := range []string{n.repository(whole), n.env.Getenv("GITHUB_WORKSPACE"), n.env.Dir} {
		if below, err := filepath.Rel(root, whole); root != "" && err == nil && filepath.IsLocal(below) {
			return filepath.ToSlash(below)
		}
	}
	return path
}

// repository is [Env.Repository] with a cache: it looks at each directory once.
func (n *FileNames) repository(path string) string {
	root, known := n.roots[path]
	if known {
		return root
	}
	if above := filepath.Dir(path); isRepository(n.env.Files, path) {
		root = path
	} else if above != path {
		root = n.repository(above)
	}
	n.roots[path] = root
	return root
}

// Show returns the text to show for a file: its path from the working directory if this run read it, or else its name.
func (n *FileNames) Show(name string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return cmp.Or(n.paths[name], name)
}

// Path returns the path of the file with a name. If [FileNames.Name] has not returned this name, the file is in the repository of
// the working directory.
func (n *FileNames) Path(name string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if path, known := n.paths[name]; known {
		return path
	}
	for _, root := range []string{n.repository(n.env.Dir), n.env.Getenv("GITHUB_WORKSPACE"), n.env.Dir} {
		if root != "" && !filepath.IsAbs(filepath.FromSlash(name)) {
			return filepath.ToSlash(filepath.Join(root, filepath.FromSlash(name)))
		}
	}
	return name
}

// Repository returns the nearest directory from dir on upwards that is the root of a repository, or "".
func (e Env) Repository(dir string) string {
	if isRepository(e.Files, dir) {
		return dir
	}
	if above := filepath.Dir(dir); above != dir {
		return e.Repository(above)
	}
	return ""
}

func isRepository(fsys fs.FS, dir string) bool {
	_, err := fs.Stat(fsys, filepath.ToSlash(filepath.Join(dir, ".git")))
	return err == nil
}

// Relative returns a path with slashes. If it is below the working directory, the path is relative to that. So different spellings
// of a path become the same.
func (e Env) Relative(path string) string {
	if below, err := filepath.Rel(e.Dir, absolute(e, path)); err == nil && filepath.IsLocal(below) {
		path = below
	}
	return filepath.ToSlash(path)
}

// Exists reports whether there is a file or directory at a path, or whether a pattern matches one.
func (e Env) Exists(path string) bool { return spec.Exists(e.Files, cmp.Or(e.Relative(path), ".")) }

// absolute returns the absolute path. It resolves links to directories, but not a link to a file. Of a pattern or a new file, it
// resolves the directories that exist.
func absolute(e Env, path string) string {
	if !filepath.IsAbs(path) {
		path = filepath.Join(e.Dir, path)
	}
	if info, err := fs.Stat(e.Files, filepath.ToSlash(path)); err == nil && info.IsDir() {
		if real, err := e.Follow(path); err == nil {
			return real
		}
	} else if dir, base := filepath.Split(path); base != "" {
		return filepath.Join(absolute(e, filepath.Clean(dir)), base)
	}
	return path
}
