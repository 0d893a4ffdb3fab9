package resource

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
)

// SectionError says that what an organization has of a kind could not be read.
type SectionError struct {
	Kind string
	Err  error
}

func (e *SectionError) Error() string { return e.Kind + ": " + e.Err.Error() }
func (e *SectionError) Unwrap() error { return e.Err }

// Read reads what an organization has of every kind in want, all at once and each list only once.
// It returns that and want with its references resolved. A kind that cannot be read, or whose references mean
// nothing, is missing from both and its trouble is among the joined errors. Without the organization itself, if it is
// wanted, nothing else counts.
func Read(ctx context.Context, api API, org string, want State) (live, resolved State, err error) {
	live, resolved = State{}, State{}
	api = Once(api)
	var (
		mu     sync.Mutex
		wg     sync.WaitGroup
		failed = make([]error, len(Kinds))
	)
	for i, k := range Kinds {
		objects, managed := want[k.Name]
		if !managed {
			continue
		}
		wg.Go(func() {
			have, wanted, err := readKind(ctx, api, org, k, objects)
			mu.Lock()
			defer mu.Unlock()
			if failed[i] = err; err == nil {
				live[k.Name], resolved[k.Name] = have, wanted
			}
		})
	}
	wg.Wait()
	if err := failed[slices.Index(Kinds, Organization)]; err != nil {
		return State{}, State{}, err
	}
	return live, resolved, errors.Join(failed...)
}

func readKind(ctx context.Context, api API, org string, k *Kind, want []Object) (live, resolved []Object, err error) {
	if live, err = k.Read(ctx, api, org); err == nil && k.Resolve != nil {
		want, err = k.Resolve(ctx, api, org, want)
	}
	var reference *ReferenceError
	if err != nil && k != Organization && !errors.As(err, &reference) {
		return nil, nil, &SectionError{k.Name, err}
	}
	return live, want, err
}

// ResolveKnown returns the kinds of want that are known to be live, with their references resolved. A kind whose references
// mean nothing is left out: nobody could plan it.
func ResolveKnown(ctx context.Context, api API, org string, live, want State) State {
	resolved := State{}
	for _, k := range Kinds {
		objects, managed := want[k.Name]
		if _, known := live[k.Name]; !managed || !known {
			continue
		}
		var err error
		if k.Resolve != nil {
			objects, err = k.Resolve(ctx, api, org, objects)
		}
		if err == nil {
			resolved[k.Name] = objects
		}
	}
	return resolved
}

// Unborn returns what an organization has that does not exist yet, and want with its references resolved: there is
// nothing yet that they could mean. It will have its first owner, unless that is nil, and settings that nobody knows.
func Unborn(ctx context.Context, want State, firstOwner *Object) (live, resolved State, err error) {
	live, resolved = State{}, State{}
	var failed []error
	for _, k := range Kinds {
		objects, managed := want[k.Name]
		if !managed || k == Organization {
			continue
		}
		live[k.Name] = []Object{}
		if k.Key == "" {
			live[k.Name] = []Object{{Unknown: true}}
		}
		if k.Resolve != nil {
			objects, err = k.Resolve(ctx, nowhere{}, "", objects)
			failed = append(failed, err)
		}
		resolved[k.Name] = objects
	}
	if _, managed := want[members]; managed && firstOwner != nil {
		live[members] = []Object{{Key: firstOwner.Key, ID: firstOwner.ID, Fields: Fields{"status": statusActive, "roles": []any{owner}}}}
	}
	if _, managed := want[invitations]; managed && firstOwner != nil {
		live[invitations] = accepted([]Object{*firstOwner})
	}
	return live, resolved, errors.Join(failed...)
}

// Nowhere returns the API of an organization that does not exist yet.
func Nowhere() API { return nowhere{} }

// nowhere is the API of an organization that does not exist yet: all its lists are empty.
type nowhere struct{}

func (nowhere) Do(_ context.Context, method, path string, _, _ any) error {
	return fmt.Errorf("%s %s: refused: the organization does not exist yet", method, path)
}

func (nowhere) All(context.Context, string) iter.Seq2[Fields, error] {
	return func(func(Fields, error) bool) {}
}

// Remember returns an API that asks only once for the lists in which references are looked up. What a kind itself reads
// comes fresh each time, even if it is such a list.
func Remember(api API) API { return &remembering{api, newOnce(api)} }

type remembering struct {
	API
	lookups API
}

// lookups returns the API in which to look references up.
func lookups(api API) API {
	if r, ok := api.(*remembering); ok {
		return r.lookups
	}
	return api
}

// once reads through an API, asks for no list twice, and refuses to write.
type once struct {
	api   API
	mu    sync.Mutex
	lists map[string]*gathered
}

func newOnce(api API) *once { return &once{api: api, lists: map[string]*gathered{}} }

// Once returns an API that reads through another one, asks for no list twice, and refuses to write.
func Once(api API) API {
	if o, is := api.(*once); is {
		return o
	}
	return newOnce(api)
}

type gathered struct {
	once    sync.Once
	results []Fields
	err     error
}

func (o *once) Do(ctx context.Context, method, path string, in, out any) error {
	if method != get || in != nil {
		return fmt.Errorf("%s %s: refused: this run only reads", method, path)
	}
	return o.api.Do(ctx, method, path, in, out)
}

func (o *once) All(ctx context.Context, path string) iter.Seq2[Fields, error] {
	return func(yield func(Fields, error) bool) {
		a := o.gathered(path)
		a.once.Do(func() { a.results, a.err = collect(o.api.All(ctx, path)) })
		for _, fields := range a.results {
			if !yield(fields, nil) {
				return
			}
		}
		if a.err != nil {
			yield(nil, a.err)
		}
	}
}

func (o *once) gathered(path string) *gathered {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.lists[path] == nil {
		o.lists[path] = new(gathered)
	}
	return o.lists[path]
}

func collect(seq iter.Seq2[Fields, error]) ([]Fields, error) {
	var all []Fields
	for fields, err := range seq {
		if err != nil {
			return nil, err
		}
		all = append(all, fields)
	}
	return all, nil
}
