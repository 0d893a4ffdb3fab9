package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
)

// Warnings returns what GitHub did not accept although the issue is written, each once.
func (t *Tracker) Warnings() []string { return t.warnings }

func (t *Tracker) warn(format string, values ...any) {
	if text := fmt.Sprintf(format, values...); !slices.Contains(t.warnings, text) {
		t.warnings = append(t.warnings, text)
	}
}

// extras is what a new issue has besides its title and text.
type extras int

const (
	labelsAndAssignees extras = iota
	onlyLabels
	noExtras
)

// create opens an issue with its labels and assignees. GitHub rejects the whole issue with 422 if it does not accept one of them. The
// issue matters more: then it is opened without assignees, and if that fails, too, without labels. What GitHub rejected is not sent
// again in this run.
func (t *Tracker) create(ctx context.Context, m Marker, want Issue) error {
	with := t.accepted
	if with == labelsAndAssignees && len(t.Assignees) == 0 {
		with = onlyLabels
	}
	first, err := with, t.send(ctx, m, http.MethodPost, t.path(), t.fields(want, with))
	rejected := err
	for isRejected(err) && with < noExtras {
		with++
		err = t.send(ctx, m, http.MethodPost, t.path(), t.fields(want, with))
	}
	switch {
	case err != nil:
		return err
	case with == first:
	case with == onlyLabels:
		t.warn("new issues have no assignees: %v. Check the input assignees", rejected)
	default:
		t.warn("new issues have no labels and no assignees: %v. Check the inputs labels and assignees", rejected)
	}
	if t.accepted = with; with < noExtras && !t.issues[m.Subject].has(t.Labels[0]) {
		t.warnDropped()
	}
	return nil
}

func (t *Tracker) fields(want Issue, with extras) map[string]any {
	fields := map[string]any{"title": want.Title, "body": want.Body}
	if with <= onlyLabels {
		fields["labels"] = t.Labels
	}
	if with == labelsAndAssignees {
		fields["assignees"] = t.Assignees
	}
	return fields
}

// isRejected reports whether GitHub refused what an issue says, or that the token says it. It was not carried out.
func isRejected(err error) bool {
	var refused *Error
	return errors.As(err, &refused) && !refused.Limited && (refused.Status == http.StatusUnprocessableEntity || refused.Status == http.StatusForbidden)
}

// warnDropped: for an account without push access, GitHub opens the issue and drops the labels. See GitHub's "Create an issue", labels.
func (t *Tracker) warnDropped() {
	t.warn("GitHub did not add the label %s to an issue; give the job permissions: issues: write", t.Labels[0])
}

// addLabel adds the first label to an issue, and returns the issue with its labels. If GitHub refuses, that is only a warning: as
// long as the issue is open, the next run finds it without the label.
func (t *Tracker) addLabel(ctx context.Context, i Issue) Issue {
	var labels []label
	path := fmt.Sprintf("%s/%d/labels", t.path(), i.Number)
	if _, err := t.client.do(ctx, http.MethodPost, path, map[string]any{"labels": t.Labels[:1]}, &labels); err != nil {
		t.warn("issue #%d does not get the label %s: %v", i.Number, t.Labels[0], err)
		return i
	}
	i.Labels = labels
	if !i.has(t.Labels[0]) {
		t.warnDropped()
	}
	return i
}
