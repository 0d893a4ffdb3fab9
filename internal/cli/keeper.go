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
	"slices"
	"strings"
	"sync"
	"time"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
	"atlas-gitops/internal/files"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// keeper keeps what becomes of the organizations that a run creates: what was handed out for one in the file of
// --credentials-out, its id in the tree, and beside the tree, for as long as nobody knows what became of it, a mark.
type keeper struct {
	in         *invocation
	connection *connection

	mu    sync.Mutex
	file  SyncWriter // nil before the first creation
	full  error      // why nothing more can be kept in it
	kept  bool       // it may hold a credential
	moved map[string][]insertion
	errs  []error // of ids that could not be written, which end no work
}

// insertion is that lines came into a file of the tree.
type insertion struct{ behind, lines int }

// newKeeper returns a keeper for the plan, if there is a place for what Atlas hands out.
func (in *invocation) newKeeper(c *connection, f *fleet) (*keeper, error) {
	k := &keeper{in: in, connection: c, moved: map[string][]insertion{}}
	i := slices.IndexFunc(f.plan.Orgs, plan.Org.Creates)
	if i < 0 {
		return k, nil
	}
	return k, in.checkCredsOut(f.plan.Orgs[i])
}

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

// freeCredsOut proposes a file that does not exist.
func (in *invocation) freeCredsOut() string {
	name := "credentials.env"
	for i := 2; i < maxSuggested; i++ {
		if _, err := fs.Lstat(in.Files, name); err != nil {
			break
		}
		name = fmt.Sprintf("credentials-%d.env", i)
	}
	return name
}

