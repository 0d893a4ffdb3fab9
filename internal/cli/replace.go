package cli

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
)

// replace puts another text into a file, all of it or nothing. It refuses when the file holds anything else than was
// read before.
func replace(name string, was, is []byte) (err error) {
	name = filepath.FromSlash(name)
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	const ownerWrites = 0o200
	if info.Mode()&ownerWrites == 0 {
		return errors.New("it is read-only")
	}
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
	if err = errors.Join(err, temporary.Chmod(info.Mode().Perm()), temporary.Sync(), temporary.Close()); err != nil {
		return err
	}
	if now, err := os.ReadFile(name); err != nil || !bytes.Equal(now, was) {
		return errors.Join(err, errors.New("it changed in the meantime; run it again"))
	}
	return os.Rename(temporary.Name(), name)
}
