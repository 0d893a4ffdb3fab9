package reconcile

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// FindPlans returns the names of the files of saved plans at these paths: each file, and in a directory each *.json at any depth. A path
// that does not exist has none: if no job saved a plan, nothing makes the directory for them.
func FindPlans(e Env, paths []string) (files []string, err error) {
	for _, root := range paths {
		root = filepath.ToSlash(root)
		walk := func(name string, entry fs.DirEntry, err error) error {
			isPlan := err == nil && !entry.IsDir() && (name == root || path.Ext(name) == ".json")
			if isPlan && !slices.Contains(files, name) {
				files = append(files, name)
			}
			return err
		}
		if err := fs.WalkDir(e.Files, root, walk); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	return files, nil
}

// Merge joins saved plans of the selected organizations to the run of one plan, without Atlas: its guards count all removals. [Run.Apply]
// cannot apply it. An organization without a plan has an error. The error of Merge means that the plans do not belong to this tree, or
// that a file is not a plan.
func Merge(e Env, t *Tree, s Selection, files []string, o PlanOptions) (*Run, error) {
	m := merger{env: e, selection: s, base: o.Base, index: map[resource.OrgRef]int{}, orgs: make([]plan.Org, len(s.Orgs)), from: make([]string, len(s.Orgs))}
	for i, o := range s.All() {
		m.index[o.OrgRef] = i
	}
	if err := m.read(files); err != nil {
		return nil, err
	}
	r := &Run{FileNames: t.FileNames, orgs: map[resource.OrgRef]*spec.Org{}, AcceptedFile: acceptedFile(s.All())}
	errs := make([]error, len(s.Orgs))
	for i, org := range s.Orgs {
		if m.from[i] == "" {
			m.orgs[i], errs[i] = m.notPlanned(org), errNoPlan
		}
		r.orgs[m.orgs[i].Ref().Key()] = org
		r.Errors = append(r.Errors, splitError(&m.orgs[i])...)
	}
	planner.RejectDuplicates(m.orgs, errs)
	for i, err := range errs {
		if err != nil {
			r.fail(&OrgError{s.Orgs[i], err}, s.All(), &m.orgs[i])
		}
	}
	r.Plan = plan.New(m.orgs)
	r.Plan.Review = o.Base.review(s, r.Plan.Orgs, r.orgs)
	r.Plan.Check(o.Limits, r.acceptances(o.Approval))
	return r, nil
}

// errNoPlan is the error of an organization that none of the joined plans has.
var errNoPlan = errors.New("no plan was found for it; see the job that plans it")

// merger collects the organizations of saved plans.
type merger struct {
	env       Env
	selection Selection
	base      *Base
	index     map[resource.OrgRef]int // of the organizations of the tree: first the selected ones, then the rest
	orgs      []plan.Org              // by the index of the selected organization
	from      []string                // the file of each; "" if no plan was found
}

// read reads the plans. The error has a line for each thing that is wrong.
func (m *merger) read(files []string) error {
	var errs []error
	for _, file := range files {
		p, err := readPlan(m.env, file, "pass only files that the output plan-json names")
		switch {
		case err != nil:
			errs = append(errs, err)
			continue
		case m.base == nil && len(p.Review) > 0:
			errs = append(errs, fmt.Errorf("%s: it was compared with a base, and this run has none; set the input base, or fetch-depth: 2 in a pull request", file))
			continue
		}
		reviewed := reviewOf(p)
		for i, org := range p.Orgs {
			org.Review = reviewed[i]
			errs = append(errs, m.add(file, org))
		}
	}
	return errors.Join(errs...)
}

// add adds an organization of a plan.
func (m *merger) add(file string, org plan.Org) error {
	at, known := m.index[org.Ref()]
	if !known { // the plan has the id that the tree lacks
		at, known = m.index[resource.OrgRef{Name: org.Name, Credentials: org.Credentials}]
	}
	switch {
	case !known:
		return fmt.Errorf("%s: it plans %s, which is not in the tree; join only plans of this commit", file, org.Heading())
	case at >= len(m.orgs):
		return fmt.Errorf("%s: it plans %s, which the input only leaves out; set the same input only", file, org.Heading())
	case m.from[at] != "":
		return fmt.Errorf("%s: it plans %s, as %s does; plan each organization in one job", file, org.Heading(), m.from[at])
	}
	m.orgs[at], m.from[at] = org, file
	return checkTree(file, m.selection.Orgs[at], org)
}

// checkTree returns an error if a step of a saved plan is not at its place in this tree: the plan is of another commit. A plan whose tree
// has the same lines with other values passes: [Run.Apply] plans again, and its approval does not cover other steps.
func checkTree(file string, o *spec.Org, org plan.Org) error {
	for _, was := range org.Steps {
		now := []plan.Step{was}
		now[0].Source, now[0].Sources = nil, nil
		AddSources(o, now)
		if !reflect.DeepEqual(now[0].Source, was.Source) || !reflect.DeepEqual(now[0].Sources, was.Sources) {
			return fmt.Errorf("%s: it was made from another version of the tree: there, %s of %s has another place; join only plans of this commit", file, was.Line(), org.Heading())
		}
	}
	return nil
}

// reviewOf returns what the change of the tree means for each organization of a saved plan, without what [Base.review] finds by itself.
func reviewOf(p *plan.Plan) [][]plan.ReviewItem {
	found := make([][]plan.ReviewItem, len(p.Orgs))
	for _, item := range p.Review {
		i := slices.IndexFunc(p.Orgs, func(o plan.Org) bool { return o.Name == item.Organization && o.ID == item.ID })
		if i >= 0 && !item.About.IsAboutTree() && item.About != plan.Accepted {
			found[i] = append(found[i], item)
		}
	}
	return found
}

// notPlanned returns an organization without a plan. Of what the change of the tree means, the live values are unknown.
func (m *merger) notPlanned(o *spec.Org) plan.Org {
	org := plan.Org{Name: o.Name, ID: o.ID, Credentials: o.Credentials}
	if m.base != nil {
		org.Review = plan.Review(m.base.find(o.OrgRef), o.Desired, nil)
		AddReviewSources(m.base.org(o.OrgRef), o, &org)
	}
	return org
}

// splitError makes problems of the lines of the error that an organization of a saved plan has, and returns them as errors.
func splitError(org *plan.Org) (errs []error) {
	for line := range strings.Lines(org.Error) {
		line = strings.TrimSuffix(line, "\n")
		p := plan.ReadProblem(line, org.Name)
		p.Common, p.NamesCredential = common(p.Message, org.Ref())
		org.Problems, errs = append(org.Problems, p), append(errs, errors.New(line))
	}
	return errs
}
