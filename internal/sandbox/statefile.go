package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// minCompact is how many bytes of changes the file of a small fleet may have.
const minCompact = 1 << 20

// stateFile is the file that keeps a fleet. It holds the whole fleet as indented JSON, and then each change as a line
// of JSON. So a write takes as long as its change is, not as the fleet is. When the changes get longer than the fleet,
// the file is replaced with one that holds only the fleet.
//
// A process that was killed may leave the beginning of a change at the end of the file. Nobody got an answer to the
// request of that change, so it counts as not carried out.
type stateFile struct {
	path    string
	seen    fs.FileInfo // the file as this process read or wrote it last; nil: no file
	fleet   int64       // bytes of the fleet
	end     int64       // bytes of the fleet and the changes
	noBreak bool        // there is no line break at end
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
	raw, err := s.read()
	if errors.Is(err, fs.ErrNotExist) {
		f := Demo()
		return s, f, s.create(f)
	}
	if err != nil {
		return nil, nil, &stateError{path, "cannot be read", err, "make it readable, or name another file"}
	}
	f, err := s.decode(raw)
	return s, f, err
}

// read returns the content, and remembers which file it is from.
func (s *stateFile) read() ([]byte, error) {
	f, err := os.Open(s.path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat() // first: what another process appends from now on counts as a change
	s.seen = info
	raw, readErr := io.ReadAll(f)
	return raw, errors.Join(err, readErr, f.Close())
}

func (s *stateFile) decode(raw []byte) (*Fleet, error) {
	const advice = "remove the file to start again from the demonstration fleet"
	f, length, err := decodeFleet(raw)
	if err == nil && f.Format != fleetFormat {
		return nil, &stateError{s.path, fmt.Sprintf("has format %d, not %d", f.Format, fleetFormat), nil, advice}
	}
	if err == nil {
		s.fleet = int64(length)
		err = s.decodeChanges(f, raw)
	}
	if err != nil {
		return nil, &stateError{s.path, "is not a valid fleet", err, advice}
	}
	return f, nil
}

// decodeChanges applies the changes behind the fleet, and finds the end of the last one.
func (s *stateFile) decodeChanges(f *Fleet, raw []byte) error {
	after, rest, _ := bytes.Cut(raw[s.fleet:], []byte("\n"))
	if len(bytes.TrimSpace(after)) > 0 {
		return errMoreText
	}
	s.end = int64(len(raw) - len(rest))
	number := bytes.Count(raw[:s.end], []byte("\n"))
	for line := range bytes.Lines(rest) {
		number++
		c, err := decodeChange(line)
		if errors.Is(err, io.ErrUnexpectedEOF) && !bytes.HasSuffix(line, []byte("\n")) {
			break // killed while writing
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", number, err)
		}
		f.apply(c)
		s.end += int64(len(line))
	}
	s.noBreak = raw[s.end-1] != '\n'
	return nil
}

var errMoreText = errors.New("there is more text after the fleet")

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
	if err := s.unchanged(); err != nil {
		return err
	}
	return s.saved(s.replace(f))
}

// createNew is create for a file that must not exist.
func (s *stateFile) createNew(f *Fleet) error {
	if _, err := os.Lstat(s.path); err == nil {
		return &stateError{s.path, "exists already", nil, "remove it, or name another file with --state"}
	}
	return s.create(f)
}

// save writes a change of f. It refuses to write to a file that this process did not read or write.
func (s *stateFile) save(f *Fleet, c *change) error {
	if err := s.unchanged(); err != nil {
		return err
	}
	line := append(encode(c), '\n')
	if s.end-s.fleet+int64(len(line)) > max(s.fleet, minCompact) {
		return s.saved(s.replace(f.with(c)))
	}
	return s.saved(s.append(line))
}

func (s *stateFile) saved(err error) error {
	if err != nil {
		return &stateError{s.path, "cannot be written", err, "nothing was changed, free disk space or make the file and its folder writable, and repeat"}
	}
	return nil
}

// unchanged compares which file is there with the file that this process knows, without reading it.
func (s *stateFile) unchanged() error {
	now, err := os.Stat(s.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) || err == nil && !now.Mode().IsRegular() {
		return &stateError{s.path, "cannot be read", err, "nothing was changed, make it readable and repeat"}
	}
	if (err == nil) != (s.seen != nil) || err == nil && !isSame(now, s.seen) {
		return &stateError{s.path, "was changed by another process", nil, "nothing was changed here, start the sandbox again to read the file"}
	}
	return nil
}

// isSame reports whether two infos are of the same file, which nobody has written to in between.
func isSame(a, b fs.FileInfo) bool {
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}
