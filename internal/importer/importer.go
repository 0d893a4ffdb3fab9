// Package importer brings live organizations into the tree: new files for organizations that the tree does not have, and edits of
// existing files. It compares the new tree with what it read before it writes a file.
package importer

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"atlas-gitops/internal/adopt"
	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
	"atlas-gitops/internal/suggest"
	"atlas-gitops/internal/yamldoc"
)

// Options say what to import.
type Options struct {
	Only     []string // names or ids of live organizations; none: all
	Paths    []string // the tree, to know what it has already; none: the default PATH, if it exists
	Dir      string   // for the new files
	Sections []string // none: [adopt.DefaultSections]
	Common   bool     // write what all organizations of the directory share to its defaults
	Parallel int      // the most organizations to read at once
}

// newImport is one import of new organizations.
type newImport struct {
	*site
	options    Options
	connection *reconcile.Connection
	order      *yamldoc.Order
	report     *adopt.Report
	newOrgs    []*newOrg
	defaults   resource.Fields // the document of the new file of defaults; nil for none
	head       string          // the first line of the new files: the path of their schema
}

// newOrg is a live organization that the tree does not have.
type newOrg struct {
	reconcile.Visible
	file     string // its path
	live     planner.Live
	stub     *spec.Org       // what it inherits
	document resource.Fields // nil as soon as there is a text
	text     []byte          // of the file; nil for none
	report   adopt.Org

	overridesLists bool // the lists of people that it inherits are not used, because they are not valid for themselves
}

// New reads the live organizations that the tree does not have, and returns the files to write. The error joins what could not be read; the
// report has the rest. Mistakes of the tree are a [TreeError].
func New(ctx context.Context, e reconcile.Env, c *reconcile.Connection, o Options) (*adopt.Report, error) {
	order, err := spec.DocumentOrder()
	if err != nil {
		return nil, err
	}
	s, err := openSite(e, o.Dir, o.Paths)
	if err != nil {
		return nil, err
	}
	i := &newImport{site: s, options: o, connection: c, order: order, report: &adopt.Report{}}
	if len(i.options.Sections) == 0 {
		i.options.Sections = adopt.DefaultSections()
	}
	visible, failed := reconcile.FindVisible(ctx, c, o.Parallel)
	if len(visible) == 0 && failed != nil {
		return nil, failed
	}
	if visible, err = i.selected(visible); err != nil {
		return nil, errors.Join(err, failed)
	}
	if i.split(ctx, visible); len(i.newOrgs) > 0 {
		err = i.describe(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, failed)
	}
	return i.finish(), failed
}

// selected returns the organizations of --only, or all.
func (i *newImport) selected(visible []reconcile.Visible) (some []reconcile.Visible, err error) {
	if len(i.options.Only) == 0 {
		return visible, nil
	}
	var names []string
	for _, v := range visible {
		names = append(names, v.Name)
		if slices.ContainsFunc(i.options.Only, v.IsCalled) {
			some = append(some, v)
		}
	}
	var unknown []error
	for _, word := range i.options.Only {
		if !slices.ContainsFunc(some, func(v reconcile.Visible) bool { return v.IsCalled(word) }) {
			unknown = append(unknown, fmt.Errorf("--only %q: no credential sees an organization of this name; %s", word, suggest.OrList(word, names)))
		}
	}
	return some, errors.Join(unknown...)
}

// split separates the organizations that the tree does not have from those that it has.
func (i *newImport) split(ctx context.Context, visible []reconcile.Visible) {
	var added []reconcile.Visible
	for _, v := range visible {
		if o := i.find(ctx, i.connection, v); o != nil {
			at, _ := o.Place(resource.Organization.Name, "")
			i.report.Orgs = append(i.report.Orgs, adopt.Org{OrgRef: v.OrgRef, Outcome: adopt.InTree, Source: reconcile.SourceOf(at)})
		} else {
			added = append(added, v)
		}
	}
	for n, file := range names(i.Files, i.dir, added) {
		i.newOrgs = append(i.newOrgs, &newOrg{Visible: added[n], file: file, report: adopt.Org{OrgRef: added[n].OrgRef, Outcome: adopt.Written}})
	}
}

