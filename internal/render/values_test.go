package render_test

import (
	"encoding/json"
	"testing"

	"atlas-gitops/internal/render"
	"atlas-gitops/internal/resource"
)

// TestValue: text that looks like something else is quoted, and so is what a terminal would obey or nobody would see.
func TestValue(t *testing.T) {
	for _, row := range []struct {
		reason string
		value  any
		want   string
	}{
		{"a number", json.Number("3600"), "3600"},
		{"text that looks like a number", "3600", `"3600"`},
		{"the name of a year", "2024", `"2024"`},
		{"true", true, "true"},
		{"text that looks like true", "true", `"true"`},
		{"text that looks like nothing at all", "null", `"null"`},
		{"text that looks like what is shown of nothing", render.Value(nil), `"` + render.Value(nil) + `"`},
		{"no text", "", `""`},
		{"text that looks like a change", "a -> b", `"a -> b"`},
		{"text that looks like a list", "[a]", `"[a]"`},
		{"a blank at an end", "a ", `"a "`},
		{"quotes and backslashes", `"\`, `"\"\\"`},
		{"what nobody would see", "x\ufe0f\u3164", `"x\ufe0f\u3164"`},
		{"what turns text around", "\u202eevil@x.example", `"\u202eevil@x.example"`},
		{"what a terminal would obey, and a line that looks like a step", "Acme\x1b[2J\n+ invitations/eve@evil.example", `"Acme\x1b[2J\n+ invitations/eve@evil.example"`},
		{"a command of GitHub's runner, on a line of its own", "a@b.c\r\n::set-env name=X::1", `"a@b.c\r\n::set-env name=X::1"`},
		{"a command of GitHub's runner, at the start", "::error::x", `"::error::x"`},
		{"the older kind of command, anywhere", "a##[add-mask]b", `"a#\x23[add-mask]b"`},
		{"what ends a fence", "a```", `"a\x60\x60\x60"`},
		{"what is odd only beside others", []any{"a, b", "unset", " ", "true", "plain"}, `["a, b", "unset", " ", "true", plain]`},
		{"an object within a list", []any{resource.Fields{"name": "gitops", "roles": []any{"ORG_OWNER"}}}, "[{name: gitops, roles: [ORG_OWNER]}]"},
		{"letters of any script", "Zürich 東京", "Zürich 東京"},
	} {
		if got := render.Value(row.value); got != row.want {
			t.Errorf("%s: got %s, want %s", row.reason, got, row.want)
		}
	}
}
