package sandbox

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
)

// replace replaces the file atomically with one that holds the fleet, and no changes.
func (s *stateFile) replace(f *Fleet) error {
	raw, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	raw = append(raw, '\n')
	if err := replaceFile(s.path, raw); err != nil {
		return err
	}
	s.fleet, s.end, s.noBreak = int64(len(raw)), int64(len(raw)), false
	s.look()
	return nil
}

// append writes a line at the end of the file. If that fails, it cuts off what was written.
func (s *stateFile) append(line []byte) error {
	if s.noBreak {
		line = append([]byte{'\n'}, line...)
	}
	if s.seen.Size() > s.end { // the beginning of a line
		if err := s.cut(); err != nil {
			return err
		}
	}
	if err := appendFile(s.path, line); err != nil {
		return errors.Join(err, s.cut())
	}
	s.end, s.noBreak = s.end+int64(len(line)), false
	s.look()
	return nil
}

// cut removes what is behind the last change.
func (s *stateFile) cut() error {
	defer s.look()
	return os.Truncate(s.path, s.end)
}

// look remembers which file is there now, so that unchanged can recognize it. If there is none, unchanged will say that
// another process changed it.
func (s *stateFile) look() {
	info, err := os.Stat(s.path)
	if s.seen = info; err != nil {
		s.seen = nil
	}
}

// appendFile writes raw at the end of a file, and syncs it.
func appendFile(path string, raw []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(raw)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
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
