package resource

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"strings"
	"sync/atomic"
)

// API is a connection to Atlas. Paths begin after the version prefix (/orgs/…) and are escaped.
type API interface {
	// Do sends in as JSON and decodes the answer into out, with numbers as [json.Number]. Both may be nil.
	Do(ctx context.Context, method, path string, in, out any) error
	// All reads a whole list, page by page, and then yields its entries. After an error it yields only the error.
	All(ctx context.Context, path string) iter.Seq2[Fields, error]
}

// Session is the [API] that kinds use. It remembers lists. Several goroutines may use it.
type Session struct {
	*memory
	api      API
	planning bool
	writes   atomic.Int64 // see Writes
}

func newSession(api API, planning bool) *Session {
	return &Session{api: api, planning: planning, memory: &memory{lists: map[string]*shared[[]Fields]{}, keys: map[string]*shared[map[string]bool]{}}}
}

// PlanSession returns a session for planning: it reads each list once, and refuses writes.
func PlanSession(api API) *Session { return newSession(api, true) }

// ApplySession returns a session for applying a plan. All reads the list again each time, because a step needs the present state.
// Lookup remembers a list until something in it is written.
func ApplySession(api API) *Session { return newSession(api, false) }

// ForStep returns a session for one step, which counts its own writes. It shares the lists.
func (s *Session) ForStep() *Session {
	return &Session{memory: s.memory, api: s.api, planning: s.planning}
}

// EmptySession returns a session for an organization that does not exist yet: all lists are empty.
func EmptySession() *Session { return PlanSession(emptyAPI{}) }

// Do implements [API]. A planning session returns an error for a write.
func (s *Session) Do(ctx context.Context, method, path string, in, out any) error {
	reads := method == get && in == nil
	if s.planning && !reads {
		return fmt.Errorf("%s %s: not sent, because planning only reads", method, path)
	}
	err := s.api.Do(ctx, method, path, in, out)
	if !reads {
		s.forget(path) // even after an error, because Atlas may have carried out the request
		s.count(err)
	}
	return err
}

// count counts a write that ended with this error, unless it certainly had no effect.
func (s *Session) count(err error) {
	var failure Failure
	if err == nil || errors.As(err, &failure) && failure.Ambiguous() {
		s.writes.Add(1)
	}
}

// Writes returns the number of writes of this session that had, or may have had, an effect. An operation of a kind may send several
// writes and then fail. Compare the numbers before and after the operation to know whether it changed anything.
func (s *Session) Writes() int64 { return s.writes.Load() }

// All implements [API].
func (s *Session) All(ctx context.Context, path string) iter.Seq2[Fields, error] {
	if s.planning {
		return s.Lookup(ctx, path)
	}
	return s.api.All(ctx, path)
}

// Lookup yields the entries of a list, to find names in it. The entries may be as old as the session, but not older than its last
// write to the list.
func (s *Session) Lookup(ctx context.Context, path string) iter.Seq2[Fields, error] {
	return func(yield func(Fields, error) bool) {
		entries, err := share(s.memory, s.lists, path, func() ([]Fields, error) { return collect(s.api.All(ctx, path)) })
		for _, fields := range entries {
			if !yield(fields, nil) {
				return
			}
		}
		if err != nil {
			if !s.planning {
				s.forget(path) // the next step may succeed
			}
			yield(nil, err)
		}
	}
}

// Trim forgets all lists of an organization but those in which references are looked up. The rest of a list that was read is no longer
// needed, and takes more memory than the objects made from it.
func (s *Session) Trim(org string) {
	keep := map[string]bool{}
	for _, k := range Kinds {
		for _, ref := range k.Refs {
			keep[orgPath(org, ref.Path)] = true
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.lists, func(list string, _ *shared[[]Fields]) bool { return !keep[withoutQuery(list)] })
}

// forget drops the list at the path, and the lists above it: /orgs/O/teams for /orgs/O/teams/T.
func (s *Session) forget(path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	path = withoutQuery(path)
	for list := range s.lists {
		if at := withoutQuery(list); path == at || strings.HasPrefix(path, at+"/") {
			delete(s.lists, list)
		}
	}
}

func withoutQuery(path string) string {
	path, _, _ = strings.Cut(path, "?")
	return path
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

// emptyAPI is the API of an organization that does not exist yet.
type emptyAPI struct{}

func (emptyAPI) Do(_ context.Context, method, path string, _, _ any) error {
	return fmt.Errorf("%s %s: not sent, because the organization does not exist yet", method, path)
}

func (emptyAPI) All(context.Context, string) iter.Seq2[Fields, error] {
	return func(func(Fields, error) bool) {}
}
