package creation

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/safetext"
)

// checkLock returns an error if the lock file of the organization exists.
func (s Sites) checkLock(at site, org plan.Org) error {
	if _, err := fs.Lstat(s.Files, at.lockFile); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	said, err := s.readLock(at)
	if err != nil {
		return err
	}
	credential := ""
	if org.HandsOut() {
		credential = ", and create a credential for it in Atlas, unless the file of --credentials-out has one"
	}
	return fmt.Errorf("another run began to create it (%s), and still runs or stopped halfway. If it stopped, look for the organization in Atlas. "+
		"If it is there, write its id below its name%s. In both cases, remove %s and run it again",
		safetext.Line(strings.TrimSpace(said)), credential, at.lockFile)
}

// maxLock is how many bytes of a lock file are read.
const maxLock = 4096

func (s Sites) readLock(at site) (string, error) {
	f, err := s.Files.Open(at.lockFile)
	if err != nil {
		return "", err
	}
	defer f.Close()
	said, err := io.ReadAll(io.LimitReader(f, maxLock))
	return string(said), err
}

// lock creates the lock file, which keeps other runs from creating the organization. It reserves room for the line of createdAs.
func (s Sites) lock(at site, org plan.Org, credentials string) (Reserved, error) {
	begun := "begun " + s.Now().UTC().Format(time.RFC3339) + "\n"
	file, err := s.Reserve(at.lockFile, int64(len(begun)+len(createdAs(noID, credentials))))
	if errors.Is(err, fs.ErrExist) {
		return nil, cmp.Or(s.checkLock(at, org), errors.New("another run created the lock file at the same time; run it again"))
	}
	if err == nil {
		if err = file.Append(begun); err != nil {
			err = errors.Join(err, file.Discard())
		}
	}
	if err != nil {
		return nil, fmt.Errorf("the lock file %s cannot be written, so the organization is not created: %w", at.lockFile, err)
	}
	return file, nil
}

// createdAs returns the line of the lock file that says that the organization was created. credentials is the file with its
// credential; "" if there is none.
func createdAs(id, credentials string) string {
	if credentials == "" {
		return "created as " + id + "\n"
	}
	return "created as " + id + "; its credential is in " + safetext.Line(credentials) + "\n"
}
