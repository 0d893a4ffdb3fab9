package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"atlas-gitops/internal/client"
	"atlas-gitops/internal/files"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// checkCredsOut refuses a file that is not a new one. It opens nothing.
func (in *invocation) checkCredsOut(org plan.Org) error {
	name := filepath.ToSlash(string(in.credsOut))
	dir, err := fs.Stat(in.Files, path.Dir(name))
	_, exists := fs.Lstat(in.Files, name)
	problem := ""
	switch {
	case name == "":
		return fmt.Errorf("the plan creates %s, and Atlas hands out the credential for it only once; nothing was done. Add --credentials-out %s, a new file to keep it in",
			org.Heading(), in.freeCredsOut())
	case err != nil || !dir.IsDir():
		problem = "there is no directory " + path.Dir(name)
	case exists == nil:
		problem = name + " exists, and is not written over; name another file, such as " + in.freeCredsOut()
	case !errors.Is(exists, fs.ErrNotExist):
		problem = exists.Error()
	case name == "-":
		problem = "it takes the name of a file"
	case path.Ext(name) == ".yaml" || path.Ext(name) == ".yml":
		problem = name + " would be read like a part of a tree; name it " + in.freeCredsOut()
	default:
		return nil
	}
	return fmt.Errorf("--credentials-out: %s; nothing was done", problem)
}

// maxFreeNames is how many names are tried.
const maxFreeNames = 12

// freeCredsOut proposes a file that does not exist.
func (in *invocation) freeCredsOut() string {
	name := "credentials.env"
	for i := 2; i < maxFreeNames; i++ {
		if _, err := fs.Lstat(in.Files, name); err != nil {
			break
		}
		name = fmt.Sprintf("credentials-%d.env", i)
	}
	return name
}

// credentialFile is the file of --credentials-out. It has room for all that Atlas is to hand out in a run before the first
// of it is asked for: what Atlas has shown once, and what found no room, is lost.
type credentialFile struct {
	name    string
	orgs    []plan.Org // those for which Atlas hands out a credential
	reserve func(name string, size int64) (Reserved, error)

	file Reserved // nil until room was reserved
	err  error    // why nothing more can be kept in it
	used bool     // it may hold a credential
}

// prepare makes sure that there is a place for each credential: it reserves the room once, and later looks whether the file
// is still there.
func (c *credentialFile) prepare() error {
	switch {
	case c.err != nil, len(c.orgs) == 0:
		return c.err
	case c.file != nil:
		return c.checked(c.file.Check())
	}
	size := len(c.head())
	for _, org := range c.orgs {
		size += maxEntry(org)
	}
	file, err := c.reserve(c.name, int64(size))
	full := new(files.RoomError)
	switch {
	case errors.As(err, &full):
		c.err = fmt.Errorf("--credentials-out %s: there is no room for what Atlas hands out, only once: %w; no organization is created. Free some room, or name a file on another disk", c.name, err)
		return c.err
	case err != nil:
		c.err = fmt.Errorf("--credentials-out: %w; no organization is created", err)
		return c.err
	}
	c.file = file
	return c.checked(file.Append(c.head()))
}

// checked returns the error of a use of the file, after which nothing more is asked for that would have to be kept in it.
func (c *credentialFile) checked(err error) error {
	if err == nil {
		return nil
	}
	c.err = fmt.Errorf("--credentials-out %s cannot be written: %w", c.name, err)
	return c.err
}

// head is how the file begins.
func (c *credentialFile) head() string {
	name := c.name
	if !strings.ContainsAny(name, `/\`) {
		name = "./" + name // where a shell looks for it
	}
	return "# What Atlas handed out, only this once, for organizations that atlas-gitops created.\n" +
		"# Keep it out of git. To use it: set -a; . " + forShell(name) + "; set +a\n"
}

// keep keeps the credential that was handed out for an organization.
func (c *credentialFile) keep(org plan.Org, id string, handed *resource.Credential) error {
	c.used = true
	return c.checked(c.file.Append(entry(org, id, handed.ID, string(handed.Secret))))
}

// entry is how a credential stands in the file.
func entry(org plan.Org, orgID, id, secret string) string {
	forID, forSecret := client.Variables(id, org.Credentials)
	return "# " + plan.OneLine(org.Name) + ", " + orgID + "\n" + forID + "=" + forShell(id) + "\n" + forSecret + "=" + forShell(secret) + "\n"
}

// The ids and the secrets for which there is room, with the quotes of a shell. The id of a service account has 34 characters
// (API description, OrgServiceAccount), a public key 8, and a private key 36 (observed). How long the secret of a service
// account is, Atlas does not say; it begins with mdb_sa_sk_ (API description, ServiceAccountSecret).
const maxID, maxSecret = 64, 256

// maxEntry is how long the entry of an organization can get: all else in it is known, but for which kind of credential
// Atlas hands out. What is longer still is written behind the room that was reserved.
func maxEntry(org plan.Org) (size int) {
	account, key := client.AccountID+strings.Repeat("0", maxID-len(client.AccountID)), strings.Repeat("k", maxID)
	for _, id := range []string{account, key} {
		size = max(size, len(entry(org, noID, id, strings.Repeat("s", maxSecret))))
	}
	return size
}

// close ends the file. One that holds nothing is removed, so that the same command can run again.
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
