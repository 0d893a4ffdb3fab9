package resource

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"atlas-gitops/schema"
)

// SectionError means that the objects of a kind could not be read.
type SectionError struct {
	Kind string
	Err  error
}

func (e *SectionError) Error() string {
	if e.Kind == schema.Organization {
		return e.Err.Error()
	}
	return e.Kind + ": " + e.Err.Error()
}
func (e *SectionError) Unwrap() error { return e.Err }

// Advice names the role that the credential needs, if its role is too low.
func (e *SectionError) Advice() string {
	var refused interface{ IsAboutRoles() bool }
	switch k := ByName(e.Kind); {
	case k == nil || !errors.As(e.Err, &refused) || !refused.IsAboutRoles():
		return ""
	case k == Organization:
		return "to read an organization the credential needs the role " + k.ReadRole()
	default:
		return fmt.Sprintf("to read %s the credential needs the role %s", e.Kind, k.ReadRole())
	}
}

// Location is the place of the section in the tree.
func (e *SectionError) Location() Location { return Location{Kind: e.Kind} }

// Read reads the objects of each kind in want, all kinds in parallel. It returns them, and want with its references resolved. A kind
// that cannot be read, or that has an unknown reference or a person whom Atlas cannot invite, is missing from both results, and its
// error is one of the joined errors. If the organization itself cannot be read, Read returns only that error.
func Read(ctx context.Context, s *Session, org string, want State) (live, resolved State, err error) {
	live, failed := readAll(ctx, s, org, want)
	if err := failed[slices.Index(Kinds, Organization)]; err != nil {
		return State{}, State{}, err
	}
	resolved, unresolved := resolveAll(ctx, s, org, Kinds, live, want)
	for i, err := range unresolved {
		if err != nil {
			delete(live, Kinds[i].Name)
			failed[i] = err
		}
	}
	return live, resolved, errors.Join(failed...)
}

// ReadKnown returns the objects of those kinds in want that can be read.
func ReadKnown(ctx context.Context, s *Session, org string, want State) State {
	live, _ := readAll(ctx, s, org, want)
	return live
}

// readAll returns the kinds that could be read, and the errors of the others by the index of the kind. At the same time it reads the
// lists that the wanted objects refer to: to resolve their references, the session then needs no other request.
func readAll(ctx context.Context, s *Session, org string, want State) (live State, failed []error) {
	var (
		mu sync.Mutex
		wg sync.WaitGroup
	)
	live, failed = State{}, make([]error, len(Kinds))
	for i, k := range Kinds {
		objects, managed := want[k.Name]
		if !managed {
			continue
		}
		for _, ref := range usedRefs(k.Refs, objects) {
			wg.Go(func() { readAhead(ctx, s, orgPath(org, ref.Path)) })
		}
		wg.Go(func() {
			have, err := k.readDistinct(ctx, s, org, objects)
			mu.Lock()
			defer mu.Unlock()
			if failed[i] = k.sectionError(err); err == nil {
				live[k.Name] = have
			}
		})
	}
	wg.Wait()
	return live, failed
}

// ReadAgain reads all objects of a kind, and at the same time the lists that they may refer to, unless the session remembers these.
func ReadAgain(ctx context.Context, s *Session, org string, k *Kind, want []Object) ([]Object, error) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for _, ref := range k.Refs {
		wg.Go(func() { readAhead(ctx, s, orgPath(org, ref.Path)) })
	}
	return k.Read(ctx, s, org, want)
}

// readDistinct reads a kind. Two objects with the same key are a [DuplicateError], because a change could affect the wrong one.
func (k *Kind) readDistinct(ctx context.Context, s *Session, org string, want []Object) ([]Object, error) {
	have, err := k.Read(ctx, s, org, want)
	if err != nil || k.Key == "" {
		return have, err
	}
	seen := make(map[string]Object, len(have))
	for _, o := range have {
		if first, known := seen[o.Key]; known {
			return nil, &DuplicateError{k.Name, o.Key, first, o}
		}
		seen[o.Key] = o
	}
	return have, nil
}

// resolveAll returns the kinds of want that live has, with their references resolved. It leaves out a kind with an unknown reference,
// and returns the error by the index of the kind. kinds must be in the order of dependencies. A reference to a kind that is left out
// can only mean an object that already exists.
func resolveAll(ctx context.Context, s *Session, org string, kinds []*Kind, live, want State) (resolved State, failed []error) {
	resolved, failed = State{}, make([]error, len(kinds))
	for i, k := range kinds {
		objects, managed := want[k.Name]
		if _, known := live[k.Name]; !managed || !known {
			continue
		}
		objects, err := k.resolve(ctx, s, org, objects, resolved)
		if err == nil {
			err = k.checkInvitees(live[k.Name], objects)
		}
		if failed[i] = k.sectionError(err); err == nil {
			resolved[k.Name] = objects
		}
	}
	return resolved, failed
}

// sectionError adds the section to an error that does not name it.
func (k *Kind) sectionError(err error) error {
	var placed interface{ Location() Location }
	if err == nil || k == Organization || errors.As(err, &placed) {
		return err
	}
	return &SectionError{k.Name, err}
}

// Resolve returns the kinds of want that live has, with their references resolved. It leaves out a kind with an unknown reference, or
// with a person whom Atlas cannot invite. The error joins the errors of these kinds.
func Resolve(ctx context.Context, s *Session, org string, live, want State) (State, error) {
	resolved, failed := resolveAll(ctx, s, org, Kinds, live, want)
	return resolved, errors.Join(failed...)
}

// ResolveKnown returns the kinds of want that live has, with their references resolved. It leaves out a kind with an unknown
// reference, because such a kind cannot be planned.
func ResolveKnown(ctx context.Context, s *Session, org string, live, want State) State {
	resolved, _ := Resolve(ctx, s, org, live, want)
	return resolved
}

// NewOrganization returns the state that a new organization will have: its first owner, unless firstOwner is nil, and settings with
// unknown values. It also returns want with its references resolved: they can only mean objects of the tree.
func NewOrganization(ctx context.Context, want State, firstOwner *Object) (live, resolved State, err error) {
	live = State{}
	for _, k := range Kinds {
		if _, managed := want[k.Name]; !managed || k == Organization {
			continue
		}
		live[k.Name] = []Object{}
		if k.Key == "" {
			live[k.Name] = []Object{{Unknown: true}}
		}
	}
	resolved, failed := resolveAll(ctx, EmptySession(), "", Kinds, live, want)
	if _, managed := want[members]; managed && firstOwner != nil {
		live[members] = []Object{{Key: firstOwner.Key, ID: firstOwner.ID, Fields: Fields{"status": statusActive, "roles": []any{owner}}}}
	}
	if _, managed := want[invitations]; managed && firstOwner != nil {
		live[invitations] = accepted([]Object{*firstOwner})
	}
	return live, resolved, errors.Join(failed...)
}
