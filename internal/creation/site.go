// Package creation records what a run must not lose when it creates an organization. A lock file says that the creation has
// begun, a credential file holds the credential that Atlas shows only once, and the tree gets the id.
package creation

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"time"

	"atlas-gitops/internal/files"
	"atlas-gitops/internal/plan"
)

// Sites finds and edits new organizations in the tree.
type Sites struct {
	Files   fs.FS                                           // accepts any path of the operating system, with slashes
	Follow  func(name string) (string, error)               // returns the name of a file with all links followed
	Replace func(name string, was, is []byte) error         // replaces the text of a file; fails if the file no longer holds was
	Reserve func(name string, size int64) (Reserved, error) // creates a file with room for size bytes
	Now     func() time.Time
	Path    func(file string) string // returns the path of a file of the tree on this machine
}

// Reserved is a new file with room reserved on the disk.
type Reserved interface {
	Append(text string) error // the text is on the disk when Append returns
	Check() error             // fails if the file was removed
	Close() error             // closes the file, and frees the room that was not used
	Discard() error           // closes and removes the file
}

// site is the place of a new organization in the tree.
type site struct {
	file     string // its name in the plan
	line     int
	real     string // the file itself, with all links followed
	lockFile string // beside it; exists during the creation, and after it if the id is not in the tree
}

// insertion says how many lines were inserted after a line.
type insertion struct{ behind, lines int }

// of returns the site of the organization.
func (s Sites) of(org plan.Org) (at site, err error) {
	source := org.Steps[0].Source
	if source == nil {
		return at, errors.New("the plan does not say which file of the tree gets the new id; save a new plan with plan --out")
	}
	at = site{file: source.File, line: source.Line}
	real, err := s.Follow(filepath.FromSlash(s.Path(source.File))) // edit the file, not the link to it
	if err != nil {
		return at, &unwritableError{err}
	}
	at.real = filepath.ToSlash(real)
	digest := sha256.Sum256([]byte(org.Name))
	at.lockFile = path.Join(path.Dir(at.real), "."+hex.EncodeToString(digest[:4])+".creating") // reading the tree skips hidden files
	return at, nil
}

// after returns the site with the line that it has after the insertions.
func (s site) after(moved []insertion) site {
	planned := s.line
	for _, i := range moved {
		if i.behind < planned {
			s.line += i.lines
		}
	}
	return s
}

// unwritableError means that an id cannot be written into the tree.
type unwritableError struct{ err error }

func (e *unwritableError) Error() string {
	return "its id cannot be written below its name: " + e.err.Error()
}
func (e *unwritableError) Unwrap() error { return e.err }

// Check makes sure that no other run creates the organization, and that its id can be written into the tree.
func (s Sites) Check(org plan.Org) error {
	at, err := s.of(org)
	if err == nil {
		err = s.checkLock(at, org)
	}
	if err == nil {
		_, _, err = s.identified(at, org, noID)
	}
	return err
}

// noID is a placeholder of the length of an id.
const noID = "000000000000000000000000"

// identified returns the text of the file without (was) and with (is) the id of the organization.
func (s Sites) identified(at site, org plan.Org, id string) (was, is []byte, err error) {
	info, err := fs.Stat(s.Files, at.real)
	if err == nil {
		err = files.CheckWritable(info)
	}
	if err == nil {
		was, err = fs.ReadFile(s.Files, at.real)
	}
	if err == nil {
		is, err = identify(was, at.line, org.Name, id)
	}
	if err != nil {
		err = &unwritableError{err}
	}
	return was, is, err
}