// find returns the organization of the tree that is the live one, or nil. An organization without an id whose credential cannot be used
// is the live one if the names are equal: it would be worse to describe an organization twice.
func (s *site) find(ctx context.Context, c *reconcile.Connection, v reconcile.Visible) *spec.Org {
	at := slices.IndexFunc(s.existing, func(o *spec.Org) bool {
		if o.ID != "" || o.Name != v.Name {
			return o.ID == v.ID
		}
		id, known := reconcile.LiveID(ctx, c, o.OrgRef)
		return id == v.ID || !known || o.Create != nil
	})
	if at < 0 {
		return nil
	}
	return s.existing[at]
}

// describe reads the new organizations and makes their documents.
func (i *newImport) describe(ctx context.Context) error {
	if err := i.inherit(); err != nil {
		return err
	}
	sections := i.sections()
	visible := make([]reconcile.Visible, len(i.newOrgs))
	for n, o := range i.newOrgs {
		visible[n] = o.Visible
	}
	lives, errs := reconcile.ReadSections(ctx, i.connection, visible, sections, i.options.Parallel)
	if ctx.Err() != nil {
		return i.connection.Ended(ctx)
	}
	for n, o := range i.newOrgs {
		o.live = lives[n]
		if o.setAside(errs[n]); o.report.Err == nil && o.stub != nil {
			o.describe(ctx, i.options.Sections)
		}
	}
	if i.options.Common {
		i.share()
	}
	i.write()
	if err := i.prove(ctx); err != nil {
		return err
	}
	return i.addSchema()
}

// setAside leaves out the sections that the role of the credential cannot read. Any other error fails the organization.
func (o *newOrg) setAside(err error) {
	for _, one := range reconcile.Split(err) {
		var section *resource.SectionError
		var refused interface{ IsAboutRoles() bool }
		if errors.As(one, &section) && errors.As(one, &refused) && refused.IsAboutRoles() {
			o.report.Left = append(o.report.Left, adopt.Left{Reason: adopt.Unreadable, Kind: section.Kind, Err: one})
		} else {
			o.fail(one)
		}
	}
}

func (o *newOrg) fail(err error) {
	o.report.Outcome, o.report.Err, o.document = adopt.Failed, errors.Join(o.report.Err, err), nil
	o.text = nil
}

// describe makes the document of the organization.
func (o *newOrg) describe(ctx context.Context, sections []string) {
	w := adopt.Wanted{OrgRef: o.OrgRef, Sections: sections, Inherited: o.stub.Want, Differs: map[string]bool{}}
	drift, err := o.live.Plan(ctx, o.stub.Desired)
	for kind := range o.stub.Want {
		w.Differs[kind] = err != nil || o.overridesLists // an inherited list with an unknown name is not what is live
	}
	for _, s := range drift.Steps {
		w.Differs[s.Kind] = true
	}
	document, left := adopt.Document(w, o.live)
	o.document, o.report.Left = document, append(o.report.Left, left...)
}

// sections returns the sections to read: those to import, and those that a new file would inherit.
func (i *newImport) sections() (all []string) {
	for _, name := range adopt.Sections() {
		isInherited := slices.ContainsFunc(i.newOrgs, func(o *newOrg) bool { return o.stub != nil && o.stub.Want[name] != nil })
		if isInherited || slices.Contains(i.options.Sections, name) {
			all = append(all, name)
		}
	}
	return all
}

// finish returns the report with the files to write.
func (i *newImport) finish() *adopt.Report {
	i.report.Show, i.report.Paths = i.show, i.paths
	if i.defaults != nil {
		i.report.Files = append(i.report.Files, i.newFile(i.defaultsPath(), defaultsText(i)))
	}
	for _, o := range i.newOrgs {
		if o.text != nil {
			o.report.Source.File = i.tree.Name(o.file)
			i.report.Files = append(i.report.Files, i.newFile(o.file, o.text))
		}
		i.report.Orgs = append(i.report.Orgs, o.report)
	}
	slices.SortStableFunc(i.report.Orgs, func(a, b adopt.Org) int { return a.Compare(b.OrgRef) })
	return i.report
}

func (s *site) newFile(name string, text []byte) adopt.File {
	return adopt.File{Name: s.tree.Name(name), Path: name, Is: text}
}
