package cli

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"time"

	"atlas-gitops/internal/files"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/spec"
)

// creationSite is where in the tree an organization stands that is to be created.
type creationSite struct {
	file     string // as the tree or the plan names it
	line     int
	real     string // the file itself, with all links followed
	lockFile string // beside it, while a run creates the organization or did not learn whether it did
}

// insertion is that lines came into a file of the tree.
type insertion struct{ behind, lines int }

// creationSite returns where the organization stands.
func (in *invocation) creationSite(org plan.Org) (s creationSite, err error) {
	source := org.Steps[0].Source
	if source == nil {
		return s, errors.New("the plan does not say in which file its id is to be written; save a new one with plan --out")
	}
	s = creationSite{file: source.File, line: source.Line, real: source.File}
	if in.planFile != "" {
		s.real = in.fromWorkingDirectory(s.real)
	}
	real, err := in.Follow(filepath.FromSlash(s.real)) // a link stays one
	if err != nil {
		return s, &unwritableError{err}
	}
	s.real = filepath.ToSlash(real)
	digest := sha256.Sum256([]byte(org.Name))
	s.lockFile = path.Join(path.Dir(s.real), "."+hex.EncodeToString(digest[:4])+".creating") // no walk reads it
	return s, nil
}

// after returns where it stands after the insertions.
func (s creationSite) after(moved []insertion) creationSite {
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

// checkCreation makes sure that nobody else is creating the organization, and that its id can be written into the tree.
func (in *invocation) checkCreation(org plan.Org) error {
	site, err := in.creationSite(org)
	if err == nil {
		err = in.checkLock(site, org)
	}
	if err == nil {
		_, _, err = in.identified(site, org, noID)
	}
	return err
}

// checkSavedCreation also makes sure that a plan that was saved was not carried out already.
func (in *invocation) checkSavedCreation(ctx context.Context, c *connection, org plan.Org) error {
	if account := c.account(org.Credentials, org.Name); account.Err == nil {
		if id, err := account.Find(ctx, org.Name); err == nil {
			return fmt.Errorf("its credential sees it already; write id: %s below its name", id)
		}
	}
	return in.checkCreation(org)
}

// noID stands for an id, to see whether there is room for one.
const noID = "000000000000000000000000"

// identified returns the text of the file of the tree, and the same with an id for the organization.
func (in *invocation) identified(s creationSite, org plan.Org, id string) (was, is []byte, err error) {
	info, err := fs.Stat(in.Files, s.real)
	if err == nil {
		err = files.CheckWritable(info)
	}
	if err == nil {
		was, err = fs.ReadFile(in.Files, s.real)
	}
	if err == nil {
		is, err = spec.Identify(was, s.line, org.Name, id)
	}
	if err != nil {
		err = &unwritableError{err}
	}
	return was, is, err
}

// checkLock refuses to create what another run is about to create, or was.
func (in *invocation) checkLock(s creationSite, org plan.Org) error {
	if _, err := fs.Lstat(in.Files, s.lockFile); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	said, err := in.readSome(s.lockFile)
	if err != nil {
		return err
	}
	credential := ""
	if org.HandsOut() {
		credential = ", and make a credential for it unless the file of --credentials-out has one"
	}
	return fmt.Errorf("another run has begun to create it (%s), and is still at work, or did not come to its end. Look for it in Atlas: "+
		"if it is there, write its id below its name%s. Then, or if it is not there, remove %s and run it again",
		plan.OneLine(strings.TrimSpace(string(said))), credential, s.lockFile)
}

// lock keeps other runs from creating the organization, and has room for what became of it.
func (in *invocation) lock(s creationSite, org plan.Org) (Reserved, error) {
	begun := "begun " + in.Now().UTC().Format(time.RFC3339) + "\n"
	file, err := in.Reserve(s.lockFile, int64(len(begun)+len(in.createdAs(noID, true))))
	if errors.Is(err, fs.ErrExist) {
		return nil, cmp.Or(in.checkLock(s, org), errors.New("another run was just at it; run it again"))
	}
	if err == nil {
		if err = file.Append(begun); err != nil {
			err = errors.Join(err, file.Discard())
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s cannot be written, which keeps other runs from creating it as well: %w; it is not created", s.lockFile, err)
	}
	return file, nil
}

// createdAs is what a lock file says of an organization that was created.
func (in *invocation) createdAs(id string, credentialKept bool) string {
	if !credentialKept {
		return "created as " + id + "\n"
	}
	return "created as " + id + "; its credential is in " + plan.OneLine(string(in.credsOut)) + "\n"
}
