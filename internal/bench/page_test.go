package main

import "testing"

func TestReplaceTable(t *testing.T) {
	page := "before\n" + pageBegin + "old\n" + pageEnd + "after\n"
	got, err := replaceTable(page, "new\n")
	if want := "before\n" + pageBegin + "\nnew\n\n" + pageEnd + "after\n"; got != want || err != nil {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
	for _, without := range []string{"", pageBegin, pageEnd, pageEnd + pageBegin} {
		if got, err := replaceTable(without, "new\n"); err == nil {
			t.Errorf("%q has no place for a table, but became %q", without, got)
		}
	}
}
