package importer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"atlas-gitops/internal/adopt"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// update brings live changes into the files of a tree.
type update struct {
	reconcile.Env
	tree *reconcile.Tree
	orgs []*changedOrg
	done map[string]adopt.File // by the path of the file
}

// changedOrg is an organization of the tree, and how it differs from what is live.
type changedOrg struct {
	*spec.Org
	reconcile.Surveyed // before the edits
	edited             adopt.Edited
	report             adopt.Org
	isChecked          bool // each edit is checked by itself, because all together are not valid
}

// Update compares the selected organizations with Atlas, and returns the files of the tree with the live changes in them. The run has the
// plan before that, and what could not be read.
func Update(ctx context.Context, e reconcile.Env, c *reconcile.Connection, t *reconcile.Tree, s reconcile.Selection, parallel int) (*adopt.Report, *reconcile.Run, error) {
	run, surveyed, err := c.Survey(ctx, t, s, reconcile.PlanOptions{Parallel: parallel})
	if err != nil {
		return nil, nil, err
	}
	if now, err := e.Load(t.Paths()); err != nil || !isSame(t.Orgs, now.Orgs) {
		return nil, nil, errors.Join(err, errors.New("the tree changed while Atlas was read, so nothing was written; run the command again"))
	}
	u := &update{Env: e, tree: t, done: map[string]adopt.File{}}
	for n, o := range s.Orgs {
		at, _ := o.Place(resource.Organization.Name, "")
		planned := surveyed[n].Planned
		u.orgs = append(u.orgs, &changedOrg{Org: o, Surveyed: surveyed[n],
			report: adopt.Org{OrgRef: planned.Ref(), Outcome: adopt.Same, Source: reconcile.SourceOf(at), Left: adopt.LeftOf(planned.Notices)}})
	}
	for range 2*len(u.orgs) + 1 { // each round checks, or fails, at least one more organization
		if err := u.edit(ctx); err != nil {
			return nil, nil, err
		}
		switch isProved, err := u.prove(ctx); {
		case err != nil:
			return nil, nil, err
		case isProved:
			return u.finish(), run, nil
		}
	}
	return nil, nil, errors.New("a bug in atlas-gitops: the edits cannot be checked; nothing was written")
}

// edit brings the live changes into the texts of the files. It works from the end of a file to its start, so that the places of the other
// organizations in it stay right.
func (u *update) edit(ctx context.Context) error {
	u.done = map[string]adopt.File{}
	orgs := slices.Clone(u.orgs)
	slices.SortStableFunc(orgs, func(a, b *changedOrg) int { return b.Start().Compare(a.Start()) })
	for _, o := range orgs {
		if len(o.Planned.Steps) == 0 || o.report.Outcome == adopt.Failed {
			continue
		}
		if err := u.editOrg(ctx, o); err != nil {
			o.fail(err)
		}
	}
	for name, file := range u.done {
		formatted, err := format(file)
		if err != nil {
			return err
		}
		u.done[name] = formatted
	}
	return ctx.Err()
}

// format puts a file that was in canonical form into that form again: an edit cannot keep it everywhere, such as in a line that becomes
// too long. It leaves alone any other file.
func format(file adopt.File) (adopt.File, error) {
	was, err := spec.Canonical(file.Was)
	if err != nil || !bytes.Equal(was, file.Was) {
		return file, err
	}
	is, err := spec.Canonical(file.Is)
	if is != nil { // nil: it would be larger than fmt allows
		file.Is = is
	}
	return file, err
}

func (o *changedOrg) fail(err error) {
	o.report.Outcome, o.report.Err = adopt.Failed, err
}

func (u *update) editOrg(ctx context.Context, o *changedOrg) (err error) {
	file := u.done[o.Start().File]
	if file.Is == nil {
		if file, err = u.open(o.Start().File); err != nil {
			return err
		}
	}
	var check func([]byte) error
	if o.isChecked {
		check = func(text []byte) error { return u.check(o.Start().File, text) }
	}
	o.edited, err = adopt.Edit(ctx, file.Is, o.Org, o.Live, o.Planned.Steps, check)
	if err != nil {
		return err
	}
	o.report.Parts, o.report.Left = adopt.PartsOfSteps(o.edited.Steps), slices.Concat(o.edited.Left, adopt.LeftOf(o.Planned.Notices))
	if o.report.Outcome = adopt.Same; len(o.edited.Steps) > 0 {
		o.report.Outcome = adopt.Written
		file.Is = o.edited.Text
		u.done[o.Start().File] = file
	}
	return nil
}

