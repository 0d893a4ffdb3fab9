package variables

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestParse: what a bundle may have.
func TestParse(t *testing.T) {
	const account = "[MONGODB_ATLAS_CLIENT_ID_ACME=mdb_sa_id_1 MONGODB_ATLAS_CLIENT_SECRET_ACME=s]"
	for _, row := range []struct{ reason, text, want string }{
		{"as --credentials-out writes it", "# New credentials\n# Acme, 1\nMONGODB_ATLAS_CLIENT_ID_ACME=mdb_sa_id_1\nMONGODB_ATLAS_CLIENT_SECRET_ACME=s\n# apiKeys/ci of Acme, 1\n#   abc 'd\n", account},
		{"no line break at the end", "MONGODB_ATLAS_CLIENT_ID_ACME=mdb_sa_id_1\nMONGODB_ATLAS_CLIENT_SECRET_ACME=s", account},
		{"a file of Windows", "\ufeff\r\nMONGODB_ATLAS_CLIENT_ID_ACME=mdb_sa_id_1\r\n\r\nMONGODB_ATLAS_CLIENT_SECRET_ACME='s'\r\n", account},
		{"a dotenv file", "export MONGODB_ATLAS_CLIENT_ID_ACME=\"mdb_sa_id_1\" # comment\n  MONGODB_ATLAS_CLIENT_SECRET_ACME = s\n", account},
		{"an empty value is not set", "MONGODB_ATLAS_CLIENT_ID_ACME=mdb_sa_id_1\nMONGODB_ATLAS_CLIENT_SECRET_ACME=s\nMONGODB_ATLAS_CLIENT_ID=\n", account},
		{"the same line twice", "MONGODB_ATLAS_CLIENT_ID_ACME=mdb_sa_id_1\nMONGODB_ATLAS_CLIENT_SECRET_ACME=s\nMONGODB_ATLAS_CLIENT_SECRET_ACME=\"s\"\n", account},
		{"variables of other programs", "DEBUG=1\nNOTE=it's (not) ours\nmy.key-2=$(x)\nKEY=\"-----BEGIN\na=\\\"b\n'-----END\" # x\nMONGODB_ATLAS_CLIENT_ID_ACME=mdb_sa_id_1\nB='c\nd'\nMONGODB_ATLAS_CLIENT_SECRET_ACME=s\n", account},
		{"a line break in quotes that is none of the file's", "MONGODB_ATLAS_PUBLIC_KEY=\"a\\nb\"\n", "[MONGODB_ATLAS_PUBLIC_KEY=a\nb]"},
	} {
		b, err := Parse("acme.env", row.text)
		if err != nil {
			t.Errorf("%s: %v", row.reason, err)
		}
		var got []string
		for _, name := range slices.Sorted(maps.Keys(b.content().values)) {
			got = append(got, name+"="+b.value(name))
		}
		if fmt.Sprint(got) != row.want {
			t.Errorf("%s: got %s, want %s", row.reason, got, row.want)
		}
	}
}

