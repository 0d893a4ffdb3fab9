package yamldata

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// namesIn returns the names of the anchors and aliases in trees, sorted.
func namesIn(trees []*yaml.Node) (names []string) {
	for _, n := range trees {
		if n.Anchor != "" {
			names = append(names, n.Anchor)
		}
		if n.Kind == yaml.AliasNode {
			names = append(names, n.Value)
		}
		names = append(names, namesIn(n.Content)...)
	}
	slices.Sort(names)
	return names
}

func TestNamesOfAnchors(t *testing.T) {
	for _, row := range []struct{ reason, text, want string }{
		{"a name with a dot", "a: &x.y [1]\nb: *x.y", "map[a:[1] b:[1]]"},
		{"a name that is one letter beyond ASCII", "a: &ö 1\nb: &é 2\nc: [*ö,*é]", "map[a:1 b:2 c:[1 2]]"},
		{"all punctuation that YAML allows", "a: &!\"#$%&'()*+-./:;<=>?@\\^_`|~ 1\nb: *!\"#$%&'()*+-./:;<=>?@\\^_`|~", "map[a:1 b:1]"},
		{"a name with a colon inside", "a: &web:prod [1]\nb: *web:prod\n", "map[a:[1] b:[1]]"},
		{"a plain name of the same length stays different", "a: &_ 1\nb: &ö 2\nc: [*_, *ö]", "map[a:1 b:2 c:[1 2]]"},
		{"an emoji is one character", "a: &🚀 1\nb: [*🚀 , x]", "map[a:1 b:[1 x]]"},
		{"text in quotes that looks like a name", "a: &x.y 1\nb: \"&x.y\"\nc: ' *x.y '\nd: *x.y", "map[a:1 b:&x.y c: *x.y  d:1]"},
		{"text without quotes that contains a name", "a: &x.y 1\nb: R &x.y\n  *x.y\nc: *x.y", "map[a:1 b:R &x.y *x.y c:1]"},
		{"a comment that contains a name", "a: &x.y 1 # *x.y\n# &x.y\nb: *x.y", "map[a:1 b:1]"},
		{"a block of text that contains a name", "a: &x.y |\n  *x.y\n\n  &x.y\nb: >-\n *x.y\nc: *x.y", "map[a:*x.y\n\n&x.y\n b:*x.y c:*x.y\n\n&x.y\n]"},
		{"a block of text with extra indentation", "a:\n  - |2\n      *x.y\n  - &x.y z\nb: *x.y", "map[a:[  *x.y\n z] b:z]"},
	} {
		documents, found := parseText(row.text)
		if len(found) > 0 || len(documents) != 1 || fmt.Sprint(documents[0].Plain()) != row.want {
			t.Errorf("%s: found %v, got %v, want %s", row.reason, found, documents[0].Plain(), row.want)
		}
	}
}

