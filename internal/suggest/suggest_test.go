package suggest

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestNearest(t *testing.T) {
	words := []string{"plan", "apply", "name", "id", "multiFactorAuthRequired", "customSessionTimeouts", "customContact", strings.Repeat("é", 64), "組織の東京"}
	for _, row := range []struct{ reason, word, want string }{
		{"two letters are swapped", "paln", "plan"},
		{"two letters are swapped at the end", "naem", "name"},
		{"a letter is missing", "aply", "apply"},
		{"there is a letter too many", "planx", "plan"},
		{"another case and punctuation", "multi_factor-auth REQUIRED", "multiFactorAuthRequired"},
		{"the beginning of one word", "multiFactor", "multiFactorAuthRequired"},
		{"the beginning of two words", "custom", ""},
		{"half of the letters differ", "plum", ""},
		{"a word of two letters", "ip", ""},
		{"the limit counts letters, not bytes", "東京", ""},
		{"the length of a long word is in letters, too", strings.Repeat("é", 63), strings.Repeat("é", 64)},
		{"two Chinese characters are enough of a beginning", "組織", "組織の東京"},
		{"a very long text is not compared", strings.Repeat("name", 1000), ""},
	} {
		if got := Nearest(row.word, words); got != row.want {
			t.Errorf("Nearest(%.40q) = %q, want %q: %s", row.word, got, row.want, row.reason)
		}
	}
}

// TestDistanceStopsAtTheLimit: below the limit, the result is the same as without a limit.
func TestDistanceStopsAtTheLimit(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	word := func() []rune {
		letters := make([]rune, random.IntN(9))
		for i := range letters {
			letters[i] = rune('a' + random.IntN(3))
		}
		return letters
	}
	for range 20_000 {
		x, y, limit := word(), word(), random.IntN(5)
		if got, want := distance(x, y, limit), min(limit, distance(x, y, 100)); got != want {
			t.Fatalf("from %q to %q: got %d, want %d", string(x), string(y), got, want)
		}
	}
}

func TestOrList(t *testing.T) {
	var many []string
	for i := range maxListed + 2 {
		many = append(many, strings.Repeat("x", 10)+string(rune('a'+i)))
	}
	for _, row := range []struct {
		reason, word string
		words        []string
		want         string
	}{
		{"a word is near", "aply", []string{"plan", "apply"}, `did you mean "apply"?`},
		{"a word looks the same", "pl\u0430n", []string{"plan", "apply"}, `did you mean "plan"? it is written here with U+0430 instead of U+0061`},
		{"no word is near", "zebra", []string{"plan", "apply"}, "there are: plan, apply"},
		{"there are no words", "plan", nil, "there are none"},
		{"a long list is cut", "zebra", many, "there are: " + strings.Join(many[:maxListed], ", ") + ", and 2 more"},
	} {
		if got := OrList(row.word, row.words); got != row.want {
			t.Errorf("%s: OrList(%q) = %q, want %q", row.reason, row.word, got, row.want)
		}
	}
}

// FuzzNearest: the result is one of the words. For a word of the list, it is that word, or one that differs only in case and punctuation.
func FuzzNearest(f *testing.F) {
	f.Add("aply", "plan apply name")
	f.Add("multiFac", "multiFactorAuthRequired id")
	f.Fuzz(func(t *testing.T, word, list string) {
		words := strings.Fields(list)
		near := Nearest(word, words)
		if near != "" && !slices.Contains(words, near) {
			t.Fatalf("Nearest(%q, %q) = %q", word, words, near)
		}
		if utf8.RuneCountInString(word) <= maxWord && slices.Contains(words, word) && Normalize(near) != Normalize(word) {
			t.Fatalf("Nearest(%q, %q) = %q, want the word itself", word, words, near)
		}
	})
}
