package reconcile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// ReadPlan returns the plan that is saved in a file.
func (e Env) ReadPlan(name string) (*plan.Plan, error) {
	data, err := readSome(e.Files, name)
	if err != nil {
		return nil, err
	}
	p, err := plan.ReadJSON(data)
	if err == nil {
		err = checkValues(p)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w; save a new one with plan --out", name, err)
	}
	return p, nil
}

// checkValues holds what a saved plan would write to the schema, as a tree is: an edited file must not do what no tree may.
func checkValues(p *plan.Plan) error {
	for _, org := range p.Orgs {
		for _, s := range org.Steps {
			if s.Op == plan.Delete {
				continue
			}
			if err := spec.CheckFields(resource.ByName(s.Kind), s.Key, s.After, s.Op == plan.Update); err != nil {
				return fmt.Errorf("no tree could ask for %s in %s: %w", s.Line(), org.Heading(), err)
			}
		}
	}
	return nil
}

// maxSaved is how large a saved plan can be, in bytes: some hundred thousand steps.
const maxSaved = 64 << 20

// readSome reads a file that may be anything, but not without end.
func readSome(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(filepath.ToSlash(name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSaved+1))
	if err == nil && len(data) > maxSaved {
		err = fmt.Errorf("%s is too large for a saved plan", name)
	}
	return data, err
}

// SavePlan saves a plan in a file: a new one, or one that holds a saved plan.
func (e Env) SavePlan(name string, p *plan.Plan) error { return saveTo(e, name, p, plan.IsSaved) }

// saveTo saves the plan in a file. Nothing is written over but what may be.
func saveTo(e Env, name string, p *plan.Plan, may func(was []byte) bool) error {
	var b strings.Builder
	if err := plan.WriteJSON(&b, p); err != nil {
		return err
	}
	if b.Len() > maxSaved {
		return fmt.Errorf("%s: the plan is too large to be saved; use --only", name)
	}
	if real, err := e.Follow(name); err == nil {
		name = real // a link stays one
	}
	name = filepath.ToSlash(name)
	info, err := fs.Stat(e.Files, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return e.Create(name, []byte(b.String()))
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a regular file", name)
	}
	was, err := readSome(e.Files, name)
	if err == nil && len(was) > 0 && !may(was) {
		err = errors.New("it holds something else than a saved plan; choose another name, or remove it")
	}
	if err == nil {
		err = e.Replace(name, was, []byte(b.String()))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// rememberedFile is the file that remembers the plan of a digest, so that --accept can say what changed since it was shown; ""
// without a cache. Plans that share two digits share a file, so there are never many.
func rememberedFile(cache, digest string) string {
	if cache == "" {
		return ""
	}
	return filepath.Join(cache, "atlas-gitops", "plans", digest[:2]+".json")
}

// Remember keeps a plan that is shown. Where it cannot, only what changed since cannot be told.
func (e Env) Remember(p *plan.Plan) error {
	name := rememberedFile(e.Cache, p.Digest)
	if name == "" || p.Changed() == 0 {
		return nil
	}
	ours := func([]byte) bool { return true } // all that is in there, whole or damaged
	if err := saveTo(e, name, p, ours); err != nil {
		return fmt.Errorf("the plan is not remembered: %w", err)
	}
	return nil
}

// Saved returns the run of a plan that was saved. What guards look at is counted as it is now.
func (c *Connection) Saved(ctx context.Context, p *plan.Plan, o PlanOptions) (*Run, error) {
	r := &Run{Plan: p, FileNames: c.env.newNames(), connection: c, accounts: map[resource.OrgRef]*resource.Account{}, isSaved: true, parallel: o.Parallel}
	for _, org := range p.Orgs {
		if len(org.Steps) > 0 {
			r.accounts[org.Ref().Key()] = r.savedAccount(ctx, org)
		}
		if org.Error != "" {
			r.Errors = append(r.Errors, errors.New("when the plan was saved: "+org.Error))
		}
	}
	c.observer.Begin(Reading, len(p.Orgs), 0)
	errs := planner.Recount(ctx, p.Orgs, r.account, planner.Options{Parallel: o.Parallel, Read: c.observer.OrgRead})
	c.observer.End()
	for i, err := range errs {
		if err != nil { // then nothing is done there
			r.accounts[p.Orgs[i].Ref().Key()] = &resource.Account{Err: fmt.Errorf("what guards count cannot be read: %w", err)}
		}
	}
	if ctx.Err() != nil {
		return nil, ended(ctx)
	}
	p.Check(o.MaxDeletes)
	return r, nil
}

func (r *Run) account(org plan.Org) *resource.Account { return r.accounts[org.Ref().Key()] }

// savedAccount returns what the first step in an organization of a saved plan is done with.
func (r *Run) savedAccount(ctx context.Context, org plan.Org) *resource.Account {
	if !org.Creates() {
		return r.connection.account(org.Ref())
	}
	if err := r.checkSavedCreation(ctx, org); err != nil {
		return &resource.Account{Err: err}
	}
	return r.connection.payer(org.Steps[0].After)
}

// checkSavedCreation makes sure that a plan that was saved was not carried out already, and that it still can be.
func (r *Run) checkSavedCreation(ctx context.Context, org plan.Org) error {
	if account := r.connection.account(org.Ref()); account.Err == nil {
		if found, err := account.Find(ctx, org.Name); err == nil {
			return fmt.Errorf("its credential sees it already; write id: %s below its name", found.ID)
		}
	}
	return r.sites().Check(org)
}
