package action

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/render"
)

// leastShared is how many organizations must differ in the same way to get one issue instead of an issue each. Once there is such an
// issue, it stays as long as one organization differs so: issues must not come and go with the number.
const leastShared = 3

// maxMarked is how many organizations a marker names: their ids must fit into the text of an issue.
const maxMarked = 1000

// cause is a way to differ from the tree that has an issue of its own.
type cause struct {
	subject string     // of the issue
	before  []string   // the keys of the organizations that the issue names; nil if it is not open
	orgs    []plan.Org // that differ so in this run
	notRead []plan.Org // that differed so, and that this run did not read
}

// causes returns the causes that get an issue or have an open one, sorted by their subjects.
func (t *driftTracker) causes() (all []*cause) {
	known := map[string]*cause{}
	find := func(subject string) *cause {
		known[subject] = cmp.Or(known[subject], &cause{subject: subject})
		return known[subject]
	}
	for _, org := range t.read() {
		if len(org.Steps) > 0 {
			c := find(t.causeSubject(org))
			c.orgs = append(c.orgs, org)
		}
	}
	for _, m := range t.issues.OpenIssues() {
		if strings.HasPrefix(m.Subject, t.causePrefix()) && m.Tree == t.tree {
			c := find(m.Subject)
			c.before, c.notRead = append([]string{}, m.Orgs...), t.notRead(m.Orgs)
		}
	}
	for _, subject := range slices.Sorted(maps.Keys(known)) {
		if c := known[subject]; c.before != nil || len(c.orgs) >= leastShared {
			all = append(all, c)
		}
	}
	return all
}

func (t *driftTracker) causePrefix() string { return "drift-cause " + t.CommentID + " " }

// causeSubject returns the subject of the issue about all organizations of the tree that differ like this one.
func (t *driftTracker) causeSubject(org plan.Org) string {
	digest := sha256.Sum256([]byte(t.tree + "\x00" + org.CauseDigest()))
	return t.causePrefix() + hex.EncodeToString(digest[:16])
}

// isShared reports whether the drift of an organization is in the issue of a cause.
func (t *driftTracker) isShared(org plan.Org) bool {
	subject := t.causeSubject(org)
	return slices.ContainsFunc(t.shared, func(c *cause) bool { return c.subject == subject })
}

// notRead returns the organizations with these keys that this run could not read, or that it did not select. What left the tree is not
// among them.
func (t *driftTracker) notRead(keys []string) (all []plan.Org) {
	planned := map[string]bool{}
	for _, org := range t.report.run.Plan.Orgs {
		planned[key(org)] = true
		isMarked := slices.Contains(keys, key(org)) || len(keys) == maxMarked // the marker may have had no room for it
		if org.Error != "" && isMarked {
			all = append(all, org)
		}
	}
	for _, k := range keys {
		if !planned[k] && !t.knowsAll() {
			all = append(all, t.named(k))
		}
	}
	return all
}

// named returns an organization that this run did not plan, with its name if the tree has its id.
func (t *driftTracker) named(key string) plan.Org {
	for _, o := range t.report.selection.All() {
		if o.ID == key {
			return plan.Org{Name: o.Name, ID: o.ID}
		}
	}
	return plan.Org{Name: key}
}

// openShared opens or edits the issue of a cause.
func (t *driftTracker) openShared(ctx context.Context, c *cause) {
	marker := t.markerOf(c.subject)
	for _, org := range slices.Concat(c.orgs, c.notRead) {
		marker.Orgs = append(marker.Orgs, key(org))
	}
	slices.Sort(marker.Orgs)
	marker.Orgs = marker.Orgs[:min(len(marker.Orgs), maxMarked)]
	title := render.Count(len(c.orgs)+len(c.notRead), "organization") + ": " + render.DriftTitle(c.orgs[0])
	t.openIssue(ctx, marker, title, render.Drift{Plan: t.planOf(c.orgs...), IsShared: true, NotRead: c.notRead})
}

// closeShared closes the issue of a cause that no organization has any more. Its last text says which issues have the drift of these
// organizations now. If GitHub did not take one of them, the issue stays: otherwise no open issue would be about that organization.
func (t *driftTracker) closeShared(ctx context.Context, c *cause) {
	var numbers []int
	for _, org := range t.read() {
		if len(org.Steps) == 0 || !slices.Contains(c.before, key(org)) {
			continue
		}
		n, isOpen := t.number[key(org)]
		if !isOpen {
			return
		}
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	text := "No organization differs from the tree in this way any more.\n"
	if len(numbers) > 0 {
		text += "\nSome differ in another way now: see"
		for _, n := range slices.Compact(numbers) {
			text += fmt.Sprintf(" #%d", n)
		}
		text += ".\n"
	}
	t.closeIssue(ctx, "the drift that several organizations had", t.markerOf(c.subject), text)
}
