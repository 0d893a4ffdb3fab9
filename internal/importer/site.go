package importer

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"atlas-gitops/internal/files"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/spec"
)

// TreeError says that the tree has mistakes, so that nothing can be compared with it.
type TreeError struct{ Tree *reconcile.Tree }

func (e *TreeError) Error() string { return "the tree has mistakes; nothing was imported" }

// site is the directory for new files, and the tree around it.
type site struct {
	reconcile.Env
	dir      string          // for the new files
	paths    []string        // of the tree, and dir
	tree     *reconcile.Tree // nil if nothing was read yet
	existing []*spec.Org     // the organizations of the tree as it is
}

// openSite reads the tree as it is. A tree without organizations is no mistake.
func openSite(e reconcile.Env, dir string, paths []string) (*site, error) {
	s := &site{Env: e, dir: e.Relative(dir), paths: paths}
	return s, s.load()
}

func (s *site) load() error {
	if info, err := fs.Stat(s.Files, s.dir); err == nil && !info.IsDir() {
		return fmt.Errorf("--dir %s: it is a file; name a directory", safetext.Line(s.dir))
	}
	there := s.setPaths()
	if len(there) == 0 {
		return nil
	}
	tree, err := s.Load(there)
	if err == nil && spec.IsEmpty(tree.Diagnostics) {
		tree, err = s.loadFull(there, tree)
	}
	switch {
	case err != nil:
		return err
	case spec.Count(tree.Diagnostics, spec.Error) > 0 && !spec.IsEmpty(tree.Diagnostics):
		return &TreeError{tree}
	}
	s.tree, s.existing = tree, tree.Orgs
	return nil
}

// setPaths adds the default PATH, if there are no others, and the directory of the new files. It returns those that can be read already.
func (s *site) setPaths() (there []string) {
	if len(s.paths) == 0 && s.Exists(reconcile.DefaultTree) {
		s.paths = []string{reconcile.DefaultTree}
	}
	there = s.paths
	if !slices.ContainsFunc(s.paths, func(p string) bool { return isBelow(s.Relative(p), s.dir) }) {
		s.paths = append(slices.Clip(s.paths), s.dir)
	}
	if s.Exists(s.dir) {
		there = s.paths
	}
	return there
}

// loadFull reads only the PATHs that have organizations: a PATH without any is a mistake of the tree, also later. It returns the empty
// tree if there are none.
func (s *site) loadFull(paths []string, empty *reconcile.Tree) (*reconcile.Tree, error) {
	var full []string
	for _, p := range paths {
		tree, err := s.Load([]string{p})
		if err != nil {
			return nil, err
		}
		if !spec.IsEmpty(tree.Diagnostics) {
			full = append(full, p)
		}
	}
	s.paths = slices.Clip(full)
	if !slices.ContainsFunc(full, func(p string) bool { return isBelow(s.Relative(p), s.dir) }) {
		s.paths = append(s.paths, s.dir)
	}
	if len(full) == 0 {
		return empty, nil
	}
	return s.Load(full)
}

// isBelow reports whether name is the directory or is below it.
func isBelow(dir, name string) bool {
	below, err := filepath.Rel(filepath.FromSlash(dir), filepath.FromSlash(name))
	return err == nil && filepath.IsLocal(below)
}

// with reads the tree with these files in place.
func (s *site) with(texts map[string][]byte) (*reconcile.Tree, error) {
	return overlay(s.Env, texts).Load(s.paths)
}

// overlay returns the world with these files in place.
func overlay(e reconcile.Env, texts map[string][]byte) reconcile.Env {
	e.Files = files.Overlay{Base: e.Files, Texts: texts}
	return e
}

// show returns the text to show for the name of a file.
func (s *site) show(name string) string {
	if s.tree == nil {
		return name
	}
	return s.tree.Show(name)
}

func (s *site) defaultsPath() string { return path.Join(s.dir, spec.DefaultsFile) }

// modeline is the comment that names the schema of a file for editors.
const modeline = "# yaml-language-server: $schema="

// schemaFile is the usual name of the schema, in the root of the repository.
const schemaFile = "organization.schema.json"

// schemaLine returns the first line of a new file. It names the schema that another file of the tree names, or the one with the usual
// name.
func (s *site) schemaLine() string {
	for _, o := range s.existing {
		file := o.Start().File
		switch target := schemaOf(s.Files, file); {
		case strings.Contains(target, "://"):
			return modeline + target
		case target != "" && s.Exists(path.Join(path.Dir(file), target)):
			return modeline + s.fromDir(path.Join(path.Dir(file), target))
		}
	}
	return modeline + s.fromDir(s.schemaPath())
}

// schemaPath returns the path of the schema: in the root of the repository, or else in the working directory. If the new files are below
// neither of them, it is beside them.
func (s *site) schemaPath() string {
	root := s.Repository(s.absolute(s.dir))
	switch {
	case root != "":
	case isBelow(s.Env.Dir, s.absolute(s.dir)):
		root = s.Env.Dir
	default:
		root = s.absolute(s.dir)
	}
	return relative(s.Env.Dir, filepath.Join(root, schemaFile))
}

// fromDir returns a path relative to the directory of the new files.
func (s *site) fromDir(name string) string { return relative(s.absolute(s.dir), s.absolute(name)) }

func (s *site) absolute(name string) string {
	if name = filepath.FromSlash(name); filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(s.Env.Dir, name)
}

// relative returns an absolute path relative to a directory, with slashes.
func relative(dir, name string) string {
	if below, err := filepath.Rel(dir, name); err == nil {
		name = below
	}
	return filepath.ToSlash(name)
}

// schemaOf returns the schema that the first line of a file names, or "".
func schemaOf(fsys fs.FS, file string) string {
	f, err := fsys.Open(file)
	if err != nil {
		return ""
	}
	defer f.Close()
	head := make([]byte, 1<<10)
	n, _ := io.ReadFull(f, head) // a short file
	first, _, _ := bytes.Cut(head[:n], []byte("\n"))
	target, isThere := strings.CutPrefix(strings.TrimSpace(string(first)), modeline)
	if !isThere {
		return ""
	}
	return target
}
