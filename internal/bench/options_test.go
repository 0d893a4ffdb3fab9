package main

import (
	"io"
	"slices"
	"testing"
)

func TestOptions(t *testing.T) {
	for _, row := range []struct {
		reason string
		args   []string
		want   []size // of the first work; nil for an error
	}{
		{"the default", nil, []size{{1, 10}, {10, 10}, {50, 10}, {200, 10}, {1000, 10}, {1, 100}, {10, 100}, {50, 100}, {200, 100}, {1000, 100}}},
		{"other sizes", []string{"-sizes", "3,4", "-people", "5"}, []size{{3, 5}, {4, 5}}},
		{"work with its own size", []string{"-sizes", "3", "-work", "roles200,plan"}, []size{{1, 1200}}},
		{"unknown work", []string{"-work", "plans"}, nil},
		{"no number", []string{"-sizes", "many"}, nil},
		{"no organization", []string{"-sizes", "0"}, nil},
		{"an argument that is not a flag", []string{"plan"}, nil},
	} {
		o, err := parse(row.args, io.Discard)
		if (err != nil) != (row.want == nil) {
			t.Errorf("%s: %v", row.reason, err)
		} else if err == nil && !slices.Equal(o.sizesOf(o.works[0]), row.want) {
			t.Errorf("%s: %v, want %v", row.reason, o.sizesOf(o.works[0]), row.want)
		}
	}
}
