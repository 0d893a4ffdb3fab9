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

// Options say where a recorder records.
type Options struct {
	Sites
	Credentials string // the new file for what is handed out; "" where nothing is
	Variables   Variables

	// Login returns the account of a credential that was handed out, by its name.
	Login func(name string, handed *resource.Credential) *resource.Account
}

// Recorder records what becomes of the organizations that a run creates: what was handed out for one in the file of
// credentials, its id in the tree, and beside the tree, until the id is there, a lock file.
type Recorder struct {
	options Options

	mu          sync.Mutex
	credentials credentialFile
	begun       map[resource.OrgRef]begun // whose ids are not in the tree, as they were without one
	moved       map[string][]insertion    // by the file of the tree
	errs        []error                   // of ids that could not be written, which end no work
}

// begun is an organization that is being created, or was.
type begun struct {
	site site
	lock Reserved
}

// NewRecorder returns a recorder for the plan, if there is a place for what Atlas hands out.
func NewRecorder(o Options, p *plan.Plan) (*Recorder, error) {
	handouts := p.Handouts()
	r := &Recorder{options: o, begun: map[resource.OrgRef]begun{}, moved: map[string][]insertion{},
		credentials: credentialFile{name: o.Credentials, handouts: handouts, variables: o.Variables, reserve: o.Reserve}}
	if len(handouts) == 0 {
		return r, nil
	}
	return r, CheckCredentials(o.Files, o.Credentials, handouts[0])
}

// keyOf tells an organization that is being created from others, before and after it has an id.
func keyOf(org plan.Org) resource.OrgRef {
	return resource.OrgRef{Name: org.Name, Credentials: org.Credentials}
}

// Begin makes sure that there is a place for what Atlas is to hand out. Of an organization it records that it is about to be
// created: should nobody learn what became of it, this is all there is.
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
	if _, _, err := r.options.identified(at.after(r.moved[at.file]), org, noID); err != nil { // another run may have been faster
		return errors.Join(err, lock.Discard())
	}
	r.begun[keyOf(org)] = begun{at, lock}
	return nil
}

// Abort records that an organization was not created after all.
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

// Commit records what was handed out, then writes the id of an organization into the tree.
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
	_ = b.lock.Append(createdAs(made.Object.ID, kept)) // for the time until the tree says it, or if it never does
	at := b.site.after(r.moved[b.site.file])
	if idErr := r.writeID(at, org, made.Object.ID); idErr != nil {
		r.errs = append(r.errs, fmt.Errorf("%s:%d: %s: %w; write id: %s below its name, then remove %s", at.file, at.line, org.Name, idErr, made.Object.ID, at.lockFile))
		return result, err
	}
	result.Note += "; " + at.file + " has its id now, commit it"
	delete(r.begun, keyOf(org))
	if lockErr := b.lock.Discard(); lockErr != nil {
		r.errs = append(r.errs, fmt.Errorf("%s is of no use any more, remove it: %w", at.lockFile, lockErr))
	}
	return result, err
}

func (r *Recorder) keepCredential(org plan.Org, step plan.Step, made resource.Created) (apply.Recorded, error) {
	handed, created := made.Credential, apply.Recorded{Note: "as " + made.Object.ID}
	switch {
	case handed == nil:
		return created, nil
	case !org.HandsOut():
		return created, fmt.Errorf("it was created as %s, and Atlas handed out a credential that was not asked for, so there is no room for it; delete that one in Atlas", made.Object.ID)
	}
	if err := r.credentials.keep(plan.Handout{Org: org, Step: step}, made.Object.ID, handed); err != nil {
		return created, fmt.Errorf("it was created as %s, but its credential is lost: %w; make another one in Atlas", made.Object.ID, err)
	}
	created.Account = r.options.Login(org.Credentials, handed)
	created.Note += "; its credential is in " + r.credentials.name
	return created, nil
}

// keepSecret keeps what was handed out for something in an organization. Nobody logs in with it here.
func (r *Recorder) keepSecret(org plan.Org, step plan.Step, made resource.Created) (apply.Recorded, error) {
	if !step.HandsOut() {
		return apply.Recorded{}, errors.New("it was not asked for, so there is no room for it")
	}
	if err := r.credentials.keep(plan.Handout{Org: org, Step: step}, org.ID, made.Credential); err != nil {
		return apply.Recorded{}, err
	}
	return apply.Recorded{Note: "its credential is in " + r.credentials.name}, nil
}

// writeID writes the id of an organization behind its name in the tree.
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

// Close ends the files. The lock file of an organization stays whose id is not in the tree.
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
