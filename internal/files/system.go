package files

import (
	"io/fs"
	"os"
	"path/filepath"
)

// System opens what the operating system opens. Unlike [os.DirFS] it knows absolute paths and "..".
type System struct{}

// Open opens a file.
func (System) Open(name string) (fs.File, error) { return os.Open(filepath.FromSlash(name)) }

// Stat opens nothing: a pipe would wait for its other end.
func (System) Stat(name string) (fs.FileInfo, error) { return os.Stat(filepath.FromSlash(name)) }

// Lstat is Stat of a link itself.
func (System) Lstat(name string) (fs.FileInfo, error) { return os.Lstat(filepath.FromSlash(name)) }

// ReadLink returns where a link leads.
func (System) ReadLink(name string) (string, error) {
	target, err := os.Readlink(filepath.FromSlash(name))
	if filepath.IsAbs(target) && target[0] != '/' {
		target = "/" + target // a drive is not below the directory of the link
	}
	return filepath.ToSlash(target), err
}

// Follow returns the name of a file or directory with the links in it followed.
func Follow(name string) (string, error) { return filepath.EvalSymlinks(filepath.FromSlash(name)) }
