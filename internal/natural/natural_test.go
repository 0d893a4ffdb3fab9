package natural_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"atlas-gitops/internal/natural"
)

func TestCompare(t *testing.T) {
	for _, row := range []struct {
		reason, sorted string // each name comes before the next one
	}{
		{"digits compare as numbers", "owner2 owner10 owner100"},
		{"digits in the middle", "acme-2-eu acme-2-us acme-10-eu"},
		{"a name comes before its continuations", "acme acme1 acme1b"},
		{"letters compare as bytes", "Acme Zeta acme zeta étude"},
		{"other characters compare as bytes", "a-1 a.1 a1 aa"},
		{"leading zeros count only if nothing else differs", "a01 a1 a02 a2 a3"},
		{"zeros are a number, too", "a0 a00 a1"},
		{"numbers of any length", "a18446744073709551615 a18446744073709551616 a99999999999999999999999"},
		{"digits of other scripts are text", "a9 a٣"},
	} {
		names := strings.Fields(row.sorted)
		for i, a := range names {
			for j, b := range names {
				if got := natural.Compare(a, b); got != cmp.Compare(i, j) {
					t.Errorf("%s: %s and %s: got %d", row.reason, a, b, got)
				}
			}
		}
	}
}

// FuzzCompare: Compare is a total order, so sorting the same names always gives the same list.
func FuzzCompare(f *testing.F) {
	f.Add("a2", "a10", "a1")
	f.Add("01", "1", "001")
	f.Add("1a", "01b", "")
	f.Add("2", "/", ":")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		if ab := natural.Compare(a, b); ab != -natural.Compare(b, a) || (ab == 0) != (a == b) {
			t.Errorf("%q and %q: %d", a, b, ab)
		}
		sorted := slices.SortedFunc(slices.Values([]string{a, b, c}), natural.Compare)
		if natural.Compare(sorted[0], sorted[2]) > 0 {
			t.Errorf("not transitive: %q", sorted)
		}
	})
}
