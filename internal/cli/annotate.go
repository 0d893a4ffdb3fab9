package cli

import (
	"slices"
	"strings"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/github"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// annotations says at its line in the tree whatever the run has planned and done, and why that is not all.
func (r *report) annotations(rename func(file string) string) []github.Annotation {
	all := r.findings()
	if r.fleet != nil {
		all = append(all, r.plannedAndDone()...)
	}
	for i, a := range all {
		if a.File != "" {
			all[i].File = rename(a.File)
		}
	}
	return all
}

// findings says what is to be said before there is a plan, but for what is wrong with the tree.
func (r *report) findings() (all []github.Annotation) {
	for _, one := range split(r.err) {
		if one != errShown {
			all = append(all, annotateTrouble(one)...)
		}
	}
	if r.overtaken != "" {
		all = append(all, note(github.ErrorLevel, plan.Source{}, "not carried out", overtaken(r.overtaken)))
	}
	if r.noBase != "" {
		all = append(all, note(github.NoticeLevel, plan.Source{}, "to know", r.noBase))
	}
	if r.foreign != "" {
		all = append(all, note(github.NoticeLevel, plan.Source{}, "not compared with Atlas", withoutCredentials+" "+r.foreign))
	}
	return all
}

func (r *report) plannedAndDone() (all []github.Annotation) {
	if r.result() == endStale { // with a plan
		all = append(all, note(github.ErrorLevel, plan.Source{}, "not carried out", "this is not the plan that was accepted; nothing was done"))
	}
	for _, err := range r.fleet.troubles {
		all = append(all, annotateTrouble(err)...)
	}
	if !r.approved.covers(r.fleet.plan) {
		orgs := r.fleet.orgsByName()
		for _, refusal := range r.fleet.plan.Violations {
			all = append(all, r.annotateRefusal(refusal, orgs[specKey{name: refusal.Name, id: refusal.ID}]))
		}
	}
	for _, org := range r.fleet.plan.Orgs {
		all = append(all, r.annotateOrg(org)...)
	}
	for i, result := range r.results {
		all = append(all, r.annotateResult(r.fleet.plan.Orgs[i], result)...)
	}
	return all
}

func note(level github.Level, at plan.Source, title, message string) github.Annotation {
	return github.Annotation{Level: level, Title: "atlas-gitops: " + title, Message: plan.OneLine(message), File: at.File, Line: at.Line}
}

// annotateTrouble says why an organization, or a part of it, could not be planned.
func annotateTrouble(err error) (all []github.Annotation) {
	trouble, ok := err.(orgError)
	if !ok {
		for _, line := range explainAll(err) {
			all = append(all, note(github.ErrorLevel, plan.Source{}, "error", line))
		}
		return all
	}
	for _, one := range split(trouble.err) {
		at, what := trouble.at(one)
		all = append(all, note(github.ErrorLevel, sourceOf(at), "not planned", what+": "+explain(one)))
	}
	return all
}

// annotateRefusal says what a guard counted, at the first of those steps.
func (r *report) annotateRefusal(refusal plan.Violation, org plan.Org) github.Annotation {
	level := github.WarningLevel
	if r.refusal != "" {
		level = github.ErrorLevel
	}
	var at plan.Source
	if i := slices.IndexFunc(org.Steps, refusal.IsAbout); i >= 0 {
		at = r.fleet.placeOf(org, org.Steps[i])
	}
	return note(level, at, "a guard refuses this", org.Heading()+": "+refusal.Reason())
}

// annotateOrg says what there is to do in an organization, and to know of it. What was carried out is in the report.
func (r *report) annotateOrg(org plan.Org) (all []github.Annotation) {
	for _, n := range org.Notices {
		if n.About == plan.Rejected || n.About == plan.Unlisted {
			all = append(all, note(github.WarningLevel, r.fleet.placeOf(org, plan.Step{Kind: n.Kind, Key: n.Key}), "to know", org.Heading()+": "+n.Line()))
		}
	}
	if r.results != nil {
		return all
	}
	for _, s := range org.Steps {
		level := github.NoticeLevel
		if s.IsDestructive() || s.IsDeferred() {
			level = github.WarningLevel
		}
		all = append(all, note(level, r.fleet.placeOf(org, s), "planned", org.Heading()+": "+s.Line()+details(s)))
	}
	return all
}

// details says in the same line what a step changes.
func details(s plan.Step) string {
	if lines := (plan.View{}).Details(s); len(lines) > 0 {
		return ": " + strings.Join(lines, "; ")
	}
	return ""
}

// annotateResult says which steps were not done, and what is to be known of those that were.
func (r *report) annotateResult(org plan.Org, result apply.Result) (all []github.Annotation) {
	for _, o := range result.Outcomes {
		level, why := github.ErrorLevel, o.Reason
		switch {
		case o.Good() && why == "":
			continue
		case o.Good():
			level = github.WarningLevel
		case o.Err != nil:
			why = explain(o.Err)
		}
		all = append(all, note(level, r.fleet.placeOf(org, o.Step), string(o.Verdict), result.Org.Heading()+": "+o.Step.Line()+": "+why))
	}
	return all
}

// placeOf returns the place in the tree that asks for a step: where the object is written, or else the section that does
// not have it any more.
func (f *fleet) placeOf(org plan.Org, s plan.Step) plan.Source {
	if s.Source != nil {
		return *s.Source
	}
	if o := f.specs[specOf(org)]; o != nil {
		if at, ok := o.Place(s.Kind, s.Key); ok {
			return sourceOf(at)
		}
	}
	return f.placeFor(org, s.Kind)
}

// orgsByName returns the organizations that guards looked at, by name and id.
func (f *fleet) orgsByName() map[specKey]plan.Org {
	all := map[specKey]plan.Org{}
	for _, o := range f.plan.Orgs {
		all[specKey{name: o.Name, id: o.ID}] = o
	}
	return all
}

// placeFor returns where a section of an organization is written, or else the organization.
func (f *fleet) placeFor(org plan.Org, kind string) plan.Source {
	o := f.specs[specOf(org)]
	if o == nil {
		return plan.Source{}
	}
	if at, ok := o.Written(kind); ok {
		return sourceOf(at)
	}
	at, _ := o.Place(resource.Organization.Name, "")
	return sourceOf(at)
}

func sourceOf(p spec.Place) plan.Source { return plan.Source{File: p.File, Line: p.Line} }
