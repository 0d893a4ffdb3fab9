package action

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"atlas-gitops/internal/github"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/render"
	"atlas-gitops/internal/safetext"
)

// driftIssues writes the issues about drift.
type driftIssues struct {
	publisher
	issues *github.Tracker
	tree   string         // the paths of the tree, one on each line
	number map[string]int // of the issue that has the drift of an organization, by its key; none if it could not be written
	errs   []error
}

// fail records an error about an issue.
func (t *driftIssues) fail(about string, err error) {
	if err != nil {
		t.errs = append(t.errs, driftError(fmt.Errorf("%s: %w", safetext.Line(about), err)))
	}
}

func driftError(err error) error {
	var refused *github.Error
	if errors.As(err, &refused) && refused.Forbidden() {
		return fmt.Errorf("cannot update the issues about drift: %w; give the job permissions: issues: write", err)
	}
	return fmt.Errorf("cannot update the issues about drift: %w", err)
}

// key identifies an organization in markers.
func key(org plan.Org) string { return cmp.Or(org.ID, org.Name) }

// marker returns the marker of the issue about an organization.
func (t *driftIssues) marker(org plan.Org) github.Marker {
	return t.markerOf(t.prefix() + key(org))
}

func (t *driftIssues) markerOf(subject string) github.Marker {
	return github.Marker{Subject: subject, Run: t.workflow.ID, Commit: t.workflow.Commit, Command: "drift", Tree: t.tree}
}

func (t *driftIssues) prefix() string { return "drift " + t.CommentID + " " }

func (t *driftIssues) closeIssue(ctx context.Context, about string, m github.Marker, text string) {
	t.fail(about, t.issues.Close(ctx, m, text))
}

// maxTitle is the longest title of an issue, in runes. GitHub accepts 256 characters.
const maxTitle = 200

func titleOf(text string) string {
	title := []rune(safetext.Line(text))
	if len(title) > maxTitle {
		return string(title[:maxTitle-1]) + "…"
	}
	return string(title)
}

// openIssue opens or edits an issue about drift in something.
func (t *driftIssues) openIssue(ctx context.Context, m github.Marker, something string, d render.Drift) {
	d.Adopt = t.adoptLine(d.Plan.Orgs)
	v := render.View{Size: maxComment - len(m.String()), FullOutput: "The summary of the run shows all of it."}
	var text strings.Builder
	_ = v.WriteDriftMarkdown(&text, d) // a [strings.Builder] returns no errors
	number, err := t.issues.Open(ctx, m, titleOf("Drift in "+something), text.String())
	if err != nil {
		t.fail(something, err)
		return
	}
	for _, org := range d.Plan.Orgs {
		t.number[key(org)] = number
	}
}

// adoptLine returns the command line that brings the drift of organizations into the tree, for the root of the repository.
func (t *driftIssues) adoptLine(orgs []plan.Org) string {
	words := []string{"atlas-gitops", "import", "--update"}
	for _, org := range orgs {
		words = append(words, "--only", org.Name)
	}
	return safetext.Command(append(words, t.report.tree.Roots()...))
}

// planOf returns a plan of some organizations, with what guards block in them.
func (t *driftIssues) planOf(orgs ...plan.Org) *plan.Plan {
	p := plan.New(orgs)
	p.Check(t.Limits, nil)
	return p
}
