package main

import (
	"slices"
	"time"
)

// work is what one row of the table measures.
type work struct {
	name    string // for -work
	title   string
	sizes   []size // nil: those of the flags
	latency time.Duration
	changes func(size) int            // per organization; each is one write
	live    func(size) []organization // what Atlas has; nil: nothing is sent
	tree    func(size) []organization // what the program reads; nil: nothing
	args    []string
	bounds  bounds
}

// usualLatency is what Atlas takes for an answer here.
const usualLatency = 100 * time.Millisecond

// works returns everything that can be measured.
func works() []work {
	apply := []string{"apply", "--auto-approve", "--credentials-file", credentialsFile, treeDir}
	removing := append(slices.Clone(apply), "--max-deletes", "100", "--max-total-deletes", "100")
	some := []size{{1, 100}}
	changed := func(do func(*organization)) func(size) []organization {
		return func(s size) []organization { return change(fleetOf(s), do) }
	}
	constant := func(n int) func(size) int { return func(size) int { return n } }
	nothing := constant(0)
	return []work{
		{"plan", "plan without changes", nil, usualLatency, nothing, fleetOf, fleetOf,
			[]string{"plan", "--detailed-exitcode", "--credentials-file", credentialsFile, treeDir}, planBounds()},
		{"first", "first apply", nil, usualLatency, func(s size) int { return s.People }, func(s size) []organization { return withOwnerOnly(fleetOf(s)) }, fleetOf,
			apply, changeBounds(listsToAdd, whyToAdd)},
		{"roles10", "apply 10 role changes", some, usualLatency, constant(10), fleetOf, changed(newRoles(10)), apply, changeBounds(0, "")},
		{"roles50", "apply 50 role changes", some, usualLatency, constant(50), fleetOf, changed(newRoles(50)), apply, changeBounds(0, "")},
		{"mixed50", "apply 50 mixed changes", some, usualLatency, constant(50), fleetOf, changed(mixedChanges), removing, changeBounds(listsToAdd+listsToRemove, whyToAdd+whyToRemove)},
		{"roles200", "apply 200 role changes", []size{{1, 1200}}, 0, constant(200), fleetOf, changed(newRoles(200)), apply, changeBounds(0, "")},
		{"import", "import", nil, usualLatency, nothing, fleetOf, nil, []string{"import", "--credentials-file", credentialsFile, "--dir", treeDir}, importBounds()},
		{"validate", "validate", nil, 0, nothing, nil, fleetOf, []string{"validate", treeDir}, validateBounds()},
	}
}
