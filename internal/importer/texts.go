package importer

import (
	"slices"

	"atlas-gitops/internal/adopt"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
	"atlas-gitops/internal/yamldoc"
)

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
	i.write()
	tree, err := i.withDocuments()
	if err != nil {
		return err
	}
	for _, o := range i.newOrgs {
		o.text, o.stub = nil, byID(tree, o.ID)
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
			if o.text != nil {
				texts[o.file] = o.text
			}
		}
		if len(texts) == 0 {
			return i.tree, nil
		}
		tree, err := i.with(texts)
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
			if d.Severity == spec.Error && d.File == tree.Name(o.file) && o.text != nil {
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

// write writes the documents as texts. It drops the documents, which need more memory.
func (i *newImport) write() {
	for _, o := range i.newOrgs {
		if o.document != nil {
			o.text, o.report.Parts = yamldoc.Write(i.head, o.document, i.order), adopt.PartsOf(o.document)
			o.document = nil
		}
	}
}

// addSchema adds the schema to the files to write, if new files name it and it does not exist.
func (i *newImport) addSchema() error {
	name := i.schemaPath()
	if isNew := func(o *newOrg) bool { return o.text != nil }; i.head != modeline+i.fromDir(name) || i.Exists(name) || !slices.ContainsFunc(i.newOrgs, isNew) {
		return nil
	}
	text, err := spec.Schema("")
	if err != nil {
		return err
	}
	file := i.newFile(name, text)
	i.report.Schema = &file
	return nil
}
