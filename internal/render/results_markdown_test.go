package render_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/render"
)

// TestWriteResultsMarkdown: steps that were not done come first, then notes about those that were. Each done step has the place of
// the plan. A step that does not fit is counted once.
func TestWriteResultsMarkdown(t *testing.T) {
	step := func(key, file string) plan.Step {
		return plan.Step{Op: plan.Create, Kind: "invitations", Key: key, Source: &plan.Source{File: file, Line: 1}}
	}
	unread := plan.Problem{At: plan.Source{File: "a.yaml", Line: 1}, Message: "settings cannot be read"}
	planned := plan.Org{Name: "Acme", ID: "1", Error: unread.Line("Acme"), Problems: []plan.Problem{unread}}
	result := apply.Result{Org: planned}
	for _, o := range []apply.Outcome{
		{Step: step("done", "a.yaml"), Verdict: apply.Applied},
		{Step: step("unseen", "a.yaml"), Verdict: apply.Applied, Reason: "not checked afterwards"},
		{Step: step("other", "a.yaml"), Verdict: apply.Conflict, Reason: "it was changed after the plan was made"},
		{Step: step("failed", "a.yaml"), Verdict: apply.Failed, Err: advised("400")},
		{Step: step("skipped", "a.yaml"), Verdict: apply.Skipped, Reason: "interrupted"},
		{Step: step("there", "a.yaml"), Verdict: apply.Unchanged},
	} {
		result.Outcomes, planned.Steps = append(result.Outcomes, o), append(planned.Steps, step(o.Step.Key, "orgs/a.yaml"))
	}
	p := plan.New([]plan.Org{planned})
	written := func(size int) string {
		var b strings.Builder
		v := render.View{Size: size, FullOutput: "Look elsewhere."}
		if err := v.WriteResultsMarkdown(&b, p, []apply.Result{result}); err != nil {
			t.Fatal(err)
		}
		return strings.ReplaceAll(b.String(), p.Digest, "DIGEST")
	}
	want := `**Apply: 2 applied, 1 unchanged, 1 conflict, 1 failed, 1 skipped, 0 blocked.**

**Errors: 1 organization is not planned, or only in part.**

### Not done

'''text
Acme (1)
  conflict   + invitations/other
               it was changed after the plan was made
  failed     + invitations/failed
               400; do this
  skipped    + invitations/skipped
               interrupted
'''

### Notes

'''text
Acme (1)
  applied    + invitations/unseen
               not checked afterwards
'''

### Not planned, or only in part

'''text
error: a.yaml:1: Acme: settings cannot be read
'''

<details><summary><code>Acme (1)</code>: 2 applied, 1 unchanged, 1 conflict, 1 failed, 1 skipped</summary>

'''diff
  applied
+ invitations/done                             orgs/a.yaml:1
+ invitations/unseen                           orgs/a.yaml:1
  unchanged
+ invitations/there                            orgs/a.yaml:1
'''

</details>

Digest: 'DIGEST'
`
	if diff := cmp.Diff(want, strings.ReplaceAll(written(0), "`", "'")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if small := written(400); !strings.Contains(small, "**Too long to be shown here: 6 of 6 steps, and 2 messages.** Look elsewhere.") {
		t.Errorf("got %s", small)
	}
}
