package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// defaultCredsOut is the file for --credentials-out that is proposed where none was named.
const defaultCredsOut = "credentials.env"

// keeper keeps what becomes of the organizations that a run creates: in the file of --credentials-out that one was begun,
// and what was handed out for it; in the tree its id.
type keeper struct {
	in         *invocation
	connection *connection

	mu     sync.Mutex
	file   SyncWriter // nil before the first creation
	needed int        // of how many organizations the file says something that nobody may lose
	moved  map[string][]insertion
	errs   []error // that end no work
}

// insertion is that lines came into a file of the tree.
type insertion struct{ behind, lines int }

// newKeeper returns a keeper for the plan, if all is there that it needs to create organizations.
func (in *invocation) newKeeper(c *connection, f *fleet) (*keeper, error) {
	k := &keeper{in: in, connection: c, moved: map[string][]insertion{}}
	first := firstCreation(f.plan)
	if first == nil {
		return k, nil
	}
	if in.credsOut == "" {
		return nil, fmt.Errorf("the plan creates %s, and Atlas hands out the credential for it only once; nothing was done. Add --credentials-out %s, a new file to keep it in",
			first.Heading(), defaultCredsOut)
	}
	name := filepath.ToSlash(string(in.credsOut))
	if _, err := fs.Stat(in.Files, name); err == nil {
		return nil, fmt.Errorf("--credentials-out: %w; nothing was done", in.explainKept(name, f.plan))
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("--credentials-out: %w; nothing was done", err)
	}
	dir := filepath.ToSlash(filepath.Dir(name))
	if info, err := fs.Stat(in.Files, dir); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("--credentials-out: there is no directory %s; nothing was done", dir)
	}
	return k, nil
}

// firstCreation returns the first organization that the plan creates, or nil.
func firstCreation(p *plan.Plan) *plan.Org {
	for _, org := range p.Orgs {
		if org.Creates() {
			return &org
		}
	}
	return nil
}

// The lines that tell of a creation.
const (
	begun      = "begun "
	createdAs  = "created as "
	notCreated = "not created"
)

func creating(org string) string { return "# creating " + org + ": " }

// explainKept says what an earlier run left in the file, and what to do next.
func (in *invocation) explainKept(name string, p *plan.Plan) error {
	data, err := in.readSome(name)
	if err != nil {
		return err
	}
	for _, org := range p.Orgs {
		_, last, found := cutLast(string(data), creating(org.Name))
		last, _, _ = strings.Cut(last, "\n")
		id, isCreated := strings.CutPrefix(last, createdAs)
		switch {
		case !found || !org.Creates() || last == notCreated:
		case isCreated:
			return fmt.Errorf("%s has the credential of %s, which an earlier run has created as %s; write id: %s below its name%s, set its credential with: set -a; . %s; set +a; and run it again",
				name, org.Heading(), id, id, placeOfCreation(org), forShell(name))
		default:
			return fmt.Errorf("%s says that an earlier run was about to create %s (%s) and did not learn what became of it; look for it in Atlas. If it is there, write its id below its name%s, and make a credential for it there. If not, run it again with another file",
				name, org.Heading(), last, placeOfCreation(org))
		}
	}
	return fmt.Errorf("%s exists, and is not written over; name another file", name)
}

// cutLast cuts a text around the last appearance of a part.
func cutLast(s, part string) (before, after string, found bool) {
	i := strings.LastIndex(s, part)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(part):], true
}

func placeOfCreation(org plan.Org) string {
	if s := org.Steps[0].Source; s != nil {
		return " (" + s.String() + ")"
	}
	return ""
}