// TestParseMistakes: each mistake names its line and its variable, and never shows a value.
func TestParseMistakes(t *testing.T) {
	const good = "MONGODB_ATLAS_CLIENT_ID=mdb_sa_id_1\n"
	for _, row := range []struct{ reason, text, want string }{
		{"a quote without its end", "MONGODB_ATLAS_CLIENT_SECRET='canary\n" + good, "line 1: MONGODB_ATLAS_CLIENT_SECRET: " + noEnd},
		{"a variable of another program takes no credential into its quotes", "KEY='canary\n" + good, "line 1: KEY: the quote around its value has no end"},
		{"a variable of another program has no end", good + "KEY=\"canary\ncanary=\n", "line 2: KEY: the quote around its value has no end"},
		{"no =", good + "canary", "line 2: there is no =; write VARIABLE=value"},
		{"a colon", good + "MONGODB_ATLAS_CLIENT_SECRET: canary", "line 2: MONGODB_ATLAS_CLIENT_SECRET: there is no =; write VARIABLE=value"},
		{"a colon, and an = in the value", good + "MONGODB_ATLAS_CLIENT_SECRET: canary=", "line 2: the text before the = is not the name of a variable; write VARIABLE=value"},
		{"a secret after the name", good + "MONGODB_ATLAS_CLIENT_SECRET_canary", "line 2: there is no =; write VARIABLE=value"},
		{"no name", good + "=canary", "line 2: the text before the = is not the name of a variable; write VARIABLE=value"},
		{"two values", "MONGODB_ATLAS_CLIENT_ID=canary\n\n" + good, "line 3: MONGODB_ATLAS_CLIENT_ID: line 1 has another value for it; remove one of the two lines"},
		{"an empty value and another one", "MONGODB_ATLAS_CLIENT_ID=\n" + good, "line 2: MONGODB_ATLAS_CLIENT_ID: line 1 has another value for it; remove one of the two lines"},
		{"a misspelled variable", "MONGODB_ATLAS_CLIENT_SECRTE_ACME_EU=canary", `line 1: MONGODB_ATLAS_CLIENT_SECRTE_ACME_EU: it is not a variable of a credential; did you mean "MONGODB_ATLAS_CLIENT_SECRET_ACME_EU"?`},
		{"another misspelled variable", "MONGODB_ATLAS_PUBLIC_APIKEY=canary", `line 1: MONGODB_ATLAS_PUBLIC_APIKEY: it is not a variable of a credential; did you mean "MONGODB_ATLAS_PUBLIC_API_KEY"?`},
		{"small letters", "mongodb_atlas_client_id_acme=canary", `line 1: mongodb_atlas_client_id_acme: it is not a variable of a credential; did you mean "MONGODB_ATLAS_CLIENT_ID_ACME"?`},
		{"a dash in the name of the credential", "MONGODB_ATLAS_CLIENT_ID_ACME-EU=canary", `line 1: MONGODB_ATLAS_CLIENT_ID_ACME-EU: it is not a variable of a credential; did you mean "MONGODB_ATLAS_CLIENT_ID_ACME_EU"?`},
		{"an empty name of the credential", "MONGODB_ATLAS_CLIENT_ID_=canary", `line 1: MONGODB_ATLAS_CLIENT_ID_: it is not a variable of a credential; did you mean "MONGODB_ATLAS_CLIENT_ID"?`},
		{"a variable of the Atlas CLI", "MONGODB_ATLAS_ORG_ID=canary", "line 1: MONGODB_ATLAS_ORG_ID: it is not a variable of a credential; remove it"},
		{"another variable of the Atlas CLI", "MONGODB_ATLAS_PROJECT_ID=canary", "line 1: MONGODB_ATLAS_PROJECT_ID: it is not a variable of a credential; remove it"},
		{"the base URL", "MONGODB_ATLAS_BASE_URL=https://canary.example", "line 1: MONGODB_ATLAS_BASE_URL: it is not a part of a credential; set it as a variable of its own"},
		{"several", "MONGODB_ATLAS_SERVICE='canary\ncanary\n", "line 1: MONGODB_ATLAS_SERVICE: it is not a part of a credential; set it as a variable of its own\nline 2: there is no =; write VARIABLE=value"},
		{"very many", strings.Repeat("canary\n", 22), strings.Join(manyLines(20), "\n") + "\nand 2 more"},
		{"nothing", "", nothing},
		{"only other programs and empty values", "DEBUG=1\nMONGODB_ATLAS_CLIENT_ID=\n", nothing},
		{"UTF-16", "\xff\xfeM\x00O\x00", "it is not text in UTF-8; save it as UTF-8"},
	} {
		_, err := Parse("acme.env", row.text)
		if err == nil {
			err = errors.New("no error")
		}
		if err.Error() != row.want {
			t.Errorf("%s: got\n%v\nwant\n%s", row.reason, err, row.want)
		}
		if strings.Contains(err.Error(), "canary") && !strings.Contains(row.text, "SECRET_canary") {
			t.Errorf("%s: it shows a value: %v", row.reason, err)
		}
	}
}

const nothing = "it holds no credential; write two lines for each one, such as MONGODB_ATLAS_CLIENT_ID_ACME=mdb_sa_id_… and MONGODB_ATLAS_CLIENT_SECRET_ACME=…"

func manyLines(n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprintf("line %d: there is no =; write VARIABLE=value", i+1))
	}
	return all
}

// TestSecrets: a log hides each value that may be a secret, also from lines with mistakes. It still shows ids and the values of other
// programs.
func TestSecrets(t *testing.T) {
	b, err := Parse("acme.env", "DEBUG=1\nMONGODB_ATLAS_CLIENT_ID_ACME=mdb_sa_id_1\nMONGODB_ATLAS_CLIENT_SECRET_ACME=\"a\\\"b\"\nMONGODB_ATLAS_CLIENT_SECRET_TWO='a\"b'\n"+
		"MONGODB_ATLAS_PRIVATE_KEY=\nMONGODB_ATLAS_PRIVATE_KEY_X= 'c d\nMONGODB_ATLAS_PRIVTAE_KEY=e\n")
	if err == nil {
		t.Error("no error")
	}
	if got := fmt.Sprintf("%q", b.Secrets()); got != `["a\"b" "c d" "e"]` {
		t.Errorf("got %s", got)
	}
}

// FuzzParse: nothing panics, and no error shows the secret.
func FuzzParse(f *testing.F) {
	const secret = "c4n4ry~secret"
	f.Add("MONGODB_ATLAS_CLIENT_SECRET=", "")
	f.Add("MONGODB_ATLAS_CLIENT_SECRET: '", "'\nX='")
	f.Add("export MONGODB_ATLAS_CLIENT_SECRTE=\"", "\\\" x")
	f.Fuzz(func(t *testing.T, before, after string) {
		b, err := Parse("acme.env", before+secret+after)
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("it shows the secret: %v", err)
		}
		if shown := fmt.Sprintf("%v%+v%#v", b, *b, struct{ b *Bundle }{b}); strings.Contains(shown, secret) {
			t.Errorf("fmt shows the secret: %s", shown)
		}
	})
}
