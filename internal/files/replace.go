// Package files changes files of the operating system so that nothing is lost: not by a crash, by a disk that is full, or by
// somebody else who writes the same file. Names have slashes, on every system.
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

// Replace puts another text into a file, all of it or nothing. It refuses when the file holds anything else than was
// read before.
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

// CheckWritable returns why a file must not be replaced, or nil. That it could be is no question of its mode.
func CheckWritable(info fs.FileInfo) error {
	const ownerWrites = 0o200
	if info.Mode()&ownerWrites == 0 {
		return errors.New("it is read-only")
	}
	return nil
}

// Create puts a text into a file that is new, for its owner alone, all of it or nothing. It makes the directory, too. The
// error for a file that exists is [fs.ErrExist].
func Create(name string, is []byte) error {
	if strings.HasSuffix(name, "/") {
		return fmt.Errorf("%s is no name of a file", name)
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

// writeWhole puts a text into a file, all of it or nothing, if at the last moment the check is passed.
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

// syncDirectory makes the name of a file survive a loss of power. Where a directory cannot be read or synced, as on
// Windows, the system has to do so by itself.
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