// Begin keeps that an organization is about to be created: should nobody learn what became of it, this is all there is.
func (k *keeper) Begin(org plan.Org) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	line := creating(org.Name) + begun + k.in.Now().UTC().Format(time.RFC3339) + "\n"
	if k.file == nil {
		file, err := k.in.Begin(string(k.in.credsOut))
		if err != nil {
			return fmt.Errorf("--credentials-out: %w", err)
		}
		k.file = file
		line = "# What Atlas handed out, only this once, for organizations that atlas-gitops created.\n" +
			"# Keep it out of git. To use it: set -a; . " + forShell(string(k.in.credsOut)) + "; set +a\n" + line
	}
	k.needed++
	return k.write(line)
}

// Cancel keeps that an organization was not created after all.
func (k *keeper) Cancel(org plan.Org) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.needed--
	return k.write(creating(org.Name) + notCreated + "\n")
}

// write writes to the file; it is on the disk when write returns.
func (k *keeper) write(text string) error {
	_, err := k.file.Write([]byte(text))
	if err == nil {
		err = k.file.Sync()
	}
	if err != nil {
		return fmt.Errorf("--credentials-out %s cannot be written: %w", k.in.credsOut, err)
	}
	return nil
}

// Keep keeps what was handed out, then writes the id into the tree.
func (k *keeper) Keep(org plan.Org, made *resource.Object) (apply.Made, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	lines, note := creating(org.Name)+createdAs+made.ID+"\n", "as "+made.ID
	if made.Credential != nil {
		forID, forSecret := client.Variables(made.Credential.ID, org.Credentials)
		lines += forID + "=" + forShell(made.Credential.ID) + "\n" + forSecret + "=" + forShell(string(made.Credential.Secret)) + "\n"
		note += "; its credential is in " + string(k.in.credsOut)
	}
	err := k.write(lines)
	if err != nil {
		err = fmt.Errorf("it was created as %s, but its credential is lost: %w; make another one in Atlas", made.ID, err)
	}
	if file, recordErr := k.record(org, made.ID); recordErr != nil {
		k.errs = append(k.errs, recordErr)
	} else {
		note += "; " + file + " has its id now"
	}
	result := apply.Made{Note: note}
	if made.Credential != nil && err == nil {
		result.Account = k.connection.newAccount(org.Credentials, client.NewCredential(made.Credential.ID, string(made.Credential.Secret)))
	}
	return result, err
}

// record writes the id of an organization behind its name in the tree, and returns the file.
func (k *keeper) record(org plan.Org, id string) (file string, err error) {
	source := org.Steps[0].Source
	if source == nil {
		return "", fmt.Errorf("%s: nobody knows where it is written; write id: %s below its name", org.Name, id)
	}
	line := source.Line
	for _, i := range k.moved[source.File] {
		if i.behind < source.Line {
			line += i.lines
		}
	}
	lines, err := k.in.identify(source.File, line, org.Name, id)
	if err != nil {
		return "", fmt.Errorf("%s: %s: its id could not be written there: %w; write id: %s below its name", source, org.Name, err, id)
	}
	k.moved[source.File] = append(k.moved[source.File], insertion{source.Line, lines})
	return source.File, nil
}

// identify writes an id into a file of the tree, and returns how many lines it took.
func (in *invocation) identify(file string, line int, name, id string) (lines int, err error) {
	if in.planFile != "" {
		file = in.fromWorkingDirectory(file)
	}
	if real, err := in.Follow(filepath.FromSlash(file)); err == nil {
		file = filepath.ToSlash(real) // a link stays one
	}
	was, err := fs.ReadFile(in.Files, file)
	if err != nil {
		return 0, err
	}
	is, err := spec.Identify(was, line, name, id)
	if err != nil {
		return 0, err
	}
	return strings.Count(string(is), "\n") - strings.Count(string(was), "\n"), in.Replace(file, was, is)
}

// close ends the file. One that tells of nothing but creations that failed is removed, so that the same command can run
// again.
func (k *keeper) close() error {
	err := errors.Join(k.errs...)
	if k.file == nil {
		return err
	}
	err = errors.Join(err, k.file.Close())
	if k.needed == 0 {
		err = errors.Join(err, k.in.Remove(string(k.in.credsOut)))
	}
	return err
}
