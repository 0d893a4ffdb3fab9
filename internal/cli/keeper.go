package cli

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// keeper keeps what becomes of the organizations that a run creates: what was handed out for one in the file of
// --credentials-out, its id in the tree, and beside the tree, until the id is there, a lock file.
type keeper struct {
	in         *invocation
	connection *connection

	mu          sync.Mutex
	credentials credentialFile
	begun       map[string]creation    // whose ids are not in the tree, by whichOrg
	moved       map[string][]insertion // by the file of the tree
	errs        []error                // of ids that could not be written, which end no work
}

// creation is an organization that is being created, or was.
type creation struct {
	site creationSite
	lock Reserved
}

// newKeeper returns a keeper for the plan, if there is a place for what Atlas hands out.
func (in *invocation) newKeeper(c *connection, f *fleet) (*keeper, error) {
	handed := slices.DeleteFunc(slices.Clone(f.plan.Orgs), func(o plan.Org) bool { return !o.HandsOut() })
	k := &keeper{in: in, connection: c, begun: map[string]creation{}, moved: map[string][]insertion{},
		credentials: credentialFile{name: string(in.credsOut), orgs: handed, reserve: in.Reserve}}
	if len(handed) == 0 {
		return k, nil
	}
	return k, in.checkCredsOut(handed[0])
}

// Begin keeps that an organization is about to be created: should nobody learn what became of it, this is all there is.
func (k *keeper) Begin(org plan.Org) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	site, err := k.in.creationSite(org)
	if err != nil {
		return err
	}
	if err := k.credentials.prepare(); err != nil {
		return err
	}
	lock, err := k.in.lock(site, org)
	if err != nil {
		return err
	}
	if _, _, err := k.in.identified(site.after(k.moved[site.file]), org, noID); err != nil { // another run may have been faster
		return errors.Join(err, lock.Discard())
	}
	k.begun[whichOrg(org)] = creation{site, lock}
	return nil
}

// Cancel keeps that an organization was not created after all.
func (k *keeper) Cancel(org plan.Org) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	c := k.begun[whichOrg(org)]
	delete(k.begun, whichOrg(org))
	return c.lock.Discard()
}

// Keep keeps what was handed out, then writes the id into the tree.
func (k *keeper) Keep(org plan.Org, made resource.Created) (apply.Made, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	result, err := k.keepCredential(org, made)
	c := k.begun[whichOrg(org)]
	_ = c.lock.Append(k.in.createdAs(made.Object.ID, result.Account != nil)) // for the time until the tree says it, or if it never does
	site := c.site.after(k.moved[c.site.file])
	if idErr := k.record(site, org, made.Object.ID); idErr != nil {
		k.errs = append(k.errs, fmt.Errorf("%s:%d: %s: %w; write id: %s below its name, then remove %s", site.file, site.line, org.Name, idErr, made.Object.ID, site.lockFile))
		return result, err
	}
	result.Note += "; " + site.file + " has its id now, commit it"
	delete(k.begun, whichOrg(org))
	if lockErr := c.lock.Discard(); lockErr != nil {
		k.errs = append(k.errs, fmt.Errorf("%s is of no use any more, remove it: %w", site.lockFile, lockErr))
	}
	return result, err
}

func (k *keeper) keepCredential(org plan.Org, made resource.Created) (apply.Made, error) {
	handed := made.Credential
	switch {
	case handed == nil:
		return apply.Made{Note: "as " + made.Object.ID}, nil
	case !org.HandsOut():
		return apply.Made{Note: "as " + made.Object.ID}, fmt.Errorf("it was created as %s, and Atlas handed out a credential that was not asked for, so there is no room for it; delete that one in Atlas", made.Object.ID)
	}
	if err := k.credentials.keep(org, made.Object.ID, handed); err != nil {
		return apply.Made{Note: "as " + made.Object.ID}, fmt.Errorf("it was created as %s, but its credential is lost: %w; make another one in Atlas", made.Object.ID, err)
	}
	account := k.connection.newAccount(org.Credentials, client.NewCredential(handed.ID, string(handed.Secret)))
	return apply.Made{Note: "as " + made.Object.ID + "; its credential is in " + k.credentials.name, Account: account}, nil
}

// record writes the id of an organization behind its name in the tree.
func (k *keeper) record(site creationSite, org plan.Org, id string) error {
	was, is, err := k.in.identified(site, org, id)
	if err != nil {
		return err
	}
	if err := k.in.Replace(site.real, was, is); err != nil {
		return &unwritableError{err}
	}
	added := strings.Count(string(is), "\n") - strings.Count(string(was), "\n")
	k.moved[site.file] = append(k.moved[site.file], insertion{org.Steps[0].Source.Line, added})
	return nil
}

// close ends the files. The lock file of an organization stays whose id is not in the tree.
func (k *keeper) close() error {
	err := errors.Join(k.errs...)
	for _, org := range slices.Sorted(maps.Keys(k.begun)) {
		err = errors.Join(err, k.begun[org].lock.Close())
	}
	return errors.Join(err, k.credentials.close())
}
