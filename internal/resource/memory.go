package resource

import "sync"

// memory is what the steps of an organization share.
type memory struct {
	mu    sync.Mutex
	lists map[string]*shared[[]Fields]        // by path
	keys  map[string]*shared[map[string]bool] // by kind: the objects that Atlas had when somebody first asked for them
}

// shared is the result of work that is done once, for all who ask for it at the same time or later. They wait for a channel, not for a
// [sync.Once], because testing/synctest does not see that a goroutine waits for a lock.
type shared[T any] struct {
	done  chan struct{}
	value T
	err   error
}

// share returns the result of the work with this name. Only the first caller does it.
func share[T any](m *memory, all map[string]*shared[T], name string, work func() (T, error)) (T, error) {
	m.mu.Lock()
	one, known := all[name]
	if !known {
		one = &shared[T]{done: make(chan struct{})}
		all[name] = one
	}
	m.mu.Unlock()
	if !known {
		one.value, one.err = work()
		close(one.done)
	}
	<-one.done
	return one.value, one.err
}

// hadAtFirst reports whether Atlas had the object of a kind when somebody first asked for any. read reads the kind. After an error, the
// next caller reads again.
func (m *memory) hadAtFirst(kind, key string, read func() ([]Object, error)) (bool, error) {
	keys, err := share(m, m.keys, kind, func() (map[string]bool, error) {
		objects, err := read()
		keys := make(map[string]bool, len(objects))
		for _, o := range objects {
			keys[o.Key] = true
		}
		return keys, err
	})
	if err != nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		delete(m.keys, kind)
	}
	return keys[key], err
}
