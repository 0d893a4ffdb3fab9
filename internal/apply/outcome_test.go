package apply

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// TestReportable: a report has only the fields that the step is about, in canonical form.
func TestReportable(t *testing.T) {
	step := plan.Step{Kind: "invitations", Before: resource.Fields{"gone": "x", "both": "x"}, After: resource.Fields{"both": "y", "list": []any{"a"}, "unset": "z"}}
	live := &resource.Object{Key: "k", Fields: resource.Fields{"gone": "g", "both": "b", "list": []any{"d", "c"}, "secret": "s"}}
	got := reportable(live, step)
	want := resource.Fields{"gone": "g", "both": "b", "list": []any{"c", "d"}, "unset": nil}
	if diff := cmp.Diff(want, got.Fields); diff != "" || got.Key != "k" || live.Fields["secret"] != "s" {
		t.Error(diff)
	}
	if reportable(nil, step) != nil {
		t.Error("a missing object must not be shown")
	}
	if reportable(&resource.Object{Key: "k", Fields: resource.Fields{"status": "ACTIVE"}}, step) != nil {
		t.Error("an accepted invitation must not be shown")
	}
}
