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

// speaks reports whether a file has messages of the program. The sandbox repeats texts of Atlas, and some packages are only for tests.
func speaks(file string) bool {
	room := filepath.ToSlash(filepath.Dir(file))
	return room != "internal/sandbox" && !strings.HasSuffix(room, "test")
}

// messagesOf returns the texts of a file in their order.
func messagesOf(t *testing.T, file string) (found []string) {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec, *ast.Field: // paths and tags
			return false
		case *ast.CallExpr:
			return !isOfPattern(n)
		case *ast.KeyValueExpr: // the help has its own tests
			key, _ := n.Key.(*ast.Ident)
			return key == nil || key.Name != "detail" && key.Name != "examples"
		case ast.Expr:
			text, isText := textOf(n)
			if isText && isMessage(text) {
				found = append(found, text)
			}
			_, isSum := n.(*ast.BinaryExpr)
			return !isSum || !isText
		}
		return true
	})
	return found
}

// isOfPattern reports whether a call compiles a pattern, which people do not see.
func isOfPattern(c *ast.CallExpr) bool {
	f, isSelector := c.Fun.(*ast.SelectorExpr)
	if !isSelector {
		return false
	}
	room, _ := f.X.(*ast.Ident)
	return room != nil && room.Name == "regexp"
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

func isMessage(text string) bool { return words.MatchString(text) }
