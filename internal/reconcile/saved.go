package reconcile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"atlas-gitops/internal/creation"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// ReadPlan reads a saved plan from a file.
func (e Env) ReadPlan(name string) (*plan.Plan, error) {
	return readPlan(e, name, "save a new one with plan --out")
}

// readPlan reads a saved plan from a file. advice is for the error of a file that is not a valid plan.
func readPlan(e Env, name, advice string) (*plan.Plan, error) {
	data, err := readSome(e.Files, name)
	if err != nil {
		return nil, err
	}
	p, err := plan.ReadJSON(data)
	if err == nil {
		err = checkValues(p)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w; %s", name, err, advice)
	}
	return p, nil
}

// checkValues checks the values of a saved plan against the schema: an edited plan must not do what no tree can do.
func checkValues(p *plan.Plan) error {
	for _, org := range p.Orgs {
		for _, s := range org.Steps {
			if s.Op == plan.Delete {
				continue
			}
			if err := spec.CheckFields(resource.ByName(s.Kind), s.Key, s.After, s.Op == plan.Update); err != nil {
				return fmt.Errorf("the schema does not allow %s in %s: %w", s.Line(), org.Heading(), err)
			}
		}
	}
	return nil
}

// maxSaved is the size limit of a saved plan, in bytes: some hundred thousand steps.
const maxSaved = 64 << 20

// readSome reads a file of at most maxSaved bytes.
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

// CheckPlanName returns an error if no plan may be saved in a file of this name. "" is no file. Call it before the first request.
func CheckPlanName(name string) error { return checkName("--out", name, "plan.json") }

// checkName returns an error if the file of a flag must not have this name. usual is a usual name for such a file.
func checkName(flag, name, usual string) error {
	name = filepath.ToSlash(name)
	instead := usual
	if name != "-" {
		instead = strings.TrimSuffix(name, path.Ext(name)) + path.Ext(usual)
	}
	if problem := creation.NameProblem(name, instead); problem != "" {
		return fmt.Errorf("%s: %s", flag, problem)
	}
	return nil
}

// SavePlan saves a plan in a new file, or in one that holds a saved plan.
func (e Env) SavePlan(name string, p *plan.Plan) error { return saveTo(e, name, p, plan.IsSaved) }

// saveTo saves the plan in a file. If the file has a text, it replaces that only if mayReplace returns true.
func saveTo(e Env, name string, p *plan.Plan, mayReplace func(was []byte) bool) error {
	var b strings.Builder
	if err := plan.WriteJSON(&b, p); err != nil {
		return err
	}
	if b.Len() > maxSaved {
		return fmt.Errorf("%s: the plan is too large to be saved; select fewer organizations with --only", name)
	}
	if real, err := e.Follow(name); err == nil {
		name = real // replace the file, not the link to it
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
	if err == nil && len(was) > 0 && !mayReplace(was) {
		err = errors.New("the file exists and is not a saved plan; choose another name, or remove the file")
	}
	if err == nil {
		err = e.Replace(name, was, []byte(b.String()))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// rememberedFile returns the cache file for the plan with a digest, or "" without a cache. With it, --accept can show what changed
// since the plan was shown. Plans whose digests begin with the same two digits share a file, so there are at most 256 files.
func rememberedFile(cache, digest string) string {
	if cache == "" {
		return ""
	}
	return filepath.Join(cache, "atlas-gitops", "plans", digest[:2]+".json")
}

// Remember saves a plan in the cache when it is shown. Without it, --accept cannot show what changed since.
func (e Env) Remember(p *plan.Plan) error {
	name := rememberedFile(e.Cache, p.Digest)
	if name == "" || p.Changed() == 0 {
		return nil
	}
	always := func([]byte) bool { return true } // a damaged file, too
	if err := saveTo(e, name, p, always); err != nil {
		return fmt.Errorf("the plan was not saved in the cache, so --accept cannot show later what changed: %w", err)
	}
	return nil
}

// Saved returns the run of a saved plan. Guards count with the live lists of now.
func (c *Connection) Saved(ctx context.Context, p *plan.Plan, o PlanOptions) (*Run, error) {
	r := &Run{Plan: p, FileNames: c.env.newNames(), connection: c, accounts: map[resource.OrgRef]*resource.Account{}, isSaved: true, parallel: o.Parallel}
	for i, org := range p.Orgs {
		if len(org.Steps) > 0 {
			r.accounts[org.Ref().Key()] = r.savedAccount(ctx, org)
		}
		for line := range strings.Lines(org.Error) {
			message := "when the plan was saved: " + strings.TrimSuffix(line, "\n")
			r.Errors = append(r.Errors, errors.New(message))
			p.Orgs[i].Problems = append(p.Orgs[i].Problems, plan.Problem{Message: message, Common: message})
		}
	}
	c.observer.Begin(Reading, Work{Orgs: len(p.Orgs)})
	errs := planner.Recount(ctx, p.Orgs, r.account, planner.Options{Parallel: o.Parallel, Read: c.observer.OrgRead})
	c.observer.End()
	for i, err := range errs {
		if err != nil { // the error of the account fails all steps of the organization
			r.accounts[p.Orgs[i].Ref().Key()] = &resource.Account{Err: fmt.Errorf("guards cannot count, because a list cannot be read: %w", err)}
		}
	}
	if ctx.Err() != nil {
		return nil, c.Ended(ctx)
	}
	p.Check(o.Limits, r.acceptances(o.Approval))
	return r, nil
}

func (r *Run) account(org plan.Org) *resource.Account { return r.accounts[org.Ref().Key()] }

// savedAccount returns the account for the first step in an organization of a saved plan.
func (r *Run) savedAccount(ctx context.Context, org plan.Org) *resource.Account {
	if !org.Creates() {
		return r.connection.account(org.Ref())
	}
	if err := r.checkSavedCreation(ctx, org); err != nil {
		return &resource.Account{Err: err}
	}
	return r.connection.payer(org.Steps[0].After)
}

// checkSavedCreation returns an error if the organization was created since the plan was saved, or cannot be created any more.
func (r *Run) checkSavedCreation(ctx context.Context, org plan.Org) error {
	if account := r.connection.account(org.Ref()); account.Err == nil {
		if found, err := account.Find(ctx, org.Name); err == nil {
			return &creation.OutdatedError{Err: fmt.Errorf("the organization exists already; write id: %s below its name, and save a new plan", found.ID)}
		}
	}
	return r.sites().Check(org)
}
