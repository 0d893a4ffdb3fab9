package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// readPlan returns the plan that is saved in a file.
func (in *invocation) readPlan(name string) (*plan.Plan, error) {
	data, err := in.readSome(name)
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
func (in *invocation) readSome(name string) ([]byte, error) {
	f, err := in.Files.Open(filepath.ToSlash(name))
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

// savePlan saves the plan where --out says.
func (in *invocation) savePlan(f *fleet) error {
	if in.out == "" {
		return nil
	}
	if err := in.saveTo(string(in.out), f, plan.IsSaved); err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	return nil
}

// saveTo saves the plan in a file. Nothing is written over but what may be.
func (in *invocation) saveTo(name string, f *fleet, may func(was []byte) bool) error {
	var b strings.Builder
	if err := plan.WriteJSON(&b, f.portable()); err != nil {
		return err
	}
	if b.Len() > maxSaved {
		return fmt.Errorf("%s: the plan is too large to be saved; use --only", name)
	}
	if real, err := in.Follow(name); err == nil {
		name = real // a link stays one
	}
	name = filepath.ToSlash(name)
	info, err := fs.Stat(in.Files, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return in.Create(name, []byte(b.String()))
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a regular file", name)
	}
	was, err := in.readSome(name)
	if err == nil && len(was) > 0 && !may(was) {
		err = errors.New("it holds something else than a saved plan; choose another name, or remove it")
	}
	if err == nil {
		err = in.Replace(name, was, []byte(b.String()))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// remembered is where a plan with the digest is kept, so that it can be told what changed since it was shown; "" is
// nowhere. Plans that share two digits share a place, so there are never many.
func (in *invocation) remembered(digest string) string {
	if in.Cache == "" {
		return ""
	}
	return filepath.Join(in.Cache, "atlas-gitops", "plans", digest[:2]+".json")
}

// remember keeps a plan that is shown. That it cannot is no trouble: then what changed since cannot be told.
func (in *invocation) remember(f *fleet) {
	name := in.remembered(f.plan.Digest)
	if name == "" || f.plan.Changed() == 0 {
		return
	}
	ours := func([]byte) bool { return true } // all that is in there, whole or damaged
	if err := in.saveTo(name, f, ours); err != nil && in.verbose > 0 {
		in.complain(fmt.Errorf("the plan is not remembered: %w", err))
	}
}

// approval is what --accept approves.
type approval struct {
	digest string // or its first digits
	plan   *plan.Plan
}

// leastDigits of a digest are so many that nobody can craft two plans that share them.
const (
	leastDigits = 32
	allDigits   = 64
)

// approval returns what --accept says, or nil.
func (in *invocation) approval() (*approval, error) {
	digest := strings.ToLower(string(in.accept))
	switch {
	case digest == "":
		return nil, nil
	case strings.Trim(digest, "0123456789abcdef") != "":
		p, err := in.readPlan(string(in.accept))
		if err != nil {
			return nil, fmt.Errorf("--accept takes a digest, or a saved plan: %w", err)
		}
		return &approval{p.Digest, p}, nil
	case len(digest) < leastDigits || len(digest) > allDigits:
		return nil, fmt.Errorf("--accept %s: a digest has %d digits, and at least the first %d of them are needed; these are %d",
			digest, allDigits, leastDigits, len(digest))
	}
	a := &approval{digest: digest}
	if p, err := in.readPlan(in.remembered(digest)); err == nil && a.covers(p) {
		a.plan = p
	}
	return a, nil
}

// covers tells whether just that plan is approved.
func (a *approval) covers(p *plan.Plan) bool {
	return a != nil && strings.HasPrefix(p.Digest, a.digest)
}
