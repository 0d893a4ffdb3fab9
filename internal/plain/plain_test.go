package plain

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func parse(t *testing.T, text string) (v any) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&v); err != nil {
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
