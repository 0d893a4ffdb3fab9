package resource

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func parse(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := decodeInto(json.RawMessage(text), &v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

func TestChanges(t *testing.T) {
	kind := Members
	for _, row := range []struct{ reason, have, want, before, after string }{
		{"no difference", `{"a":1}`, `{"a":1}`, `null`, `null`},
		{"only fields of want", `{"a":1,"b":1}`, `{"a":2}`, `{"a":1}`, `{"a":2}`},
		{"a field that was absent", `{}`, `{"a":2}`, `{"a":null}`, `{"a":2}`},
		{"a record: only the part that differs", `{"r":{"x":1,"y":1}}`, `{"r":{"x":2}}`, `{"r":{"x":1}}`, `{"r":{"x":2}}`},
		{"a record that was absent", `{}`, `{"r":{"x":2,"y":null}}`, `{"r":{"x":null}}`, `{"r":{"x":2}}`},
		{"a record that is unset as a whole", `{"r":{"x":1}}`, `{"r":null}`, `{"r":{"x":1}}`, `{"r":null}`},
		{"a map changes as a whole", `{"projects":{"A":["x"],"B":["y"]}}`, `{"projects":{"A":["x"]}}`,
			`{"projects":{"A":["x"],"B":["y"]}}`, `{"projects":{"A":["x"]}}`},
		{"lists are sorted, without duplicates", `{}`, `{"l":["b","a","b"]}`, `{"l":null}`, `{"l":["a","b"]}`},
	} {
		have, _ := parse(t, row.have).(Fields)
		want, _ := parse(t, row.want).(Fields)
		before, after := kind.Changes(have, want)
		for _, side := range []struct {
			name string
			got  Fields
			want string
		}{{"before", before, row.before}, {"after", after, row.after}} {
			expected, _ := parse(t, side.want).(Fields)
			if diff := cmp.Diff(expected, side.got); diff != "" {
				t.Errorf("%s: %s (-want +got):\n%s", row.reason, side.name, diff)
			}
		}
		if kind.Covers(have, want) != (after == nil) {
			t.Errorf("%s: Covers and Changes disagree", row.reason)
		}
	}
}
