package files

import (
	"io/fs"
	"os"
	"path/filepath"
)

// System is the file system of the operating system. Unlike [os.DirFS] it accepts absolute paths and "..".
type System struct{}

// Open opens a file.
func (System) Open(name string) (fs.File, error) { return os.Open(filepath.FromSlash(name)) }

// Stat does not open the file: opening a pipe would wait for its other end.
func (System) Stat(name string) (fs.FileInfo, error) { return os.Stat(filepath.FromSlash(name)) }

// Lstat does not follow a link.
func (System) Lstat(name string) (fs.FileInfo, error) { return os.Lstat(filepath.FromSlash(name)) }

// ReadLink returns the target of a link.
func (System) ReadLink(name string) (string, error) {
	target, err := os.Readlink(filepath.FromSlash(name))
	if filepath.IsAbs(target) && target[0] != '/' {
		target = "/" + target // a drive is not below the directory of the link
	}
	return filepath.ToSlash(target), err
}

// Follow returns the name of a file or directory with all links resolved.
func Follow(name string) (string, error) { return filepath.EvalSymlinks(filepath.FromSlash(name)) }
