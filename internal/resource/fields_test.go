package resource

import (
	"encoding/json"
	"fmt"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
)

func parse(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := decodeInto(json.RawMessage(text), &v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

func TestEqual(t *testing.T) {
	for _, row := range []struct {
		reason, a, b string
		want         bool
	}{
		{"null and an empty list, which Atlas may leave out", `null`, `[]`, true},
		{"an empty object and null", `{}`, `null`, true},
		{"an object with only null and null", `{"a": null}`, `null`, true},
		{"a list with null and an empty list", `[null]`, `[]`, false},
		{"false and null", `false`, `null`, false},
		{"an empty text and null", `""`, `null`, false},
		{"zero and null", `0`, `null`, false},
		{"lists are sets: order", `["a","b"]`, `["b","a"]`, true},
		{"lists are sets: repetition", `["a","a"]`, `["a"]`, true},
		{"a larger set", `["a","b"]`, `["a"]`, false},
		{"a smaller set", `["a"]`, `["a","b"]`, false},
		{"numbers by value", `3600`, `3600.0`, true},
		{"numbers that differ only in a late digit", `9007199254740993`, `9007199254740992`, false},
		{"a number and a text", `1`, `"1"`, false},
		{"numbers with an exponent that would fill the memory", `1e999999999`, `1e999999998`, false},
		{"texts in another case, even addresses", `"Ops@Acme.example"`, `"ops@acme.example"`, false},
		{"objects, with null equal to absent", `{"a":1,"b":null}`, `{"a":1}`, true},
		{"objects with different parts", `{"a":1,"b":2}`, `{"a":1}`, false},
		{"sets of objects", `[{"a":["x","y"]},{"b":1}]`, `[{"b":1},{"a":["y","x"]}]`, true},
		{"a list and an object", `["a"]`, `{"a":1}`, false},
		{"true and false", `true`, `false`, false},
	} {
		a, b := parse(t, row.a), parse(t, row.b)
		if Equal(a, b) != row.want || Equal(b, a) != row.want {
			t.Errorf("%s: %s and %s: want equal %v", row.reason, row.a, row.b, row.want)
		}
	}
}

// TestIsBetween: a set is between two others if removing and adding items one by one, in any order, can produce it.
func TestIsBetween(t *testing.T) {
	for _, row := range []struct {
		reason, list, from, to string
		want                   bool
	}{
		{"the set before", `["a","b"]`, `["a","b"]`, `["b","c"]`, true},
		{"the set after", `["b","c"]`, `["a","b"]`, `["b","c"]`, true},
		{"one item is added, the other not yet removed", `["a","b","c"]`, `["a","b"]`, `["b","c"]`, true},
		{"one item is removed, the other not yet added", `["b"]`, `["a","b"]`, `["b","c"]`, true},
		{"an item that should stay is missing", `["a","c"]`, `["a","b"]`, `["b","c"]`, false},
		{"an item that is in neither set", `["a","b","d"]`, `["a","b"]`, `["b","c"]`, false},
		{"an empty set, and no item stays", `[]`, `["a"]`, `["b"]`, true},
		{"from an empty set", `["a"]`, `[]`, `["a","b"]`, true},
		{"repetitions and order do not matter", `["b","a","b"]`, `["a","a","b"]`, `["b"]`, true},
		{"objects compare by their parts", `[{"x":1.0}]`, `[{"x":1},{"y":2}]`, `[{"x":1}]`, true},
		{"an object in neither", `[{"x":2}]`, `[{"y":2}]`, `[{"x":1}]`, false},
	} {
		list, from, to := parse(t, row.list), parse(t, row.from), parse(t, row.to)
		if got := IsBetween(list.([]any), from.([]any), to.([]any)); got != row.want {
			t.Errorf("%s: got %v", row.reason, got)
		}
	}
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

// TestNormalizeEmail: only ASCII letters become lower case, and letters get the Unicode form of names.
func TestNormalizeEmail(t *testing.T) {
	for _, row := range []struct{ reason, in, want string }{
		{"an address", "Ada@Acme.Example", "ada@acme.example"},
		{"a username without @", "Legacy-User", "legacy-user"},
		{"a username with a blank", "Ada L", "ada l"},
		{"an address without a dot", "Ada@ACME", "ada@acme"},
		{"an empty text", "", ""},
		{"letters that Unicode folds to others: the Kelvin sign, the dotted I", "\u212aAY\u0130@acme.example", "\u212aay\u0130@acme.example"},
		{"capitals beyond ASCII", "\u00c9Va@acme.example", "\u00c9va@acme.example"},
		{"a letter and its accent as two characters", "Jose\u0301@acme.example", "jos\u00e9@acme.example"},
	} {
		if got := NormalizeEmail(row.in); got != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}

// TestNormalizeEmailMakesNoASCII: no character beyond ASCII becomes one of ASCII. That would make two people one.
func TestNormalizeEmailMakesNoASCII(t *testing.T) {
	for r := rune(utf8.RuneSelf); r <= unicode.MaxRune; r++ {
		in := string(r) + "ay@acme.example"
		if norm.NFC.String(in) == in {
			continue
		}
		if got, _ := utf8.DecodeRuneInString(NormalizeEmail(in)); got < utf8.RuneSelf {
			t.Errorf("%U became %q", r, got)
		}
		if once := NormalizeEmail(in); NormalizeEmail(once) != once {
			t.Errorf("%U: the second time, %q became %q", r, once, NormalizeEmail(once))
		}
	}
}

// TestCanonicalNumbers: equal numbers become the same text, and no number changes its value.
func TestCanonicalNumbers(t *testing.T) {
	for given, want := range map[json.Number]json.Number{
		"3600": "3600", "3600.0": "3600", "3600.00": "3600", "10.50": "10.5", "0.0": "0", "-0": "0", "-0.0": "0", "0.05": "0.05", "-1.0": "-1",
		"1.50e10": "1.50e10", "1E0": "1E0",
		"1.00000000000000000000000000000000000000000": "1.00000000000000000000000000000000000000000", // too long, so it is equal only to itself
	} {
		if got := Canonical(given); got != want || !Equal(given, got) {
			t.Errorf("%s becomes %s, want %s", given, got, want)
		}
	}
}

// BenchmarkEqual compares two lists that are as long as fits into one file.
func BenchmarkEqual(b *testing.B) {
	list, other := make([]any, 40_000), make([]any, 40_000)
	for i := range list {
		list[i], other[len(list)-1-i] = fmt.Sprintf("team %d", i), fmt.Sprintf("team %d", i)
	}
	for b.Loop() {
		if !Equal(list, other) {
			b.Fatal("they differ")
		}
	}
}
