package creation

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"atlas-gitops/internal/files"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/safetext"
)

// CheckCredentials refuses a credential file that has no name, already exists or cannot be created. It opens no file.
func CheckCredentials(fsys fs.FS, name string) error {
	name = filepath.ToSlash(name)
	dir, err := fs.Stat(fsys, path.Dir(name))
	_, exists := fs.Lstat(fsys, name)
	problem := ""
	switch {
	case name == "":
		problem = "no file is named"
	case err != nil || !dir.IsDir():
		problem = "there is no directory " + path.Dir(name) + "; create it, or name another file"
	case exists == nil:
		problem = name + " exists already; name another file, such as " + FreeCredentials(fsys)
	case !errors.Is(exists, fs.ErrNotExist):
		problem = exists.Error()
	default:
		problem = NameProblem(name, FreeCredentials(fsys))
	}
	if problem == "" {
		return nil
	}
	return fmt.Errorf("--credentials-out: %s; nothing was applied", problem)
}

// NameProblem says why no file to write may have this name, or returns "". instead is a name that the file may have.
func NameProblem(name, instead string) string {
	switch {
	case name == "-":
		return "- is not a file; name a new file, such as " + instead
	case path.Ext(name) == ".yaml" || path.Ext(name) == ".yml":
		return name + " would be read as part of the tree; name it " + instead
	}
	return ""
}

// NoFile is why an organization is not changed if Atlas would show a new credential, and no file was given for it. flag is the flag or
// the input that names the file.
func NoFile(fsys fs.FS, flag string) string {
	return "Atlas shows the new credential only once, and no file was given for it; set " + flag + " to a new file, such as " + FreeCredentials(fsys)
}

// maxProposed limits how many names FreeCredentials tries.
const maxProposed = 12

// FreeCredentials returns the name of a file that does not exist yet.
func FreeCredentials(fsys fs.FS) string {
	name := "credentials.env"
	for i := 2; i < maxProposed; i++ {
		if _, err := fs.Lstat(fsys, name); err != nil {
			break
		}
		name = fmt.Sprintf("credentials-%d.env", i)
	}
	return name
}

// Variables says which environment variables hold a credential.
type Variables struct {
	// Of returns the names of the variables for the credential with this id and name.
	Of func(id, name string) (forID, forSecret string)

	// LongestIDs has an example of the longest id of each kind of credential.
	LongestIDs []string
}

// credentialFile is the file of --credentials-out. It reserves room for all credentials of a run before the first request,
// because Atlas shows a credential only once: without room in the file it would be lost.
type credentialFile struct {
	name      string
	handouts  []plan.Handout
	variables Variables
	reserve   func(name string, size int64) (Reserved, error)

	file Reserved // nil until room is reserved
	err  error    // why nothing can be written any more
	used bool     // the file may hold a credential
}

// prepare makes sure that the file has room for each credential. The first call reserves the room. Later calls check that the file
// still exists.
func (c *credentialFile) prepare() error {
	switch {
	case c.err != nil, len(c.handouts) == 0:
		return c.err
	case c.file != nil:
		return c.checked(c.file.Check())
	}
	size := len(c.head())
	for _, h := range c.handouts {
		size += c.maxEntry(h)
	}
	file, err := c.reserve(c.name, int64(size))
	full := new(files.RoomError)
	switch {
	case errors.As(err, &full):
		c.err = fmt.Errorf("--credentials-out %s: there is no room for the credentials, which Atlas shows only once: %w; steps that create a credential are not tried. Free disk space, or name a file on another disk", c.name, err)
		return c.err
	case err != nil:
		c.err = fmt.Errorf("--credentials-out: %w; steps that create a credential are not tried", err)
		return c.err
	}
	c.file = file
	return c.checked(file.Append(c.head()))
}

// checked wraps and keeps an error of the file. After that, prepare fails, so the run requests no more credentials.
func (c *credentialFile) checked(err error) error {
	if err == nil {
		return nil
	}
	c.err = fmt.Errorf("--credentials-out %s cannot be written: %w", c.name, err)
	return c.err
}

// head returns the first lines of the file.
func (c *credentialFile) head() string {
	name := c.name
	if !strings.ContainsAny(name, `/\`) {
		name = "./" + name // without a slash, a shell searches PATH
	}
	return "# New credentials that Atlas shows only once, written by atlas-gitops.\n" +
		"# Keep this file out of git. To use it: set -a; . " + safetext.Shell(name) + "; set +a\n"
}

// keep writes a new credential of the organization with this id.
func (c *credentialFile) keep(h plan.Handout, orgID string, handed *resource.Credential) error {
	c.used = true
	return c.checked(c.file.Append(c.entry(h, orgID, handed.ID, string(handed.Secret))))
}

// entry returns the lines of a credential. The credential of a new organization becomes variables, because later runs log in
// with it. Any other credential becomes a comment, which a shell ignores: it is for other programs.
func (c *credentialFile) entry(h plan.Handout, orgID, id, secret string) string {
	if !h.Step.CreatesOrg() {
		return "# " + safetext.Line(h.Step.Address()+" of "+h.Org.Name) + ", " + orgID + "\n#   " + safetext.Shell(id) + " " + safetext.Shell(secret) + "\n"
	}
	forID, forSecret := c.variables.Of(id, h.Org.Credentials)
	return "# " + safetext.Line(h.Org.Name) + ", " + orgID + "\n" + forID + "=" + safetext.Shell(id) + "\n" + forSecret + "=" + safetext.Shell(secret) + "\n"
}

// maxSecret is the length of the longest secret, with the quotes of a shell, that the file reserves room for. A private key has 36
// characters [seen key-format]. Atlas does not document the length of a service account's secret, which begins with mdb_sa_sk_
// [api createOrgServiceAccount].
const maxSecret = 256

// maxEntry is the length of the longest possible entry for a handout. The kind of the credential is not known before Atlas
// hands it out. keep also writes a longer entry, outside the reserved room.
func (c *credentialFile) maxEntry(h plan.Handout) (size int) {
	for _, id := range c.variables.LongestIDs {
		size = max(size, len(c.entry(h, noID, id, strings.Repeat("s", maxSecret))))
	}
	return size
}

// close closes the file. It removes a file without credentials, so that the user can run the same command again.
func (c *credentialFile) close() (err error) {
	switch {
	case c.file == nil:
		return nil
	case c.used:
		err = c.file.Close()
	default:
		err = c.file.Discard()
	}
	if err != nil {
		err = fmt.Errorf("--credentials-out %s: %w", c.name, err)
	}
	return err
}
