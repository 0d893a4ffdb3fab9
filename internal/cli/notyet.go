package cli

import (
	"fmt"
	"slices"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// notYetError says that a tree asks for something that this version only checks, or compares.
type notYetError struct {
	what  string
	place spec.Place
}

func (e *notYetError) Error() string {
	return e.what + " is not carried out by this version, so nothing is planned for this organization"
}

// notYet refuses to plan an organization in part: who reads the plan would take it for all that was asked for.
func notYet(o *spec.Org) error {
	if place, ok := o.Written("state"); ok {
		return &notYetError{"state", place}
	}
	return nil
}

// notYetWritten does the same where the plan has steps that nobody can take.
func notYetWritten(o *spec.Org, steps []plan.Step) error {
	i := slices.IndexFunc(steps, func(s plan.Step) bool { return !resource.ByName(s.Kind).Can(string(s.Op)) })
	if i < 0 {
		return nil
	}
	place, _ := o.Written(steps[i].Kind)
	return &notYetError{fmt.Sprintf("what %s needs (%s)", steps[i].Kind, steps[i].Line()), place}
}
