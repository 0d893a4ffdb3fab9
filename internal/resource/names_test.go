package resource

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

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
