package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
)

// state is the current fleet, and the file that keeps it.
type state struct {
	fleet *Fleet
	file  *stateFile // nil: memory only
}

// change runs do on a copy of the fleet, saves the copy, and then uses it. If do fails or the copy cannot be saved,
// nothing changes.
func (s *state) change(do func(*Fleet) (any, error)) (any, error) {
	next := s.fleet.clone()
	out, err := do(next)
	if err != nil {
		return nil, err
	}
	if err := s.file.save(next); err != nil {
		// A 409, because after a 5xx a client must assume that the change may have been carried out.
		return nil, refuse(http.StatusConflict, "SANDBOX_STATE_NOT_SAVED", err.Error())
	}
	s.fleet = next
	return out, nil
}

// grant returns the credential with that name, or creates it. A credential without an organization gets the one that
// org finds. The file is not written.
func (s *state) grant(name string, org func(*Fleet) *Org) Credential {
	c := s.fleet.credentialNamed(name)
	if c == nil {
		c = namedCredential(name, "")
		s.fleet.Credentials = append(s.fleet.Credentials, c)
	}
	if found := org(s.fleet); c.OrgID == "" && found != nil {
		c.OrgID = found.ID
	}
	return c.copy()
}

// stateFile is the file with the fleet, and the content that this process last saw there.
type stateFile struct {
	path string
	seen []byte // nil: no file
}

// stateError says what is wrong with a state file, and what to do.
type stateError struct {
	file   string
	reason string
	err    error // may be nil
	advice string
}

func (e *stateError) Error() string {
	reason := e.reason
	if e.err != nil {
		reason += ": " + e.err.Error()
	}
	return fmt.Sprintf("sandbox state file %s %s; %s", e.file, reason, e.advice)
}

func (e *stateError) Unwrap() error { return e.err }

func openState(path string) (*stateFile, *Fleet, error) {
	s := &stateFile{path: path}
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		f := Demo()
		return s, f, s.create(f)
	}
	if err != nil {
		return nil, nil, &stateError{path, "cannot be read", err, "make it readable, or name another file"}
	}
	s.seen = raw
	f, err := s.decode()
	return s, f, err
}

func (s *stateFile) decode() (*Fleet, error) {
	const advice = "remove the file to start again from the demonstration fleet"
	f, err := decodeFleet(s.seen)
	if err != nil {
		return nil, &stateError{s.path, "is not a valid fleet", err, advice}
	}
	if f.Format != fleetFormat {
		return nil, &stateError{s.path, fmt.Sprintf("has format %d, not %d", f.Format, fleetFormat), nil, advice}
	}
	return f, nil
}

// OwnFolder is the folder of the program for files that do not belong in git.
const OwnFolder = ".atlas-gitops"

// create writes the first state. If it makes the program's own folder, git ignores it from then on.
func (s *stateFile) create(f *Fleet) error {
	folder := filepath.Dir(s.path)
	_, err := os.Stat(folder)
	isNew := errors.Is(err, fs.ErrNotExist)
	if err = os.MkdirAll(folder, 0o700); err == nil && isNew && filepath.Base(folder) == OwnFolder {
		err = os.WriteFile(filepath.Join(folder, ".gitignore"), []byte("*\n"), 0o600)
	}
	if err != nil {
		return &stateError{s.path, "cannot be created", err, "name a file in a writable folder"}
	}
	return s.save(f)
}

// createNew is create for a file that must not exist.
func (s *stateFile) createNew(f *Fleet) error {
	if _, err := os.Lstat(s.path); err == nil {
		return &stateError{s.path, "exists already", nil, "remove it, or name another file with --state"}
	}
	return s.create(f)
}

// save replaces the file atomically. It refuses to overwrite content that this process did not read or write. It does
// nothing if there is no file.
func (s *stateFile) save(f *Fleet) error {
	if s == nil {
		return nil
	}
	raw, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return &stateError{s.path, "cannot be written", err, "report this"}
	}
	raw = append(raw, '\n')
	if err := s.unchanged(); err != nil {
		return err
	}
	if err := replaceFile(s.path, raw); err != nil {
		return &stateError{s.path, "cannot be written", err, "nothing was changed, make the folder writable and repeat"}
	}
	s.seen = raw
	return nil
}

func (s *stateFile) unchanged() error {
	now, err := os.ReadFile(s.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &stateError{s.path, "cannot be read", err, "nothing was changed, make it readable and repeat"}
	}
	if (err == nil) != (s.seen != nil) || !bytes.Equal(now, s.seen) {
		return &stateError{s.path, "was changed by another process", nil, "nothing was changed here, start the sandbox again to read the file"}
	}
	return nil
}

// replaceFile writes raw to a temporary file, syncs it, and renames it to path. The file mode is 0600.
func replaceFile(path string, raw []byte) (err error) {
	temp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(temp.Name()))
		}
	}()
	_, err = temp.Write(raw)
	if err == nil {
		err = temp.Sync()
	}
	if err = errors.Join(err, temp.Close()); err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}
