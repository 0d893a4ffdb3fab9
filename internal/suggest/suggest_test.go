package suggest

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestNearestIsWhatWasMeant(t *testing.T) {
	words := []string{"plan", "apply", "name", "id", "multiFactorAuthRequired", "customSessionTimeouts", "customContact"}
	for _, row := range []struct{ reason, word, want string }{
		{"two letters swapped are one mistake", "paln", "plan"},
		{"so they are at the end", "naem", "name"},
		{"a letter is missing", "aply", "apply"},
		{"a letter too many", "planx", "plan"},
		{"case and punctuation do not count", "multi_factor-auth REQUIRED", "multiFactorAuthRequired"},
		{"the only word that starts so", "multiFactor", "multiFactorAuthRequired"},
		{"two words start so", "custom", ""},
		{"half of a word is not near", "plum", ""},
		{"a word of two letters has no neighbours but itself", "ip", ""},
		{"letters are counted, not bytes", "東京", ""},
		{"a word that no one meant to type costs no time", strings.Repeat("name", 1000), ""},
	} {
		if got := Nearest(row.word, words); got != row.want {
			t.Errorf("Nearest(%.40q) = %q, want %q: %s", row.word, got, row.want, row.reason)
		}
	}
}

// TestDistanceStopsAtTheLimit: to count no further changes nothing about what is near.
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
			t.Fatalf("from %q to %q it is %d, want %d", string(x), string(y), got, want)
		}
	}
}

func TestOrListAsksOrLists(t *testing.T) {
	var many []string
	for i := range maxListed + 2 {
		many = append(many, strings.Repeat("x", 10)+string(rune('a'+i)))
	}
	for _, row := range []struct {
		reason, word string
		words        []string
		want         string
	}{
		{"the nearest word is enough", "aply", []string{"plan", "apply"}, `did you mean "apply"?`},
		{"no word is near", "zebra", []string{"plan", "apply"}, "there are: plan, apply"},
		{"nothing to list", "plan", nil, "there are none"},
		{"a long list ends", "zebra", many, "there are: " + strings.Join(many[:maxListed], ", ") + ", and 2 more"},
	} {
		if got := OrList(row.word, row.words); got != row.want {
			t.Errorf("%s: OrList(%q) = %q, want %q", row.reason, row.word, got, row.want)
		}
	}
}

// FuzzNearest: the answer is one of the words, and a word that is among them is its own answer, but for case and punctuation.
func FuzzNearest(f *testing.F) {
	f.Add("aply", "plan apply name")
	f.Add("multiFac", "multiFactorAuthRequired id")
	f.Fuzz(func(t *testing.T, word, list string) {
		words := strings.Fields(list)
		near := Nearest(word, words)
		if near != "" && !slices.Contains(words, near) {
			t.Fatalf("Nearest(%q, %q) = %q", word, words, near)
		}
		if len(word) <= maxWord && slices.Contains(words, word) && Normalize(near) != Normalize(word) {
			t.Fatalf("Nearest(%q, %q) = %q, want the word itself", word, words, near)
		}
	})
}
