package creation

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// Options say where a recorder writes.
type Options struct {
	Sites
	Credentials string // the new file for credentials; "" if the plan hands out none
	Variables   Variables

	// Login returns the account of a credential that Atlas handed out.
	Login func(name string, handed *resource.Credential) *resource.Account
}

// Recorder records the organizations that a run creates: their credentials in the credential file, and their ids in the tree.
// For each one, a lock file beside the file of the tree exists until the id is in the tree. It implements apply.Recorder.
type Recorder struct {
	options Options

	mu          sync.Mutex
	credentials credentialFile
	begun       map[resource.OrgRef]begun // those without an id in the tree yet, by keyOf
	moved       map[string][]insertion    // by the file of the tree
	errs        []error                   // errors of ids and lock files, which do not stop the run
}

// begun is an organization that is being created.
type begun struct {
	site site
	lock Reserved
}

// NewRecorder returns a recorder for steps after which Atlas shows credentials. It fails if the file for them cannot be used.
func NewRecorder(o Options, handouts []plan.Handout) (*Recorder, error) {
	r := &Recorder{options: o, begun: map[resource.OrgRef]begun{}, moved: map[string][]insertion{},
		credentials: credentialFile{name: o.Credentials, handouts: handouts, variables: o.Variables, reserve: o.Reserve}}
	if len(handouts) == 0 {
		return r, nil
	}
	return r, CheckCredentials(o.Files, o.Credentials)
}

// keyOf identifies a new organization. The key is the same before and after the organization has an id.
func keyOf(org plan.Org) resource.OrgRef {
	return resource.OrgRef{Name: org.Name, Credentials: org.Credentials}
}

// Begin makes sure that there is room for the credential. For an organization it also creates the lock file. If the run
// crashes, the lock file is the only trace of the creation.
func (r *Recorder) Begin(org plan.Org, step plan.Step) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !step.CreatesOrg() {
		return r.credentials.prepare()
	}
	at, err := r.options.of(org)
	if err != nil {
		return err
	}
	if err := r.credentials.prepare(); err != nil {
		return err
	}
	lock, err := r.options.lock(at, org, r.credentials.name)
	if err != nil {
		return err
	}
	if _, _, err := r.options.identified(at.after(r.moved[at.file]), org, noID); err != nil { // another run may have written an id in the meantime
		return errors.Join(err, lock.Discard())
	}
	r.begun[keyOf(org)] = begun{at, lock}
	return nil
}

// Abort records that nothing was created, and removes the lock file of an organization.
func (r *Recorder) Abort(org plan.Org, step plan.Step) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !step.CreatesOrg() {
		return nil
	}
	b := r.begun[keyOf(org)]
	delete(r.begun, keyOf(org))
	return b.lock.Discard()
}

// LockFile returns the path of the lock file of an organization that is being created.
func (r *Recorder) LockFile(org plan.Org) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.begun[keyOf(org)].site.lockFile
}

// Commit writes the credential to its file, and then the id of an organization into the tree.
func (r *Recorder) Commit(org plan.Org, step plan.Step, made resource.Created) (apply.Recorded, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !step.CreatesOrg() {
		return r.keepSecret(org, step, made)
	}
	result, err := r.keepCredential(org, step, made)
	b, kept := r.begun[keyOf(org)], ""
	if result.Account != nil {
		kept = r.credentials.name
	}
	_ = b.lock.Append(createdAs(made.Object.ID, kept)) // in case the id cannot be written into the tree
	at := b.site.after(r.moved[b.site.file])
	if idErr := r.writeID(at, org, made.Object.ID); idErr != nil {
		r.errs = append(r.errs, fmt.Errorf("%s:%d: %s: %w; write id: %s below its name, then remove %s", at.file, at.line, org.Name, idErr, made.Object.ID, at.lockFile))
		return result, err
	}
	result.Note += "; commit " + at.file + ", which now has the id"
	delete(r.begun, keyOf(org))
	if lockErr := b.lock.Discard(); lockErr != nil {
		r.errs = append(r.errs, fmt.Errorf("%s is no longer needed; remove it: %w", at.lockFile, lockErr))
	}
	return result, err
}

func (r *Recorder) keepCredential(org plan.Org, step plan.Step, made resource.Created) (apply.Recorded, error) {
	handed, created := made.Credential, apply.Recorded{Note: "as " + made.Object.ID}
	switch {
	case handed == nil:
		return created, nil
	case !org.HandsOut():
		return created, fmt.Errorf("it was created as %s, and Atlas returned a credential that was not requested, so it is not kept; delete that credential in Atlas", made.Object.ID)
	}
	if err := r.credentials.keep(plan.Handout{Org: org, Step: step}, made.Object.ID, handed); err != nil {
		return created, fmt.Errorf("it was created as %s, but its credential is lost: %w; create another one in Atlas", made.Object.ID, err)
	}
	created.Account = r.options.Login(org.Credentials, handed)
	created.Note += "; its credential is in " + r.credentials.name
	return created, nil
}

// keepSecret writes the credential of an object in an organization. No run logs in with it.
func (r *Recorder) keepSecret(org plan.Org, step plan.Step, made resource.Created) (apply.Recorded, error) {
	if !step.HandsOut() {
		return apply.Recorded{}, errors.New("it was not requested, so no room was reserved for it")
	}
	if err := r.credentials.keep(plan.Handout{Org: org, Step: step}, org.ID, made.Credential); err != nil {
		return apply.Recorded{}, err
	}
	return apply.Recorded{Note: "its credential is in " + r.credentials.name}, nil
}

// writeID writes the id of an organization into the tree.
func (r *Recorder) writeID(at site, org plan.Org, id string) error {
	was, is, err := r.options.identified(at, org, id)
	if err != nil {
		return err
	}
	if err := r.options.Replace(at.real, was, is); err != nil {
		return &unwritableError{err}
	}
	added := strings.Count(string(is), "\n") - strings.Count(string(was), "\n")
	r.moved[at.file] = append(r.moved[at.file], insertion{org.Steps[0].Source.Line, added})
	return nil
}

// Close closes the files. It does not remove the lock file of an organization whose id is not in the tree.
func (r *Recorder) Close() error {
	err := errors.Join(r.errs...)
	open := make([]begun, 0, len(r.begun))
	for _, b := range r.begun {
		open = append(open, b)
	}
	slices.SortFunc(open, func(a, b begun) int { return cmp.Compare(a.site.lockFile, b.site.lockFile) })
	for _, b := range open {
		err = errors.Join(err, b.lock.Close())
	}
	return errors.Join(err, r.credentials.close())
}