// check returns the first mistake of the tree if a file has this text.
func (u *update) check(name string, text []byte) error {
	tree, err := u.with(name, text)
	if err != nil {
		return err
	}
	if wrong := mistakes(tree); len(wrong) > 0 {
		return errors.New(wrong[0].Message)
	}
	return nil
}

// with reads the tree with the new texts, and with this one.
func (u *update) with(name string, text []byte) (*reconcile.Tree, error) {
	texts := map[string][]byte{}
	for name, file := range u.done {
		texts[name] = file.Is
	}
	if name != "" {
		texts[name] = text
	}
	return overlay(u.Env, texts).Load(u.tree.Paths())
}

// open reads a file of the tree. Its path is that of the file itself, not of a link to it.
func (u *update) open(name string) (adopt.File, error) {
	text, err := fs.ReadFile(u.Files, name)
	if err != nil {
		return adopt.File{}, err
	}
	path, err := u.Follow(filepath.FromSlash(name))
	return adopt.File{Name: u.tree.Name(name), Path: filepath.ToSlash(path), Was: text, Is: text}, err
}

// prove compares the tree with its new texts with what was read: a plan over it must have exactly the steps that were not brought in. It
// fails organizations with other steps, and returns false if there are any.
func (u *update) prove(ctx context.Context) (ok bool, err error) {
	if len(u.done) == 0 {
		return true, nil
	}
	tree, err := u.with("", nil)
	if err != nil {
		return false, err
	}
	if wrong := mistakes(tree); len(wrong) > 0 {
		return false, u.blame(tree, wrong)
	}
	index := resource.NewOrgIndex(tree.Orgs, func(o *spec.Org) resource.OrgRef { return o.OrgRef })
	ok = true
	for _, o := range u.orgs {
		if o.report.Outcome != adopt.Written {
			continue
		}
		now, _ := index.Find(o.OrgRef) // only an organization with an id can get another name
		if fault := o.compare(ctx, now); fault != nil {
			o.fail(fault)
			ok = false
		}
	}
	return ok, nil
}

// compare returns an error if a plan over the new text is not as expected.
func (o *changedOrg) compare(ctx context.Context, now *spec.Org) error {
	if now == nil {
		return &adopt.FaultError{Mistakes: []string{"the organization is gone"}}
	}
	planned, err := o.Live.Plan(ctx, now.Desired)
	if err != nil && o.Planned.Error == "" {
		return fmt.Errorf("a plan over the new text fails: %w", err)
	}
	if differences := plan.Differences(planned.Steps, o.edited.Rest); len(differences) > 0 {
		return &adopt.FaultError{Steps: differences}
	}
	return nil
}

// mistakes returns the errors in a tree.
func mistakes(tree *reconcile.Tree) []spec.Diagnostic {
	return slices.DeleteFunc(slices.Clone(tree.Diagnostics), func(d spec.Diagnostic) bool { return d.Severity != spec.Error })
}

// blame has each edit of the organizations checked whose files have mistakes now, or fails them if that was done.
func (u *update) blame(tree *reconcile.Tree, wrong []spec.Diagnostic) error {
	some := false
	for _, o := range u.orgs {
		at := slices.IndexFunc(wrong, func(d spec.Diagnostic) bool { return d.File == tree.Name(o.Start().File) })
		if o.report.Outcome != adopt.Written || at < 0 {
			continue
		}
		if some = true; o.isChecked {
			o.fail(&adopt.FaultError{Mistakes: []string{wrong[at].Message}})
		}
		o.isChecked = true
	}
	if !some {
		return fmt.Errorf("a bug in atlas-gitops: the new tree has a mistake, so nothing was written: %s: %s", wrong[0].Place, wrong[0].Message)
	}
	return nil
}

// finish returns the report with the files to write.
func (u *update) finish() *adopt.Report {
	report := &adopt.Report{Show: u.tree.Show, Paths: u.tree.Paths()}
	for _, o := range u.orgs {
		if file, ok := u.done[o.Start().File]; ok && o.report.Outcome == adopt.Written {
			report.Files = append(report.Files, file)
			delete(u.done, o.Start().File)
		}
		report.Orgs = append(report.Orgs, o.report)
	}
	slices.SortStableFunc(report.Orgs, func(a, b adopt.Org) int { return a.Compare(b.OrgRef) })
	return report
}
