package files

import (
	"bytes"
	"cmp"
	"errors"
	"io/fs"
	"path"
	"slices"
	"time"
)

// Overlay is a file system with the text of some files changed, or with additional files. Their names are clean and have slashes. It
// writes nothing.
type Overlay struct {
	Base  fs.FS
	Texts map[string][]byte
}

// Open opens a file.
func (o Overlay) Open(name string) (fs.File, error) {
	if text, ok := o.Texts[name]; ok {
		return &overlaid{bytes.NewReader(text), overlaidInfo{path.Base(name), int64(len(text)), 0o644}}, nil
	}
	return o.Base.Open(name)
}

// Stat returns the size of a changed text.
func (o Overlay) Stat(name string) (fs.FileInfo, error) { return o.info(name, fs.Stat) }

// Lstat does not follow a link.
func (o Overlay) Lstat(name string) (fs.FileInfo, error) { return o.info(name, fs.Lstat) }

// ReadLink returns the target of a link.
func (o Overlay) ReadLink(name string) (string, error) { return fs.ReadLink(o.Base, name) }

func (o Overlay) info(name string, stat func(fs.FS, string) (fs.FileInfo, error)) (fs.FileInfo, error) {
	info, err := stat(o.Base, name)
	switch text, ok := o.Texts[name]; {
	case err == nil && (!ok || info.Mode()&fs.ModeSymlink != 0): // a changed file can be a link: its text is that of its target
		return info, nil
	case ok:
		return overlaidInfo{path.Base(name), int64(len(text)), 0o644}, nil
	case errors.Is(err, fs.ErrNotExist) && len(o.children(name)) > 0:
		return overlaidInfo{path.Base(name), 0, fs.ModeDir | 0o755}, nil
	}
	return info, err
}

// ReadDir lists a directory, sorted by name.
func (o Overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(o.Base, name)
	added := o.children(name)
	if err != nil && (len(added) == 0 || !errors.Is(err, fs.ErrNotExist)) {
		return nil, err
	}
	for _, e := range entries {
		delete(added, e.Name())
	}
	for _, info := range added {
		entries = append(entries, fs.FileInfoToDirEntry(info))
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return entries, nil
}

// children returns the changed files in a directory, and the directories on the way to others, by name.
func (o Overlay) children(dir string) map[string]fs.FileInfo {
	found := map[string]fs.FileInfo{}
	for name, text := range o.Texts {
		info := overlaidInfo{path.Base(name), int64(len(text)), 0o644}
		for above := path.Dir(name); info.name != ".." && above != name; name, above = above, path.Dir(above) {
			if above == dir {
				found[info.name] = info
			}
			info = overlaidInfo{path.Base(above), 0, fs.ModeDir | 0o755}
		}
	}
	return found
}

// overlaid is an open file of an Overlay.
type overlaid struct {
	*bytes.Reader
	info overlaidInfo
}

func (f *overlaid) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *overlaid) Close() error               { return nil }

type overlaidInfo struct {
	name string
	size int64
	mode fs.FileMode
}

func (i overlaidInfo) Name() string       { return i.name }
func (i overlaidInfo) Size() int64        { return i.size }
func (i overlaidInfo) Mode() fs.FileMode  { return i.mode }
func (i overlaidInfo) ModTime() time.Time { return time.Time{} }
func (i overlaidInfo) IsDir() bool        { return i.mode.IsDir() }
func (i overlaidInfo) Sys() any           { return nil }
