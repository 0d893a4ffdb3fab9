package safetext

import (
	"fmt"
	"strings"
	"testing"
)

// unseenIn returns the code points in a text that nobody sees.
func unseenIn(text string) string {
	var found []string
	runes := append([]rune{0}, append([]rune(text), 0)...)
	for i := 1; i < len(runes)-1; i++ {
		if length, ok := IsFlag(runes[i : len(runes)-1]); ok {
			i += length - 1
		} else if IsUnseen(runes[i-1], runes[i], runes[i+1]) {
			found = append(found, fmt.Sprintf("%U", runes[i]))
		}
	}
	return strings.Join(found, " ")
}

func TestUnseen(t *testing.T) {
	for _, row := range []struct{ reason, text, want string }{
		{"plain text of any script", "Straße Москва 東京 café", ""},
		{"a letter with a mark of its own", "cafe\u0301", ""},
		{"text that is shown the other way around", "\u202emoc\u202c", "U+202E U+202C"},
		{"isolates", "\u2066x\u2069", "U+2066 U+2069"},
		{"a space without width", "ad\u200bmin", "U+200B"},
		{"a soft hyphen", "ad\u00admin", "U+00AD"},
		{"a byte-order mark within", "a\ufeffb", "U+FEFF"},
		{"a joiner between Latin letters", "ad\u200dmin ad\u200cmin", "U+200D U+200C"},
		{"a letter without a shape", "ad\u3164min", "U+3164"},
		{"a family", "👩\u200d👩\u200d👧", ""},
		{"with a skin colour and a selector", "👩🏽\u200d⚕️ ❤️\u200d🔥 1️⃣", ""},
		{"a joiner behind an emoji, and nothing to join", "👩\u200d x", "U+200D"},
		{"a Persian word", "می\u200cخواهم", ""},
		{"a word of Hindi", "क\u094d\u200dष", ""},
		{"the flag of Scotland", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", ""},
		{"tags that hide text", "x\U000e0067\U000e0062", "U+E0067 U+E0062"},
		{"tags behind a flag that do not end", "🏴\U000e0067", "U+E0067"},
		{"a selector behind a letter", "a\ufe0f", "U+FE0F"},
		{"a variant of a Han character", "葛\U000e0100", ""},
		{"a sign around an Arabic number", "\u06dd٢", ""},
	} {
		if got := unseenIn(row.text); got != row.want {
			t.Errorf("%s: %q has %q, want %q", row.reason, row.text, got, row.want)
		}
	}
}

// TestLetter: a mark alone is not shown, because it would join the quote before it.
func TestLetter(t *testing.T) {
	for r, want := range map[rune]string{
		'é': `"é" is U+00E9, a Latin letter`, '×': `"×" is U+00D7`, '\u0301': "U+0301", '\u20e3': "U+20E3",
	} {
		if got := Letter(r); got != want {
			t.Errorf("%U: got %s, want %s", r, got, want)
		}
	}
}

func TestMixedLetters(t *testing.T) {
	for _, row := range []struct{ reason, text, want string }{
		{"one alphabet", "Москва", ""},
		{"two alphabets, a word each", "Москва-Prod café", ""},
		{"a Cyrillic letter in a Latin word", "viо", `"о" is U+043E, a Cyrillic letter`},
		{"a Latin letter in a Cyrillic word", "Москвa", `"a" is U+0061, a Latin letter`},
		{"a Greek one", "Αcme", `"Α" is U+0391, a Greek letter`},
		{"an Armenian one", "prօd", `"օ" is U+0585, an Armenian letter`},
		{"each once", "ооps", `"о" is U+043E, a Cyrillic letter`},
		{"Latin in Japanese, where it is common", "東京Tower", ""},
	} {
		var got []string
		for _, r := range MixedLetters(row.text) {
			got = append(got, Letter(r))
		}
		if strings.Join(got, ", ") != row.want {
			t.Errorf("%s: %q has %q, want %q", row.reason, row.text, got, row.want)
		}
	}
}