func TestPlacesBehindNames(t *testing.T) {
	for _, row := range []struct{ reason, text, want string }{
		{"an alias without its anchor, with the original name", "a: [*x.ö, 0x1]", "a.yaml:1:5-9 this document has no anchor &x.ö above this alias; add the anchor, or put text that starts with * in quotes"},
		{"a mistake after a name on the same line", "a: [&ö.ö x, &ö 0x1]", "a.yaml:1:16-19 number 0x1 is not a plain decimal number; write at most 18 decimal digits, or put it in quotes if it is text"},
		{"a syntax error after a name", "a: &ö.ö [\nb: &x.y }", "a.yaml:2:5-6 not YAML: a ] or a comma is missing here"},
		{"more names of one letter than plain names of that length", "a: &ö 1\nb:" + numberedNames() + "\n", "a.yaml:65:3-4 not YAML: an anchor (&) or alias (*) needs a name; put text that starts with & or * in quotes"},
	} {
		_, found := parseText(row.text)
		got := ""
		if len(found) > 0 {
			got = fmt.Sprintf("%s-%d %s", found[0].Place, found[0].Place.EndColumn, found[0].Message)
		}
		if got != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}

// numberedNames returns text with 64 names of one letter beyond ASCII.
func numberedNames() string {
	var b strings.Builder
	for i := range 64 {
		fmt.Fprintf(&b, "\n- &%c 1", rune(0x430+i))
	}
	return b.String()
}

// TestErrorsOfTheLibrary checks that the place of an error is in the file, for any line or name in the error.
func TestErrorsOfTheLibrary(t *testing.T) {
	for _, text := range []string{"", "a\n", "a: 1\nb"} {
		for _, message := range []string{
			"yaml: line 0: could not find expected ':'", "yaml: line 1: could not find expected ':'", "yaml: line 9: could not find expected ':'",
			"yaml: line 99999999999999999999: could not find expected ':'", "yaml: unknown anchor 'a-name-that-is-longer-than-all' referenced", "yaml: whatever",
		} {
			l := newLocator("a.yaml", NewText([]byte(text)))
			p := l.syntaxProblem(errors.New(message), l.data, nil).Place
			if p.Line < 1 || p.Line > max(1, len(l.lines)) || p.Column < 1 || p.EndColumn < p.Column {
				t.Errorf("%q of %q is at %+v", message, text, p)
			}
		}
	}
}

func TestVersions(t *testing.T) {
	const wrong = "YAML %s is not supported: this program reads YAML 1.2, where no and on are text; write %%YAML 1.2, or remove the line"
	for _, row := range []struct{ reason, text, want string }{
		{"the supported version", "%YAML 1.2\n---\na: no\n", ""},
		{"the supported version, with comments", "# above\n%YAML  1.2 # which\n---\na: no\n", ""},
		{"a version that reads no as false", "%YAML 1.1\n---\na: no\n", "a.yaml:1:1-10 " + fmt.Sprintf(wrong, "1.1")},
		{"a future version, in a later document", "a: 1\n...\n%YAML 1.3\n---\na: no\n", "a.yaml:3:1-10 " + fmt.Sprintf(wrong, "1.3")},
		{"no version", "%YAML\n---\na: no\n", "a.yaml:1:1-6 not YAML: %YAML takes a version; write %YAML 1.2, or remove the line"},
		{"a value that starts with %", "a: %YAML 1.1\n", "a.yaml:1:4-5 not YAML: text cannot start with this character; put the text in quotes"},
		{"the directive twice", "%YAML 1.2\n%YAML 1.2\n---\na: no\n", "a.yaml:2:1-10 not YAML: %YAML is written twice; remove one"},
		{"text that looks like a directive", "a: |\n  %YAML 1.1\nb: \"\n\n  %YAML 1.1\"\n", ""},
	} {
		_, found := parseText(row.text)
		got := ""
		if len(found) > 0 {
			got = fmt.Sprintf("%s-%d %s", found[0].Place, found[0].Place.EndColumn, found[0].Message)
		}
		if got != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}

// FuzzLexer checks that the lexer finds the same names as the library, and that other names do not change the meaning of a text.
func FuzzLexer(f *testing.F) {
	for _, seed := range []string{
		"a: &x [1, *x]\n", "- &a |\n  *b\n- *a", "{a: &b c, d: *b}", "? &a b\n: *a", "a: 'x\n  &y'\nb: &c \"\\\"*d\"", "- - &a x\n  - *a\n- >2\n   *a\n",
		"--- &a\n- b\n...\n--- |\n *x\n", "a: b\n  *c\nd: &e !!str x", "a:\n- &b\n  c: *b\n", "%TAG ! x\n---\n&a b: c",
		"a: &x b\n---\nc\n*x\n", "- &x a\n- [!t]\n- b ]*x\n", "- &x a\n- 'b\\'\n- *x\n- '*x'\n", "- |\r\n\r\n  *x\r\n- a\r\n", "- &x a\n- {b: c}: d\n      *x\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if oddByte([]byte(text)) >= 0 || len(text) > 1000 {
			return
		}
		checkLexer(t, text)
		_, found := parseText(text)
		for _, p := range found {
			if lines := strings.Count(text, "\n") + 1; p.Place.Line < 1 || p.Place.Line > lines || p.Place.Column < 1 {
				t.Fatalf("%+v is not in %q", p, text)
			}
		}
	})
}

// TestLexerOnRandomText checks the same for text that is a random sequence of what has a meaning in YAML.
func TestLexerOnRandomText(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(texts []string) string { return texts[random.IntN(len(texts))] }
	starts := []string{"- &x y\n- ", "&x a: b\nc: ", "a:\n  b: &x c\n  d: ", "- [&x y, ", "- {&x a: b, c: ", "&x a\n---\n"}
	parts := []string{"a", "b ", "*x", "*x ", " &y ", " *x", "'", "\"", "\\", "|", "|2", ">-", "- ", "? ", ": ", ":", "[", "]", "{", "}", ",", ", ", "\n", "\r\n", "\n  ", "\n    ",
		"\n- ", " #", "#", "\n---\n", "\n...\n", "!t ", "!t", "%", "\t", " "}
	valid := 0
	for range 40_000 {
		text := pick(starts)
		for range 1 + random.IntN(8) {
			text += pick(parts)
		}
		text += pick([]string{"", "]", "}"})
		if _, err := decode([]byte(text)); err == nil && !hasOddName([]byte(text)) {
			valid++
			checkLexer(t, text)
		}
	}
	if valid < 5000 {
		t.Errorf("only %d texts are valid; the test is weak", valid)
	}
}

// TestTextThatIsNoName checks that a text is read as it is if the lexer takes a part of it for a name.
func TestTextThatIsNoName(t *testing.T) {
	text := []byte("a: 'x.y'")
	d := dialect{data: text, unnamed: text, names: map[string]string{}}
	d.replaceNames(&lexer{names: []span{{4, 7}}})
	trees, read, err := d.decode()
	if got := trees[0].Content[1].Value; err != nil || got != "x.y" || string(read) != string(text) {
		t.Errorf("got %q from %q, %v", got, read, err)
	}
}

func checkLexer(t *testing.T, text string) {
	trees, err := decode([]byte(text))
	if err != nil || hasOddName([]byte(text)) {
		return
	}
	var names []string
	var other strings.Builder
	end := 0
	for _, name := range lex([]byte(text)).names {
		names = append(names, text[name.start:name.end])
		other.WriteString(text[end:name.end] + ".ö")
		end = name.end
	}
	other.WriteString(text[end:])
	if slices.Sort(names); !slices.Equal(names, namesIn(trees)) {
		t.Fatalf("names %q, want %q in %q", names, namesIn(trees), text)
	}
	plain := func(text string) (all []any) {
		documents, found := parseText(text)
		for _, d := range documents {
			all = append(all, d.Plain())
		}
		return append(all, len(found))
	}
	if want, got := fmt.Sprint(plain(text)), fmt.Sprint(plain(other.String())); got != want {
		t.Fatalf("%q is %s, and %q is %s", text, want, other.String(), got)
	}
}
