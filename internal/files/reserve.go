package files

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Reserved is a new file with reserved disk space for later text.
type Reserved struct {
	name string
	file *os.File
	used int64
}

// RoomError says that the disk has no space for a file, or that writing it failed.
type RoomError struct {
	Need, Have int64 // in bytes
	Err        error // the limit that was reached: disk, quota or file size
}

func (e *RoomError) Error() string {
	return fmt.Sprintf("%d of %d bytes could not be reserved: %v", e.Need-e.Have, e.Need, e.Err)
}
func (e *RoomError) Unwrap() error { return e.Err }

// Reserve creates a file with mode 0600, and with space for a number of bytes. The file survives a power failure.
// Reserve really writes the bytes, because a hole in a file reserves nothing. The bytes are line feeds, so that the
// lines before them can be read even if the program is killed. If the file exists, the error is [fs.ErrExist]. If there
// is no space, the error is a [RoomError], and no file is left.
//
// A file system that compresses, or that writes each change to a new place (Btrfs, ZFS, APFS), may still run out of
// space later.
func Reserve(name string, size int64) (*Reserved, error) {
	name = filepath.FromSlash(name)
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	if err = errors.Join(fill(f, size), syncDirectory(name)); err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(name))
	}
	return &Reserved{name: name, file: f}, nil
}

// fill writes line feeds to a new file, and syncs it.
func fill(f *os.File, size int64) error {
	chunk := bytes.Repeat([]byte("\n"), int(min(size, 64<<10)))
	for have := int64(0); have < size; {
		n, err := f.Write(chunk[:min(size-have, int64(len(chunk)))])
		if have += int64(n); err != nil {
			return &RoomError{size, have, withoutName(err)}
		}
	}
	if err := f.Sync(); err != nil { // some file systems report a full disk only here
		return &RoomError{size, 0, withoutName(err)}
	}
	return nil
}

// withoutName returns the error without the file name.
func withoutName(err error) error {
	var withName *fs.PathError
	if errors.As(err, &withName) {
		return withName.Err
	}
	return err
}

// Append writes text after the text of the last call, into the reserved space, or after it if that is full. When Append
// returns, the text is on the disk, and the file still has its name.
func (r *Reserved) Append(text string) error {
	if _, err := r.file.WriteAt([]byte(text), r.used); err != nil {
		return err // Close removes the part that was written
	}
	r.used += int64(len(text))
	return errors.Join(r.file.Sync(), r.Check())
}

// Check returns an error if the name no longer leads to the file: the user could not find the text then.
func (r *Reserved) Check() error {
	there, err := os.Lstat(r.name)
	if err != nil {
		return err
	}
	ours, err := r.file.Stat()
	if err == nil && !os.SameFile(there, ours) {
		err = errReplaced
	}
	return err
}

var errReplaced = errors.New("it was replaced by another file")

// Close frees the space that was not used.
func (r *Reserved) Close() error {
	return errors.Join(r.file.Truncate(r.used), r.file.Sync(), r.file.Close())
}

// Discard closes and removes the file. It does not remove another file that has its name now.
func (r *Reserved) Discard() error {
	gone := r.Check()
	err := r.file.Close()
	switch {
	case gone == nil:
		return errors.Join(err, os.Remove(r.name))
	case errors.Is(gone, fs.ErrNotExist), gone == errReplaced:
		return err
	}
	return errors.Join(err, gone)
}
