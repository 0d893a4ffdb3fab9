package resource

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"atlas-gitops/schema"
)

// SectionError says that what an organization has of a kind could not be read.
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

// Advice names the role that is needed, if the role of the credential is too low.
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

// Location is where the section is written.
func (e *SectionError) Location() Location { return Location{Kind: e.Kind} }

// Read reads what an organization has of each kind in want, all kinds at the same time. It returns that, and want with its
// references resolved. A kind that cannot be read, or that has a reference to nothing or somebody whom Atlas cannot invite, is
// missing from both, and its error is among the joined ones. If the organization itself cannot be read, Read returns only that error.
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

// readAll returns what could be read, and why not, by the index of the kind.
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

// readDistinct reads a kind. Two objects with one key are a [DuplicateError]: a change could hit the wrong one.
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

// resolveAll returns the kinds of want that live has, with their references resolved, and by the index of the kind why one is
// left out. A kind comes after those that it refers to. If one of those is left out, a reference to it must mean something that
// exists already.
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

// sectionError says which section an error is about, unless it says so itself.
func (k *Kind) sectionError(err error) error {
	var placed interface{ Location() Location }
	if err == nil || k == Organization || errors.As(err, &placed) {
		return err
	}
	return &SectionError{k.Name, err}
}

// ResolveKnown returns the kinds of want that live has, with their references resolved. It leaves out a kind that has a
// reference to nothing, or somebody to invite who has no address: that kind could not be planned.
func ResolveKnown(ctx context.Context, s *Session, org string, live, want State) State {
	resolved, _ := resolveAll(ctx, s, org, Kinds, live, want)
	return resolved
}

// NewOrganization returns what an organization that does not exist yet will have: its first owner, unless that is nil, and
// settings with unknown values. It also returns want with its references resolved. They can mean only what the tree has itself.
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
