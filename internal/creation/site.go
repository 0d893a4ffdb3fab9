// Package creation records what must survive the creation of an organization: that it was begun, in a lock file; what Atlas
// hands out for it only once, in a file of credentials; and its id, in the tree.
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

// Sites finds where in the tree the organizations stand that are to be created.
type Sites struct {
	Files   fs.FS                                           // takes any path of the operating system, with slashes
	Follow  func(name string) (string, error)               // returns a name with the links in it followed
	Replace func(name string, was, is []byte) error         // puts another text into a file that still holds what it was
	Reserve func(name string, size int64) (Reserved, error) // makes a new file that has room for so many bytes
	Now     func() time.Time
	Path    func(file string) string // how the operating system finds a file of the tree
}

// Reserved is a new file that has room on the disk for text that is still to come.
type Reserved interface {
	Append(text string) error // it is on the disk when Append returns
	Check() error             // why the text would not be found: the file is not there any more
	Close() error             // gives back the room that was not used
	Discard() error           // closes and removes the file
}

// site is where in the tree an organization stands that is to be created.
type site struct {
	file     string // as the tree or the plan names it
	line     int
	real     string // the file itself, with all links followed
	lockFile string // beside it, while a run creates the organization or did not learn whether it did
}

// insertion is that lines came into a file of the tree.
type insertion struct{ behind, lines int }

// of returns where the organization stands.
func (s Sites) of(org plan.Org) (at site, err error) {
	source := org.Steps[0].Source
	if source == nil {
		return at, errors.New("the plan does not say in which file its id is to be written; save a new one with plan --out")
	}
	at = site{file: source.File, line: source.Line}
	real, err := s.Follow(filepath.FromSlash(s.Path(source.File))) // a link stays one
	if err != nil {
		return at, &unwritableError{err}
	}
	at.real = filepath.ToSlash(real)
	digest := sha256.Sum256([]byte(org.Name))
	at.lockFile = path.Join(path.Dir(at.real), "."+hex.EncodeToString(digest[:4])+".creating") // no walk reads it
	return at, nil
}

// after returns where it stands after the insertions.
func (s site) after(moved []insertion) site {
	planned := s.line
	for _, i := range moved {
		if i.behind < planned {
			s.line += i.lines
		}
	}
	return s
}

// unwritableError says that an id cannot be written into the tree.
type unwritableError struct{ err error }

func (e *unwritableError) Error() string {
	return "its id cannot be written behind its name: " + e.err.Error()
}
func (e *unwritableError) Unwrap() error { return e.err }

// Check makes sure that nobody else is creating the organization, and that its id can be written into the tree.
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

// noID stands for an id, to see whether there is room for one.
const noID = "000000000000000000000000"

// identified returns the text of the file of the tree, and the same with an id for the organization.
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
