package render_test

import (
	"encoding/json"
	"testing"

	"atlas-gitops/internal/render"
	"atlas-gitops/internal/resource"
)

// TestValue: a text never looks like a value of another type. The tests of safetext cover which texts are quoted.
func TestValue(t *testing.T) {
	for _, row := range []struct {
		reason string
		value  any
		want   string
	}{
		{"a number", json.Number("3600"), "3600"},
		{"text that looks like a number", "3600", `"3600"`},
		{"true", true, "true"},
		{"text that looks like true", "true", `"true"`},
		{"text that looks like an unset value", render.Value(nil), `"` + render.Value(nil) + `"`},
		{"text that is ambiguous only in a list", []any{"a, b", "unset", " ", "true", "plain"}, `["a, b", "unset", " ", "true", plain]`},
		{"an object in a list", []any{resource.Fields{"name": "gitops", "roles": []any{"ORG_OWNER"}}}, "[{name: gitops, roles: [ORG_OWNER]}]"},
	} {
		if got := render.Value(row.value); got != row.want {
			t.Errorf("%s: got %s, want %s", row.reason, got, row.want)
		}
	}
}
