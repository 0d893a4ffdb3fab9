package files

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestOverlay: a walk over an overlay finds the files of the disk and the additional ones, with the changed texts.
func TestOverlay(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"orgs/a.yaml": "old a", "orgs/b.yaml": "b", "other.txt": "x"} {
		if err := Create(filepath.Join(dir, name), []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("a.yaml", filepath.Join(dir, "orgs/link.yaml")); err != nil {
		t.Fatal(err)
	}
	at := func(name string) string { return filepath.ToSlash(filepath.Join(dir, name)) }
	o := Overlay{System{}, map[string][]byte{
		at("orgs/a.yaml"): []byte("new a"), at("orgs/new/deep/c.yaml"): []byte("c"), at("orgs/link.yaml"): []byte("new link"),
	}}
	var got []string
	err := fs.WalkDir(o, at("orgs"), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(o, name)
		got = append(got, strings.TrimPrefix(name, at(""))+": "+string(text))
		return err
	})
	want := []string{"/orgs/a.yaml: new a", "/orgs/b.yaml: b", "/orgs/link.yaml: new link", "/orgs/new/deep/c.yaml: c"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v", got, err)
	}
}

// TestOverlayNames: directories on the way to a file exist, links stay links, and nothing else appears.
func TestOverlayNames(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.ToSlash(filepath.Join(dir, name)) }
	if err := os.Symlink("a.yaml", at("link.yaml")); err != nil {
		t.Fatal(err)
	}
	if err := Create(at("file.yaml"), nil); err != nil {
		t.Fatal(err)
	}
	o := Overlay{System{}, map[string][]byte{at("new/deep/c.yaml"): nil, at("link.yaml"): nil, at("file.yaml/deep/d.yaml"): nil}}
	if info, err := fs.Stat(o, at("new")); err != nil || !info.IsDir() {
		t.Errorf("a directory on the way to an additional file: %v, %v", info, err)
	}
	if info, err := fs.Lstat(o, at("link.yaml")); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("a link stays a link: %v, %v", info, err)
	}
	if _, err := o.ReadDir(at("nothing")); err == nil {
		t.Error("a directory that does not exist can be listed")
	}
	if _, err := o.ReadDir(at("file.yaml")); err == nil {
		t.Error("a file can be listed, because an additional file is below its name")
	}
	if _, err := fs.Stat(o, at("file.yaml/deep")); err == nil {
		t.Error("a directory can be below a file")
	}
}
