package spec

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"atlas-gitops/internal/yamldata"
)

// TestFormat formats the file "in" of every archive in testdata/format, or a special file, and compares the result with "want": the
// canonical form, or the mistakes. "in.escaped" and "want.escaped" contain bytes that an archive cannot contain otherwise.
func TestFormat(t *testing.T) {
	names := archives(t, "format")
	if len(names) < 25 {
		t.Errorf("testdata/format holds %d archives, want at least 25", len(names))
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive := readArchive(t, name)
			file, in, want := formatStory(t, archive)
			got := checkFormatOf(t, file, in)
			if got == want {
				return
			}
			if *update {
				writeFormatted(t, name, archive, got)
				return
			}
			t.Errorf("(-want +got; -update accepts it)\n%s", cmp.Diff(want, got))
		})
	}
}

func formatStory(t testing.TB, archive *txtar.Archive) (file string, in []byte, want string) {
	for _, f := range archive.Files {
		data := f.Data
		name, isEscaped := strings.CutSuffix(f.Name, ".escaped")
		if isEscaped {
			data = unescape(t, string(f.Data))
		}
		switch {
		case name == "in" || specialFor(name) != nil:
			file, in = name, data
		case name == "want":
			want = string(data)
		default:
			t.Fatalf("unknown file %s", f.Name)
		}
	}
	return file, in, want
}

// writeFormatted writes "want" or "want.escaped", whichever the archive already has.
func writeFormatted(t *testing.T, name string, archive *txtar.Archive, got string) {
	last := len(archive.Files) - 1
	if archive.Files[last].Name != "want.escaped" {
		writeWant(t, name, archive, got)
		return
	}
	archive.Files[last].Data = []byte(escapeLines(got))
	if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// escapeLines returns text in the form that unescape reads.
func escapeLines(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		line, isWhole := strings.CutSuffix(line, "\n")
		line = strings.NewReplacer(`\`, `\\`, "\r", `\r`, "\ufeff", `\ufeff`, "\t", `\t`).Replace(line)
		if trimmed := strings.TrimRight(line, " "); trimmed != line {
			line = trimmed + strings.Repeat(`\x20`, len(line)-len(trimmed))
		}
		b.WriteString(line)
		if !isWhole {
			b.WriteString(`\`)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// layoutsOnce reads the layouts only once: the tests here format thousands of files.
var layoutsOnce = sync.OnceValues(newLayouts)

// format returns the canonical form of a file, or its mistakes. A file that is not a special one may have any value.
func format(t testing.TB, file string, data []byte) ([]byte, []Diagnostic, error) {
	t.Helper()
	layouts, err := layoutsOnce()
	if err != nil {
		t.Fatal(err)
	}
	l := layout{layouts[""].order, func(*reporter, *yamldata.Node) bool { return false }}
	if sp := specialFor(file); sp != nil {
		l = layouts[sp.name]
	}
	f := &formatter{layout: l, file: file}
	out, err := f.format(data)
	return out, sorted(f.found.found), err
}

// checkFormat checks the canonical form of a file with any value.
func checkFormat(t *testing.T, in []byte) string {
	t.Helper()
	return checkFormatOf(t, "in", in)
}

// checkFormatOf checks the canonical form of a file, or its mistakes. Format itself checks that values and comments stay.
func checkFormatOf(t *testing.T, file string, in []byte) string {
	t.Helper()
	out, mistakes, err := format(t, file, in)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if len(mistakes) > 0 {
		if out != nil {
			t.Error("both mistakes and a canonical form")
		}
		return told(mistakes)
	}
	again, mistakes, err := format(t, file, out)
	if err != nil || len(mistakes) > 0 {
		t.Fatalf("the canonical form has none: %v %v", err, mistakes)
	}
	if diff := cmp.Diff(string(out), string(again)); diff != "" {
		t.Errorf("the canonical form of the canonical form is another one (-first +second)\n%s", diff)
	}
	checkLayout(t, string(out))
	return string(out)
}

// checkLayout checks the rules for every line outside of blocks of text.
func checkLayout(t *testing.T, out string) {
	t.Helper()
	if strings.HasPrefix(out, "\n") || out != "" && !strings.HasSuffix(out, "\n") {
		t.Errorf("starts with a blank line, or ends without the end of a line:\n%q", out)
	}
	if strings.ContainsAny(out, "|>") {
		return
	}
	for line := range strings.Lines(strings.ReplaceAll(out, "\r\n", "\n")) {
		if text := strings.TrimSuffix(line, "\n"); strings.TrimRight(text, " \t") != text {
			t.Errorf("white space at the end of %q", line)
		}
	}
	if strings.Contains(out, "\n\n\n") || strings.HasSuffix(out, "\n\n") {
		t.Errorf("blank lines in a row, or at the end:\n%q", out)
	}
}

// formatCorpus returns all files of the other tests.
func formatCorpus(t testing.TB) (all [][]byte) {
	for _, dir := range []string{"bad", "good"} {
		for _, name := range archives(t, dir) {
			tree, _, _ := unpack(t, readArchive(t, name))
			for _, file := range tree {
				all = append(all, file.Data)
			}
		}
	}
	return all
}

// FuzzFormat checks formatting with any content of a file.
func FuzzFormat(f *testing.F) {
	seeds := formatCorpus(f)
	for _, name := range archives(f, "format") {
		_, in, _ := formatStory(f, readArchive(f, name))
		seeds = append(seeds, in)
	}
	for _, seed := range seeds {
		if len(seed) < 1<<14 {
			f.Add(seed)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		checkFormat(t, data)
		checkFormatOf(t, AcceptedFile, data)
	})
}
