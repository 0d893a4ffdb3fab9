// Package files changes files so that nothing is lost: not by a crash, by a full disk, or by another program that writes the same
// file. Names have slashes, on every system.
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

// CheckWritable returns an error if a file is read-only. A rename could replace it all the same, because that needs only a
// directory that can be written.
func CheckWritable(info fs.FileInfo) error {
	const ownerWrites = 0o200
	if info.Mode()&ownerWrites == 0 {
		return errors.New("it is read-only")
	}
	return nil
}

// Create creates a file with its content atomically, for its owner only. It creates the directory, too. The error for a file
// that exists is [fs.ErrExist].
func Create(name string, is []byte) error {
	if strings.HasSuffix(name, "/") {
		return fmt.Errorf("%s is not the name of a file", name)
	}
	name = filepath.FromSlash(name)
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	return writeWhole(name, is, 0o600, func() error {
		if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
			return errors.Join(err, fs.ErrExist)
		}
		return nil
	})
}

// writeWhole writes a file atomically, if the check returns no error just before the rename.
func writeWhole(name string, is []byte, mode os.FileMode, check func() error) (err error) {
	temporary, err := os.CreateTemp(filepath.Dir(name), ".atlas-gitops-*") // a name that no walk through a tree reads
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(temporary.Name()))
		}
	}()
	_, err = temporary.Write(is)
	if err = errors.Join(err, temporary.Chmod(mode), temporary.Sync(), temporary.Close()); err != nil {
		return err
	}
	if err = check(); err != nil {
		return err
	}
	if err = os.Rename(temporary.Name(), name); err == nil {
		_ = syncDirectory(name) // the text is there; at worst a loss of power brings the old one back
	}
	return err
}

// syncDirectory makes the name of a file survive a loss of power. If the directory cannot be read or synced, as on Windows, that
// is left to the system.
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
