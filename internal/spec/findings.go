package spec

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"atlas-gitops/internal/yamldata"
)

// reporter collects findings.
type reporter struct {
	lineOf func(Place) string // returns the line to show for a place; only settle needs it
	found  []*Diagnostic
}

// report adds a finding. The caller may add details to the result.
func (r *reporter) report(rule *Rule, p Place, format string, args ...any) *Diagnostic {
	d := &Diagnostic{Place: p, Severity: rule.Severity, Rule: rule.ID, Message: fmt.Sprintf(format, args...)}
	r.found = append(r.found, d)
	return d
}

// reportProblems reports the problems of a file.
func (r *reporter) reportProblems(problems []*yamldata.Problem) {
	for _, p := range problems {
		r.report(ruleOf(p.Kind), p.Place, "%s", p.Message).Other = p.Other
	}
}

// reportError reports an error of the file system, without the file name in the error.
func (r *reporter) reportError(file string, err error) *Diagnostic {
	var pathError *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = errors.New("does not exist")
	case errors.As(err, &pathError):
		err = pathError.Err
	}
	return r.report(unreadable, Place{File: file}, "%v", err)
}

// settle removes repeated findings, limits their number to maxFindings, and adds the source line to the rest.
func (r *reporter) settle() {
	r.found = bounded(unique(r.found))
	for _, d := range r.found {
		d.Source = r.lineOf(d.Place)
	}
}

// unique sorts diagnostics by place and removes repetitions. A mistake in the value of an alias is reported once, where the value
// is written.
func unique(diagnostics []*Diagnostic) []*Diagnostic {
	type finding struct {
		Place
		message string
	}
	found := map[finding]bool{}
	for _, d := range diagnostics {
		found[finding{d.Place, d.Message}] = true
	}
	diagnostics = slices.DeleteFunc(slices.Clone(diagnostics), func(d *Diagnostic) bool {
		return found[finding{d.other(), d.Message}]
	})
	slices.SortStableFunc(diagnostics, func(a, b *Diagnostic) int {
		return cmp.Or(a.Place.Compare(b.Place), cmp.Compare(a.Message, b.Message), a.other().Compare(b.other()), cmp.Compare(a.Hint, b.Hint))
	})
	return slices.CompactFunc(diagnostics, func(a, b *Diagnostic) bool {
		return a.Place == b.Place && a.Message == b.Message && a.other() == b.other()
	})
}

// sorted returns diagnostics sorted by place, without repetitions.
func sorted(diagnostics []*Diagnostic) (all []Diagnostic) {
	for _, d := range unique(diagnostics) {
		all = append(all, *d)
	}
	return all
}

// maxFindings is how many findings of one rule in one file are reported one by one: a file of 1 MiB can have 250,000 mistakes.
const maxFindings = 1000

// bounded replaces the findings of a rule beyond maxFindings by one finding with their number.
func bounded(sorted []*Diagnostic) (kept []*Diagnostic) {
	type kind struct{ file, rule string }
	counts, rest := map[kind]int{}, map[kind]*Diagnostic{}
	for _, d := range sorted {
		k := kind{d.File, d.Rule}
		switch counts[k]++; {
		case counts[k] <= maxFindings:
			kept = append(kept, d)
		case rest[k] == nil:
			rest[k] = &Diagnostic{Place: d.Place, Severity: d.Severity, Rule: d.Rule}
			kept = append(kept, rest[k])
		}
	}
	for k, d := range rest {
		findings := "findings"
		if counts[k] == maxFindings+1 {
			findings = "finding"
		}
		d.Message = fmt.Sprintf("%d more %s of this rule, from this line on", counts[k]-maxFindings, findings)
	}
	return kept
}
