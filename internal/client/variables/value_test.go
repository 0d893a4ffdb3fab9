package variables

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"atlas-gitops/internal/safetext"
)

func TestReadValue(t *testing.T) {
	for _, row := range []struct{ reason, text, value, problem string }{
		{"a word", "abc", "abc", ""},
		{"nothing", "", "", ""},
		{"blanks around it", " \tabc\t ", "abc", ""},
		{"a comment", "abc # def", "abc", ""},
		{"only a comment", " # def", "", ""},
		{"a # that begins no comment", "abc#def", "abc#def", ""},
		{"a # right after the =", "#def", "#def", ""},
		{"a = in it", "ab==", "ab==", ""},
		{"single quotes", `'a "b" \n $X # c'`, `a "b" \n $X # c`, ""},
		{"single quotes, a comment", "'abc'\t# it's", "abc", ""},
		{"a # right after a quote", "'abc'#def", "abc#def", ""},
		{"a single quote in single quotes, as shells have it", `'a'\''b'`, "a'b", ""},
		{"double quotes", `"a'b # c"`, "a'b # c", ""},
		{"escapes in double quotes", `"\"\\\$\` + "`" + `\n\r\t"`, "\"\\$`\n\r\t", ""},
		{"other backslashes in double quotes", `"\a\'"`, `\a\'`, ""},
		{"a backslash at the end of double quotes", `"a\`, "", noEnd},
		{"no variable is expanded", "$X${X}", "$X${X}", ""},
		{"no variable is expanded in double quotes", `"$X"`, "$X", ""},
		{"several parts", `a'b'"c"$'d'e`, "abcde", ""},
		{"the form of --credentials-out for odd characters", `$'a\x0a\x27\x5c\x23'`, "a\n'\\#", ""},
		{"the usual escapes of that form", `$'\n\r\t\'\"\\'`, "\n\r\t'\"\\", ""},
		{"an unknown escape of that form", `$'\u0041'`, "", oddEscape},
		{"half an escape of that form", `$'\x0'`, "", oddEscape},
		{"a single quote without its end", "'canary", "", noEnd},
		{"a double quote without its end", `"canary\"`, "", noEnd},
		{"an apostrophe", "can'ary", "", noEnd},
		{"two words", "canary canary", "", textAfter},
		{"text after quotes", "'canary' canary", "", textAfter},
		{"a semicolon separates commands of a shell", "canary;", "", forShell},
		{"a shell runs a command", "$(canary)", "", forShell},
		{"shells and dotenv files differ about a backslash", `can\ary`, "", forShell},
		{"letters of several bytes", "é'ü'", "éü", ""},
	} {
		if value, problem := readValue(row.text); value != row.value || problem != row.problem {
			t.Errorf("%s: %s: got %q, %q; want %q, %q", row.reason, row.text, value, problem, row.value, row.problem)
		}
	}
}

// TestReadValueAsShells: the shells of this machine read the same values from lines in all the forms that both can read.
func TestReadValueAsShells(t *testing.T) {
	forms := map[string][]func(string) string{
		"sh":   {inSingleQuotes, inDoubleQuotes, inParts, bare},
		"bash": {inSingleQuotes, inDoubleQuotes, inParts, bare, safetext.Shell}, // sh may lack the $'…' of odd characters
	}
	for shell, forms := range forms {
		path, err := exec.LookPath(shell)
		if err != nil {
			t.Logf("there is no %s", shell)
			continue
		}
		t.Run(shell, func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, 2))
			var lines, print strings.Builder
			for i := range 2_000 {
				lines.WriteString(randomLine(random, fmt.Sprintf("X%d", i), forms))
				fmt.Fprintf(&print, "printf '%%s\\0' \"$X%d\"\n", i)
			}
			file := filepath.Join(t.TempDir(), "x.env")
			if err := os.WriteFile(file, []byte(lines.String()), 0o600); err != nil {
				t.Fatal(err)
			}
			script := exec.Command(path, "-s", file)
			script.Stdin = strings.NewReader(`set -a; . "$1"; set +a` + "\n" + print.String())
			out, err := script.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			compareLines(t, strings.Split(strings.TrimSuffix(lines.String(), "\n"), "\n"), strings.Split(string(out), "\x00"))
		})
	}
}

func compareLines(t *testing.T, lines, values []string) {
	t.Helper()
	if len(values) != len(lines)+1 {
		t.Fatalf("the shell has %d values, want %d", len(values)-1, len(lines))
	}
	for i, line := range lines {
		_, text, ok := split(line)
		if value, problem := readValue(text); !ok || problem != "" || value != values[i] {
			t.Errorf("%s: got %q, %q; the shell has %q", line, value, problem, values[i])
		}
	}
}

// randomLine returns a line that sets a variable to a random value.
func randomLine(random *rand.Rand, name string, forms []func(string) string) string {
	const letters = "abzAZ019_-.,:/@%+= \"\"''##$$\\\\`;&|<>()*?![]{}~^éß字"
	runes, value := []rune(letters), ""
	for range random.IntN(12) {
		value += string(runes[random.IntN(len(runes))])
	}
	line := name + "=" + forms[random.IntN(len(forms))](value)
	if random.IntN(2) == 0 {
		line = "export  " + line
	}
	if random.IntN(2) == 0 {
		line += " \t# a 'comment"
	}
	return line + "\n"
}

func inSingleQuotes(value string) string { return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'" }

func inDoubleQuotes(value string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`").Replace(value) + `"`
}

func inParts(value string) string {
	half := len([]rune(value)) / 2
	return inSingleQuotes(string([]rune(value)[:half])) + inDoubleQuotes(string([]rune(value)[half:]))
}

// bare returns the value without quotes. It leaves out the characters that a shell would interpret.
func bare(value string) string {
	value = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \"'$\\`;&|<>()~", r) {
			return -1
		}
		return r
	}, value)
	return "x" + value
}

// FuzzReadValue: nothing panics, a problem comes without a value, and single quotes keep every text.
func FuzzReadValue(f *testing.F) {
	for _, text := range []string{"abc # d", `"a\n"`, `$'\x41'`, `'a'\''b'`, "é\xff"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if value, problem := readValue(text); problem != "" && value != "" {
			t.Errorf("%q: got %q and %q", text, value, problem)
		}
		if value, problem := readValue(inSingleQuotes(text)); value != text || problem != "" {
			t.Errorf("%q in single quotes: got %q, %q", text, value, problem)
		}
		if value, problem := readValue(safetext.Shell(text)); value != text || problem != "" {
			t.Errorf("%q as --credentials-out writes it: got %q, %q", text, value, problem)
		}
	})
}
