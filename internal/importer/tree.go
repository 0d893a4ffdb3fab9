package importer

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"atlas-gitops/internal/adopt"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// TreeError says that the tree has mistakes, so that nothing can be compared with it.
type TreeError struct{ Tree *reconcile.Tree }

func (e *TreeError) Error() string { return "the tree has mistakes; nothing was imported" }

// load reads the tree as it is. A tree without organizations is no mistake.
func (i *newImport) load() error {
	if len(i.paths) == 0 && i.Exists(reconcile.DefaultTree) {
		i.paths = []string{reconcile.DefaultTree}
	}
	there, isWithin := i.paths, slices.ContainsFunc(i.paths, func(p string) bool { return isBelow(i.Relative(p), i.dir) })
	if !isWithin {
		i.paths = append(slices.Clip(i.paths), i.dir)
	}
	if i.Exists(i.dir) {
		there = i.paths
	}
	if len(there) == 0 {
		return nil
	}
	tree, err := i.Load(there)
	switch {
	case err != nil:
		return err
	case spec.IsEmpty(tree.Diagnostics):
		i.paths = []string{i.dir} // the other PATHs would be mistakes also later
	case spec.Count(tree.Diagnostics, spec.Error) > 0:
		return &TreeError{tree}
	}
	i.tree, i.existing = tree, tree.Orgs
	return nil
}

// isBelow reports whether name is the directory or is below it.
func isBelow(dir, name string) bool {
	below, err := filepath.Rel(filepath.FromSlash(dir), filepath.FromSlash(name))
	return err == nil && filepath.IsLocal(below)
}

// inherit finds out what each new organization would inherit from the defaults of its directory. An organization that the tree cannot
// have fails.
func (i *newImport) inherit() error {
	for _, o := range i.newOrgs {
		o.document = resource.Fields{"name": o.Name, "id": o.ID}
		if o.Credentials != "" {
			o.document["credentials"] = o.Credentials
		}
	}
	i.head = i.schemaLine()
	tree, err := i.withDocuments()
	if err != nil {
		return err
	}
	for _, o := range i.newOrgs {
		o.document, o.stub = nil, byID(tree, o.ID)
	}
	return nil
}

func byID(tree *reconcile.Tree, id string) *spec.Org {
	at := slices.IndexFunc(tree.Orgs, func(o *spec.Org) bool { return o.ID == id })
	if at < 0 {
		return nil
	}
	return tree.Orgs[at]
}

// withDocuments reads the tree with the documents of the new organizations. An organization whose document the tree cannot have fails, and
// the tree is read again without it.
func (i *newImport) withDocuments() (*reconcile.Tree, error) {
	for {
		texts := map[string][]byte{}
		if i.defaults != nil {
			texts[i.defaultsPath()] = i.defaultsText()
		}
		for _, o := range i.newOrgs {
			if o.document != nil {
				texts[o.file] = i.text(o.document)
			}
		}
		if len(texts) == 0 {
			return i.tree, nil
		}
		tree, err := overlay(i.Env, texts).Load(i.paths)
		if err != nil {
			return nil, err
		}
		if i.tree = tree; spec.Count(tree.Diagnostics, spec.Error) == 0 {
			return tree, nil
		}
		if !i.failWrong(tree) {
			return nil, &TreeError{tree}
		}
	}
}

// failWrong fails the organizations with mistakes in their documents. It returns false if all mistakes are elsewhere.
func (i *newImport) failWrong(tree *reconcile.Tree) (some bool) {
	for _, o := range i.newOrgs {
		var wrong []string
		for _, d := range tree.Diagnostics {
			if d.Severity == spec.Error && d.File == tree.Name(o.file) && o.document != nil {
				wrong = append(wrong, d.Message)
			}
		}
		if len(wrong) > 0 {
			o.fail(&adopt.FaultError{Mistakes: wrong})
			some = true
		}
	}
	return some
}

// modeline is the comment that names the schema of a file for editors.
const modeline = "# yaml-language-server: $schema="

// schemaFile is the usual name of the schema, in the root of the repository.
const schemaFile = "organization.schema.json"

// schemaLine returns the first line of a new file. It names the schema that another file of the tree names, or the one with the usual
// name.
func (i *newImport) schemaLine() string {
	for _, o := range i.existing {
		file := o.Start().File
		switch target := schemaOf(i.Files, file); {
		case strings.Contains(target, "://"):
			return modeline + target
		case target != "" && i.Exists(path.Join(path.Dir(file), target)):
			return modeline + i.fromDir(path.Join(path.Dir(file), target))
		}
	}
	return modeline + i.fromDir(i.schemaPath())
}

func (i *newImport) schemaPath() string {
	root := i.Repository(filepath.Join(i.Env.Dir, filepath.FromSlash(i.dir)))
	if root == "" {
		root = i.Env.Dir
	}
	return i.Relative(filepath.Join(root, schemaFile))
}

// fromDir returns a path relative to the directory of the new files.
func (i *newImport) fromDir(name string) string {
	absolute := func(name string) string {
		if name = filepath.FromSlash(name); filepath.IsAbs(name) {
			return name
		}
		return filepath.Join(i.Env.Dir, name)
	}
	relative, err := filepath.Rel(absolute(i.dir), absolute(name))
	if err != nil {
		return name
	}
	return filepath.ToSlash(relative)
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

// addSchema adds the schema to the files to write, if new files name it and it does not exist.
func (i *newImport) addSchema() error {
	name := i.schemaPath()
	if isNew := func(o *newOrg) bool { return o.document != nil }; i.head != modeline+i.fromDir(name) || i.Exists(name) || !slices.ContainsFunc(i.newOrgs, isNew) {
		return nil
	}
	text, err := spec.Schema("")
	if err != nil {
		return errors.Join(errors.New("the schema cannot be written"), err)
	}
	file := i.newFile(name, text)
	i.report.Schema = &file
	return nil
}
