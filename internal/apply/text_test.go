package apply

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/plan"
)

// TestWriteText: what was tried again says so, where it did not help.
func TestWriteText(t *testing.T) {
	step := plan.Step{Op: plan.Create, Kind: "invitations", Key: "ada@acme.example"}
	var b strings.Builder
	v := View{Explain: func(err error) string { return err.Error() + "; do this" }}
	err := v.WriteText(&b, []Result{{Org: plan.Org{Name: "Acme", ID: "1"}, Outcomes: []Outcome{
		{Step: step, Verdict: Applied, Tries: 3},
		{Step: step, Verdict: Failed, Tries: 6, Err: errors.New("503")},
		{Step: step, Verdict: Failed, Tries: 1, Err: errors.New("400")},
		{Step: step, Verdict: Skipped, Reason: "interrupted"},
	}}})
	want := `Acme (1)
  applied    + invitations/ada@acme.example
  failed     + invitations/ada@acme.example
               503; do this
               tried 6 times; it was not there afterwards
  failed     + invitations/ada@acme.example
               400; do this
  skipped    + invitations/ada@acme.example
               interrupted

Apply: 1 applied, 0 unchanged, 0 conflict, 2 failed, 1 skipped.
`
	if diff := cmp.Diff(want, b.String()); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}
