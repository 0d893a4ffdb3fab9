// Package files changes files so that nothing is lost in a crash, on a full disk, or if another program writes the same
// file. Names use slashes on every system.
package files

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)

// Replace replaces the content of a file atomically. It refuses if the file no longer holds what the caller read before.
func Replace(name string, was, is []byte) error {
	name = filepath.FromSlash(name)
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	if err := CheckWritable(info); err != nil {
		return err
	}
	return writeWhole(name, is, info.Mode().Perm(), func() error {
		if now, err := os.ReadFile(name); err != nil || !bytes.Equal(now, was) {
			return errors.Join(err, errors.New("it changed in the meantime; run it again"))
		}
		return nil
	})
}

// CheckWritable returns an error if a file is read-only. Without this check, a rename would replace it: a rename only
// needs a writable directory.
func CheckWritable(info fs.FileInfo) error {
	const ownerWrites = 0o200
	if info.Mode()&ownerWrites == 0 {
		return errors.New("it is read-only")
	}
	return nil
}

// Create creates a file with its content atomically. Only its owner may read it. It also creates the directory. If the file exists, the
// error is [fs.ErrExist].
func Create(name string, is []byte) error { return create(name, is, 0o600, 0o700) }

// CreateShared is Create for a file that others may also read, as far as the umask allows it.
func CreateShared(name string, is []byte) error { return create(name, is, byUmask, 0o777) }

func create(name string, is []byte, mode, directory os.FileMode) error {
	if strings.HasSuffix(name, "/") {
		return fmt.Errorf("%s is not the name of a file", name)
	}
	name = filepath.FromSlash(name)
	if err := os.MkdirAll(filepath.Dir(name), directory); err != nil {
		return err
	}
	return writeWhole(name, is, mode, func() error {
		if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
			return errors.Join(err, fs.ErrExist)
		}
		return nil
	})
}

// byUmask is the mode of a file that everybody may read and write whom the umask does not exclude.
const byUmask os.FileMode = 0o666

// writeWhole writes a file atomically. It calls check just before the rename, and writes nothing if check returns an
// error.
func writeWhole(name string, is []byte, mode os.FileMode, check func() error) (err error) {
	temporary, err := os.CreateTemp(filepath.Dir(name), ".atlas-gitops-*") // the walk through a tree skips hidden names
	if err != nil {
		return err
	}
	if mode == byUmask {
		mode, err = umasked(temporary.Name() + ".mode")
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(temporary.Name()))
		}
	}()
	_, writeErr := temporary.Write(is)
	if err = errors.Join(err, writeErr, temporary.Chmod(mode), temporary.Sync(), temporary.Close()); err != nil {
		return err
	}
	if err = check(); err != nil {
		return err
	}
	if err = os.Rename(temporary.Name(), name); err == nil {
		_ = syncDirectory(name) // the text is written; at worst, the old text is back after a power failure
	}
	return err
}

// umasked returns the mode that the system gives a new file. It makes the file and removes it again, because a program can read the umask
// only by changing it.
func umasked(name string) (os.FileMode, error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL, byUmask)
	if err != nil {
		return 0, err
	}
	info, err := f.Stat()
	if err = errors.Join(err, f.Close(), os.Remove(name)); err != nil {
		return 0, err
	}
	return info.Mode().Perm(), nil
}

// syncDirectory makes the name of a file survive a power failure. Some systems, such as Windows, cannot open or sync a
// directory. That is no error.
func syncDirectory(of string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := os.Open(filepath.Dir(of))
	if err != nil {
		return nil
	}
	if err = dir.Sync(); errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, dir.Close())
}
