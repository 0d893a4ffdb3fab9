package safetext_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"atlas-gitops/internal/safetext"
)

// text is an input and its expected result.
type text struct{ reason, in, want string }

func check(t *testing.T, texts []text, f func(string) string) {
	t.Helper()
	for _, row := range texts {
		if got := f(row.in); got != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}

// TestValue: text that looks like something else is quoted, and so are control characters and invisible characters.
func TestValue(t *testing.T) {
	check(t, []text{
		{"letters of any script", "Zürich 東京", "Zürich 東京"},
		{"looks like a number", "3600", `"3600"`},
		{"a year", "2024", `"2024"`},
		{"looks like true", "true", `"true"`},
		{"looks like null", "null", `"null"`},
		{"looks like an unset value", "unset", `"unset"`},
		{"an empty text", "", `""`},
		{"looks like a change", "a -> b", `"a -> b"`},
		{"looks like a list", "[a]", `"[a]"`},
		{"a blank at an end", "a ", `"a "`},
		{"quotes", `say "a"`, `"say \"a\""`},
		{"a backslash", `a\b`, `"a\\b"`},
		{"an invisible character", "x\ufe0f\u3164", `"x\ufe0f\u3164"`},
		{"a character that reverses text", "\u202eevil@x.example", `"\u202eevil@x.example"`},
		{"a control character, and a line that looks like a step", "Acme\x1b[2J\n+ invitations/eve@evil.example", `"Acme\x1b[2J\n+ invitations/eve@evil.example"`},
		{"a command of GitHub's runner, on a line of its own", "a@b.c\r\n::set-env name=X::1", `"a@b.c\r\n::set-env name=X::1"`},
		{"a command of GitHub's runner, at the start", "::error::x", `"::error::x"`},
		{"the older kind of command, anywhere", "a##[add-mask]b", `"a#\x23[add-mask]b"`},
		{"the end of a fence", "a```", `"a\x60\x60\x60"`},
	}, safetext.Value)
}

// TestID: an id is letters and digits of ASCII, or else quoted: it stands between brackets.
func TestID(t *testing.T) {
	check(t, []text{
		{"one of Atlas", "5f1b0c0d0e0f0a0b0c0d0e0f", "5f1b0c0d0e0f0a0b0c0d0e0f"},
		{"none", "", `""`},
		{"a closing bracket", "1) x", `"1) x"`},
		{"a letter that looks like another one", "\u0430bc", "\"\u0430bc\""},
		{"a line's end", "1\n", `"1\n"`},
	}, safetext.ID)
}

// TestLine: what Atlas says can neither start a line of its own nor move the cursor, nor command GitHub's runner.
func TestLine(t *testing.T) {
	check(t, []text{
		{"plain text", "Zürich, 50 %: a # b", "Zürich, 50 %: a # b"},
		{"a control character, a runner's command, and a character that reverses text", "bad\x1b[2J\r\n::error::x\u202e##[add-mask]e", "bad [2J  ::error::x ## [add-mask]e"},
		{"a runner's command at the start of a line", "::error::x", "??error::x"},
		{"a runner's command after blanks", " \t::error::x", "??error::x"},
		{"a runner's command after an invisible character", "\x1b\r::error::x", "??error::x"},
		{"the end of a fence of Markdown", "a```", "a'''"},
	}, safetext.Line)
}

// TestLines: the text keeps its lines, also the last one, and no line ends a fence of Markdown.
func TestLines(t *testing.T) {
	check(t, []text{
		{"none", "", ""},
		{"several lines", "a\n\nb\n", "a\n\nb\n"},
		{"a last line with a line break", "a\nb", "a\nb\n"},
		{"a fence", "```\n~~~\n", "'''\n~~~\n"},
	}, safetext.Lines)
}

// printables have as many characters as before, so that a caret below finds its own.
var printables = []text{
	{"plain text", "name: Zürich 東京", "name: Zürich 東京"},
	{"a tab stays", "\tname:\tAcme", "\tname:\tAcme"},
	{"a control character", "a\x1b[2J\rb", "a?[2J?b"},
	{"a character that reverses text", "a\u202eb", "a?b"},
	{"another blank character", "a\u00a0b", "a?b"},
	{"an older runner's command anywhere", "a ##[add-mask]b", "a ##?add-mask]b"},
	{"two # are plain text", "## a [b]", "## a [b]"},
}

// TestPrintable: every character stays in its column.
func TestPrintable(t *testing.T) {
	check(t, printables, safetext.Printable)
	for _, row := range printables {
		if was, is := utf8.RuneCountInString(row.in), utf8.RuneCountInString(safetext.Printable(row.in)); was != is {
			t.Errorf("%s: %d characters become %d", row.reason, was, is)
		}
	}
}

// TestSource: a line of a file is as printable, and commands nothing.
func TestSource(t *testing.T) {
	check(t, printables, safetext.Source)
	check(t, []text{
		{"a runner's command at the start of a line", "::error::x", "??error::x"},
		{"a runner's command after blanks, which stay", " \t ::error::x", " \t ??error::x"},
		{"plain text elsewhere", "a: ::error::x", "a: ::error::x"},
	}, safetext.Source)
}

// TestFile: the name of a file starts a line, and is another name of the same file if the runner would obey it.
func TestFile(t *testing.T) {
	check(t, []text{
		{"a plain name", "orgs/acme.yaml", "orgs/acme.yaml"},
		{"a runner's command", "::error::x.yaml", "./::error::x.yaml"},
		{"a runner's command after blanks", " ::error::x.yaml", "./ ::error::x.yaml"},
		{"a runner's command after an unprintable character", "\x1b::error::x.yaml", "./\x1b::error::x.yaml"},
		{"plain text elsewhere", "orgs/::error::x.yaml", "orgs/::error::x.yaml"},
	}, safetext.File)
}

// TestNoLinks: a reader of SARIF makes links of [text](target) in a message.
func TestNoLinks(t *testing.T) {
	check(t, []text{
		{"a link", "see [this](https://evil.example)", "see [this] (https://evil.example)"},
		{"brackets without a target", "[a] (b)", "[a] (b)"},
	}, safetext.NoLinks)
	if got := safetext.NoLinks(strings.Repeat("[a](b)", 2)); strings.Contains(got, "](") {
		t.Errorf("a second link is left: %s", got)
	}
}
