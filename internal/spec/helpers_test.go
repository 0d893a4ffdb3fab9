package spec

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"atlas-gitops/internal/resource"
)

// update rewrites the expected results.
var update = flag.Bool("update", false, "rewrite what the tests expect")

// eachArchive loads the tree of every archive in testdata and compares the result with the file "want" of the archive.
func eachArchive(t *testing.T, dir string, atLeast int, say func(*testing.T, fstest.MapFS, []string) string) {
	names := archives(t, dir)
	if len(names) < atLeast {
		t.Errorf("testdata/%s holds %d archives, want at least %d", dir, len(names), atLeast)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive := readArchive(t, name)
			tree, paths, want := unpack(t, archive)
			got := say(t, tree, paths)
			if *update {
				writeWant(t, name, archive, got)
			} else if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got; -update accepts it)\n%s", diff)
			}
		})
	}
}

func archives(t testing.TB, dir string) []string {
	names, err := filepath.Glob("testdata/" + dir + "/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func readArchive(t testing.TB, name string) *txtar.Archive {
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if len(bytes.TrimSpace(archive.Comment)) == 0 {
		t.Errorf("%s has no comment that says why it exists", name)
	}
	return archive
}

// unpack returns the tree of an archive, the paths to load (orgs, or the content of the file "paths") and the file "want".
func unpack(t testing.TB, archive *txtar.Archive) (tree fstest.MapFS, paths []string, want string) {
	tree, paths = fstest.MapFS{}, []string{"orgs"}
	for _, f := range archive.Files {
		name, isEscaped := strings.CutSuffix(f.Name, ".escaped")
		switch {
		case f.Name == "want":
			want = string(f.Data)
		case f.Name == "paths":
			paths = strings.Fields(string(f.Data))
		case isEscaped:
			tree[name] = &fstest.MapFile{Data: unescape(t, string(f.Data))}
		default:
			tree[name] = &fstest.MapFile{Data: f.Data}
		}
	}
	return tree, paths, want
}

// unescape produces bytes that an archive cannot contain legibly. It reads Go's escapes, repeats a line that starts with "N× ", and
// removes the end of a line that ends with a backslash.
func unescape(t testing.TB, text string) []byte {
	var b bytes.Buffer
	for line := range strings.Lines(text) {
		times := 1
		if count, rest, ok := strings.Cut(line, "× "); ok {
			times, _ = strconv.Atoi(count)
			line = rest
		}
		line = strings.TrimSuffix(line, "\\\n")
		var expanded []byte
		for line != "" {
			r, multibyte, rest, err := strconv.UnquoteChar(line, 0)
			if err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			if multibyte {
				expanded = append(expanded, string(r)...)
			} else {
				expanded = append(expanded, byte(r))
			}
			line = rest
		}
		b.Write(bytes.Repeat(expanded, times))
	}
	return b.Bytes()
}

func writeWant(t *testing.T, name string, archive *txtar.Archive, got string) {
	last := len(archive.Files) - 1
	if last < 0 || archive.Files[last].Name != "want" {
		archive.Files = append(archive.Files, txtar.File{Name: "want"})
		last++
	}
	archive.Files[last].Data = []byte(got)
	if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

func load(t testing.TB, tree fstest.MapFS, paths ...string) ([]*Org, []Diagnostic) {
	t.Helper()
	got, err := Load(tree, paths)
	if err != nil {
		t.Fatal(err)
	}
	return got.Orgs, got.Diagnostics
}

// checkPlaces checks that every place, and the second place of a finding, is inside its file.
func checkPlaces(t testing.TB, tree fstest.MapFS, diagnostics []Diagnostic) {
	t.Helper()
	for _, d := range diagnostics {
		checkPlace(t, tree, d.Place, d.Message)
		if d.Other != nil {
			checkPlace(t, tree, *d.Other, d.Message)
		}
	}
}

func checkPlace(t testing.TB, tree fstest.MapFS, p Place, message string) {
	t.Helper()
	if p.Line == 0 && p.Column == 0 && p.EndColumn == 0 {
		return // the file as a whole
	}
	text := strings.Split(strings.TrimPrefix(string(tree[p.File].Data), "\ufeff"), "\n")
	if p.Line < 1 || p.Line > len(text) {
		t.Fatalf("%s: line is not in the file (%s)", p, message)
	}
	length := len([]rune(strings.TrimSuffix(text[p.Line-1], "\r")))
	if p.Column < 1 || p.Column > length+1 || p.EndColumn < p.Column {
		t.Errorf("%s to column %d: the line has %d characters (%s)", p, p.EndColumn, length, message)
	}
}

// show returns organizations as indented JSON.
func show(t testing.TB, orgs []*Org) string {
	type object struct {
		Key    string          `json:"key,omitzero"`
		Fields resource.Fields `json:"fields"`
	}
	type organization struct {
		Name        string              `json:"name"`
		ID          string              `json:"id,omitzero"`
		Credentials string              `json:"credentials,omitzero"`
		Want        map[string][]object `json:"want"`
	}
	all := make([]organization, len(orgs))
	for i, o := range orgs {
		all[i] = organization{o.Name, o.ID, o.Credentials, map[string][]object{}}
		for kind, objects := range o.Want {
			all[i].Want[kind] = []object{}
			for _, one := range objects {
				all[i].Want[kind] = append(all[i].Want[kind], object{one.Key, one.Fields})
			}
		}
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(all); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// numbered repeats a format with increasing numbers up to a number of bytes.
func numbered(format string, size int) string {
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// told returns diagnostics as text: place, message and source line.
func told(diagnostics []Diagnostic) string {
	var b strings.Builder
	for _, d := range diagnostics {
		fmt.Fprintf(&b, "%s-%d: ", d.Place, d.EndColumn)
		if d.Severity != Error {
			b.WriteString(string(d.Severity) + ": ")
		}
		b.WriteString(d.Message)
		if d.Other != nil {
			fmt.Fprintf(&b, " (also at %s)", d.Other)
		}
		if d.Hint != "" {
			b.WriteString("; " + d.Hint)
		}
		fmt.Fprintf(&b, " [%s]\n", d.Rule)
		if d.Source != "" {
			fmt.Fprintf(&b, "  %s\n", d.Source)
		}
	}
	return b.String()
}
