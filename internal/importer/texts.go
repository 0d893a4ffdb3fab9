package importer

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"atlas-gitops/internal/adopt"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/spec"
	"atlas-gitops/internal/yamldoc"
)

// inherit finds out what each new organization would inherit from the defaults of its directory. An organization that the tree cannot
// have fails.
func (i *newImport) inherit() error {
	i.head = i.schemaLine()
	for _, o := range i.newOrgs {
		o.document = adopt.Identity(o.OrgRef)
	}
	i.write()
	tree, err := i.withDocuments()
	if wrong := (*TreeError)(nil); errors.As(err, &wrong) {
		i.addManage()
		tree, err = i.withDocuments() // lists in defaults may lack an owner, because each organization has its own lists
	}
	if err != nil {
		return err
	}
	for _, o := range i.newOrgs {
		if o.text, o.stub = nil, byID(tree, o.ID); o.stub == nil && o.report.Err == nil {
			o.fail(fmt.Errorf("the tree would not have the new file %s: names that start with a dot are skipped; choose another --dir", safetext.Line(o.file)))
		}
	}
	return nil
}

// addManage makes all lists of people of the new organizations additive, so that they need no owner. The documents then override inherited
// lists.
func (i *newImport) addManage() {
	manage := resource.Fields{}
	for _, k := range resource.Kinds {
		if k.IsPeople() {
			manage[k.Name] = "additive"
		}
	}
	for _, o := range i.newOrgs {
		if o.text != nil {
			o.document, o.overridesLists = adopt.Identity(o.OrgRef), true
			o.document["manage"] = manage
		}
	}
	i.write()
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
			texts[i.defaultsPath()] = defaultsText(i)
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
		var wrong []spec.Diagnostic
		for _, d := range tree.Diagnostics {
			if d.Severity == spec.Error && d.File == tree.Name(o.file) && o.text != nil {
				wrong = append(wrong, d)
			}
		}
		switch {
		case len(wrong) == 0:
			continue
		case o.stub == nil:
			o.fail(errors.New("the tree cannot have this organization: " + wrong[0].Message))
		case !o.leaveOut(i.order, mistakesIn(o.text, wrong)):
			o.fail(&adopt.FaultError{Mistakes: messages(wrong)})
		}
		some = true
	}
	return some
}

func messages(diagnostics []spec.Diagnostic) (all []string) {
	for _, d := range diagnostics {
		all = append(all, d.Message)
	}
	return all
}

// mistakesIn returns the first mistake of each section of a new file; "" stands for the rest of the file.
func mistakesIn(text []byte, wrong []spec.Diagnostic) map[string]error {
	why := map[string]error{}
	for _, d := range wrong {
		if kind := sectionAt(text, d.Line); why[kind] == nil {
			why[kind] = errors.New(d.Message)
		}
	}
	return why
}

// leaveOut removes sections from a new file, and reports why: Atlas has something there that no tree can say, such as an organization
// without an owner. If the file would then inherit the section, the organization fails. leaveOut returns false if one of them is not a
// section of the file.
func (o *newOrg) leaveOut(order *yamldoc.Order, why map[string]error) bool {
	for _, kind := range slices.Sorted(maps.Keys(why)) {
		if _, isInherited := o.stub.Want[kind]; isInherited {
			o.fail(fmt.Errorf("%w; without %s, the new file would inherit those of the defaults; choose a --dir without them", why[kind], kind))
			return true
		}
		documents, err := yamldoc.Open(o.text, order)
		if err != nil || kind == "" {
			return false
		}
		changed, err := documents[0].Remove(yamldoc.Path{kind})
		if err != nil {
			return false
		}
		o.text = changed.Text()
		o.report.Parts = slices.DeleteFunc(o.report.Parts, func(p adopt.Part) bool { return p.Kind == kind })
		o.report.Left = append(o.report.Left, adopt.Left{Reason: adopt.Invalid, Kind: kind, Err: why[kind]})
	}
	return true
}

// sectionAt returns the section of a new file that has the line, which counts from 1; "" if it is in none.
func sectionAt(text []byte, line int) string {
	lines := strings.Split(string(text), "\n")
	for n := min(line, len(lines)) - 1; n >= 0; n-- {
		if key, _, isKey := strings.Cut(lines[n], ":"); isKey && !strings.HasPrefix(key, " ") && !strings.HasPrefix(key, "#") {
			if k := resource.ByName(key); k != nil && k != resource.Organization {
				return key
			}
			return ""
		}
	}
	return ""
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
	_, missing := fs.Lstat(i.Files, name) // a link that leads nowhere is there
	if isNew := func(o *newOrg) bool { return o.text != nil }; i.head != modeline+i.fromDir(name) || missing == nil || !slices.ContainsFunc(i.newOrgs, isNew) {
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
