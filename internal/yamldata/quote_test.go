package yamldata

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// TestNamesArePlain checks that the short way for names has the same result as the rules, also for the words of YAML with one more
// character.
func TestNamesArePlain(t *testing.T) {
	const characters = "aefnorstuyAEFNORSTUY019_-.@"
	random, names := rand.New(rand.NewPCG(1, 2)), 0
	for range 20_000 {
		word := []string{"", "", "false", "true", "null", "off", "x.inf", "e.nan", "1e1", "0x1", "2001-01-01"}[random.IntN(11)]
		var b strings.Builder
		b.WriteString(word)
		for range random.IntN(8) {
			b.WriteByte(characters[random.IntN(len(characters))])
		}
		if text := b.String(); isName(text) {
			if names++; !isPlain(text) {
				t.Errorf("%q is a name, but not plain", text)
			}
		}
	}
	if names < 1000 {
		t.Errorf("only %d of the texts were names", names)
	}
	for _, text := range []string{"false", "null", "a b cde", "abcde:", "1abcdef", "-abcdef", "abcdé f"} {
		if isName(text) {
			t.Errorf("%q is not a name", text)
		}
	}
}
