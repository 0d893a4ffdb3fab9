package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

// messagesFile lists every message of the program, so that people can read all of them from top to bottom.
const messagesFile = "testdata/messages.txt"

// TestMessages: messagesFile has every text of the program that people can see. It is made from the source, so that it has every new
// error. -update rewrites it: read the difference.
func TestMessages(t *testing.T) {
	var got strings.Builder
	got.WriteString("Every message of the program, by room and file. … stands for a value.\n")
	for _, file := range productFiles(t) {
		if messages := messagesOf(t, file); speaks(file) && len(messages) > 0 {
			got.WriteString("\n" + strings.TrimPrefix(file, "internal/") + "\n  " + strings.Join(messages, "\n  ") + "\n")
		}
	}
	if *update {
		if err := os.WriteFile(messagesFile, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(messagesFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("%s is not up to date; review the difference, then run go test . -run TestMessages -update (-want +got)\n%s", messagesFile, diff)
	}
}

// speaks reports whether a file has messages of the program. The sandbox repeats texts of Atlas, the benchmark is another program, and
// some packages are only for tests.
func speaks(file string) bool {
	room := filepath.ToSlash(filepath.Dir(file))
	return room != "internal/sandbox" && room != "internal/bench" && !strings.HasSuffix(room, "test")
}

// messagesOf returns the texts of a file in their order.
func messagesOf(t *testing.T, file string) (found []string) {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	known := map[ast.Expr]bool{} // parts of a text that is already in the list
	ast.Inspect(tree, func(n ast.Node) bool {
		if call, isCall := n.(*ast.CallExpr); isCall && (calls(call, "errors", "New") || calls(call, "fmt", "Errorf")) {
			found = append(found, errorText(call.Args[0], known)...) // even if it is one word
		} else if e, isExpr := n.(ast.Expr); isExpr && !known[e] {
			if text, isText := textOf(e); isText && words.MatchString(text) {
				found = append(found, text)
				know(e, known)
			}
		}
		return !isSilent(n)
	})
	return found
}

// isSilent reports whether people see none of the texts in a node: paths of imports, tags of fields, and patterns. The help has its
// own tests.
func isSilent(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.ImportSpec, *ast.Field:
		return true
	case *ast.CallExpr:
		return calls(n, "regexp", "")
	case *ast.KeyValueExpr:
		key, _ := n.Key.(*ast.Ident)
		return key != nil && (key.Name == "detail" || key.Name == "examples")
	}
	return false
}

// calls reports whether a call is of a function of a package, or of any one if the name is "".
func calls(c *ast.CallExpr, room, name string) bool {
	f, isSelector := c.Fun.(*ast.SelectorExpr)
	if !isSelector {
		return false
	}
	of, _ := f.X.(*ast.Ident)
	return of != nil && of.Name == room && (name == "" || f.Sel.Name == name)
}

// errorText returns the text of an error, or nothing if it has no word of its own.
func errorText(e ast.Expr, known map[ast.Expr]bool) []string {
	text, isText := textOf(e)
	if !isText || !strings.ContainsFunc(text, unicode.IsLetter) {
		return nil
	}
	know(e, known)
	return []string{text}
}

// know marks a text and the texts that it is the sum of. The other parts of a sum may have messages of their own.
func know(e ast.Expr, known map[ast.Expr]bool) {
	known[e] = true
	if sum, isSum := e.(*ast.BinaryExpr); isSum {
		know(sum.X, known)
		know(sum.Y, known)
	}
}

// verb matches the place of a value in a format.
var verb = regexp.MustCompile(`%[-+#0-9.\[\]]*[a-zA-Z]`)

// textOf returns a text of the source on one line, with … for each value.
func textOf(e ast.Expr) (text string, isText bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if s, err := strconv.Unquote(e.Value); err == nil && e.Kind == token.STRING {
			return strings.ReplaceAll(strings.TrimSpace(verb.ReplaceAllString(s, "…")), "\n", "⏎"), true
		}
	case *ast.BinaryExpr:
		left, isLeft := textOf(e.X)
		right, isRight := textOf(e.Y)
		return left + " " + right, e.Op == token.ADD && (isLeft || isRight)
	}
	return "…", false
}

// words matches two words with a space between them: a text for people has that.
var words = regexp.MustCompile(`(^|[^<\w/%.-])[A-Za-z]+,? [a-z]{2,}`)