// checkCreation makes sure that nobody else is creating the organization, and that its id can be written into the tree.
func (in *invocation) checkCreation(org plan.Org) error {
	b, err := in.birth(org, nil)
	if err == nil {
		err = in.checkMark(b)
	}
	if err == nil {
		_, _, err = in.identified(b, org, noID)
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

// birth is where in the tree an organization stands that is to be created.
type birth struct {
	file string // as the tree or the plan names it
	line int
	real string // the file itself, with all links followed
	mark string // a file beside it that is there while nobody knows what became of the creation
}

// unwritableError says that an id cannot be written into the tree.
type unwritableError struct{ err error }

func (e *unwritableError) Error() string {
	return "its id cannot be written behind its name: " + e.err.Error()
}
func (e *unwritableError) Unwrap() error { return e.err }

// birth returns where the organization stands, after the insertions.
func (in *invocation) birth(org plan.Org, moved []insertion) (b birth, err error) {
	source := org.Steps[0].Source
	if source == nil {
		return b, errors.New("the plan does not say in which file its id is to be written; save a new one with plan --out")
	}
	b = birth{file: source.File, line: source.Line, real: source.File}
	for _, i := range moved {
		if i.behind < source.Line {
			b.line += i.lines
		}
	}
	if in.planFile != "" {
		b.real = in.fromWorkingDirectory(b.real)
	}
	real, err := in.Follow(filepath.FromSlash(b.real)) // a link stays one
	if err != nil {
		return b, &unwritableError{err}
	}
	b.real = filepath.ToSlash(real)
	digest := sha256.Sum256([]byte(org.Name))
	b.mark = path.Join(path.Dir(b.real), "."+hex.EncodeToString(digest[:4])+".creating") // no walk reads it
	return b, nil
}

// checkMark refuses to create what another run is about to create, or was.
func (in *invocation) checkMark(b birth) error {
	if _, err := fs.Lstat(in.Files, b.mark); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	said, err := in.readSome(b.mark)
	if err != nil {
		return err
	}
	return fmt.Errorf("another run has begun to create it (%s), and is still at work, or did not learn what became of it. Look for it in Atlas: "+
		"if it is there, write its id below its name, and make a credential for it unless that file has one. Then, or if it is not there, remove %s and run it again",
		plan.OneLine(strings.TrimSpace(string(said))), b.mark)
}

// identified returns the text of the file of the tree, and the same with an id for the organization.
func (in *invocation) identified(b birth, org plan.Org, id string) (was, is []byte, err error) {
	info, err := fs.Stat(in.Files, b.real)
	if err == nil {
		err = files.CheckWritable(info)
	}
	if err == nil {
		was, err = fs.ReadFile(in.Files, b.real)
	}
	if err == nil {
		is, err = spec.Identify(was, b.line, org.Name, id)
	}
	if err != nil {
		err = &unwritableError{err}
	}
	return was, is, err
}

// Begin keeps that an organization is about to be created: should nobody learn what became of it, this is all there is.
func (k *keeper) Begin(org plan.Org) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	b, err := k.birth(org)
	if err != nil {
		return err
	}
	if err := k.openCredentials(); err != nil {
		return err
	}
	mark, err := k.in.Begin(b.mark)
	switch {
	case errors.Is(err, fs.ErrExist):
		return cmp.Or(k.in.checkMark(b), errors.New("another run was just at it; run it again"))
	case err != nil:
		return &unwritableError{err}
	}
	text := "begun " + k.in.Now().UTC().Format(time.RFC3339) + ", --credentials-out " + string(k.in.credsOut) + "\n"
	if err = errors.Join(write(mark, text), mark.Close()); err != nil {
		err = &unwritableError{err}
	} else {
		_, _, err = k.in.identified(b, org, noID) // another run may have been faster
	}
	if err != nil {
		err = errors.Join(err, k.in.Remove(b.mark))
	}
	return err
}

// noID stands for an id, to see whether there is room for one.
const noID = "000000000000000000000000"

// birth returns where the organization stands, now that others have got their ids.
func (k *keeper) birth(org plan.Org) (birth, error) {
	if source := org.Steps[0].Source; source != nil {
		return k.in.birth(org, k.moved[source.File])
	}
	return k.in.birth(org, nil)
}

// openCredentials makes the file of --credentials-out, once.
func (k *keeper) openCredentials() (err error) {
	if k.file != nil {
		return k.full
	}
	name := string(k.in.credsOut)
	if k.file, err = k.in.Begin(name); err != nil {
		return fmt.Errorf("--credentials-out: %w", err)
	}
	if !strings.ContainsAny(name, `/\`) {
		name = "./" + name // where a shell looks for it
	}
	return k.keep("# What Atlas handed out, only this once, for organizations that atlas-gitops created.\n" +
		"# Keep it out of git. To use it: set -a; . " + forShell(name) + "; set +a\n")
}

// keep writes to the file of --credentials-out.
func (k *keeper) keep(text string) error {
	if err := write(k.file, text); err != nil {
		k.full = fmt.Errorf("--credentials-out %s cannot be written: %w", k.in.credsOut, err)
	}
	return k.full
}

// write writes a text; it is on the disk when write returns.
func write(w SyncWriter, text string) error {
	_, err := w.Write([]byte(text))
	if err == nil {
		err = w.Sync()
	}
	return err
}

// Cancel keeps that an organization was not created after all.
func (k *keeper) Cancel(org plan.Org) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	b, err := k.birth(org)
	if err == nil {
		err = k.in.Remove(b.mark)
	}
	return err
}

// Keep keeps what was handed out, then writes the id into the tree.
func (k *keeper) Keep(org plan.Org, made *resource.Object) (apply.Made, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	result, err := k.keepCredential(org, made)
	b, recordErr := k.birth(org)
	if recordErr == nil {
		recordErr = k.record(b, org, made.ID)
	}
	if recordErr == nil {
		result.Note += "; " + b.file + " has its id now, commit it"
		if recordErr = k.in.Remove(b.mark); recordErr != nil {
			recordErr = fmt.Errorf("%s is of no use any more, remove it: %w", b.mark, recordErr)
		}
	} else {
		recordErr = fmt.Errorf("%s:%d: %s: %w; write id: %s below its name, then remove %s", b.file, b.line, org.Name, recordErr, made.ID, b.mark)
	}
	if recordErr != nil {
		k.errs = append(k.errs, recordErr)
	}
	return result, err
}

func (k *keeper) keepCredential(org plan.Org, made *resource.Object) (apply.Made, error) {
	handed := made.Credential
	if handed == nil {
		return apply.Made{Note: "as " + made.ID}, nil
	}
	forID, forSecret := client.Variables(handed.ID, org.Credentials)
	secret := string(handed.Secret)
	k.kept = true
	err := k.keep("# " + org.Name + ", " + made.ID + "\n" + forID + "=" + forShell(handed.ID) + "\n" + forSecret + "=" + forShell(secret) + "\n")
	if err != nil {
		return apply.Made{Note: "as " + made.ID}, fmt.Errorf("it was created as %s, but its credential is lost: %w; make another one in Atlas", made.ID, err)
	}
	account := k.connection.newAccount(org.Credentials, client.NewCredential(handed.ID, secret))
	return apply.Made{Note: "as " + made.ID + "; its credential is in " + string(k.in.credsOut), Account: account}, nil
}

// record writes the id of an organization behind its name in the tree.
func (k *keeper) record(b birth, org plan.Org, id string) error {
	was, is, err := k.in.identified(b, org, id)
	if err != nil {
		return err
	}
	if err := k.in.Replace(b.real, was, is); err != nil {
		return &unwritableError{err}
	}
	added := strings.Count(string(is), "\n") - strings.Count(string(was), "\n")
	k.moved[b.file] = append(k.moved[b.file], insertion{org.Steps[0].Source.Line, added})
	return nil
}

// close ends the file of --credentials-out. One that holds nothing is removed, so that the same command can run again.
func (k *keeper) close() error {
	err := errors.Join(k.errs...)
	if k.file == nil {
		return err
	}
	err = errors.Join(err, k.file.Close())
	if !k.kept {
		err = errors.Join(err, k.in.Remove(string(k.in.credsOut)))
	}
	return err
}
