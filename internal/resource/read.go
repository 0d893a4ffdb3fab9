package resource

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
)

// Read reads what an organization has of every kind in want, all at once and each list only once.
// It returns that and want with its references resolved. A kind that cannot be read, or whose references mean
// nothing, is missing from both and its trouble is among the joined errors.
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
	return live, resolved, errors.Join(failed...)
}

func readKind(ctx context.Context, api API, org string, k *Kind, want []Object) (live, resolved []Object, err error) {
	if live, err = k.Read(ctx, api, org); err != nil {
		return nil, nil, err
	}
	if k.Resolve != nil {
		want, err = k.Resolve(ctx, api, org, want)
	}
	return live, want, err
}

// Once returns an API that reads through api, asks no question twice, and refuses to write.
func Once(api API) API {
	return &once{api: api, lists: map[string]*answer[[]Fields]{}, values: map[string]*answer[json.RawMessage]{}}
}

type once struct {
	api    API
	mu     sync.Mutex
	lists  map[string]*answer[[]Fields]
	values map[string]*answer[json.RawMessage]
}

type answer[T any] struct {
	once  sync.Once
	value T
	err   error
}

// ask gives the answer that is kept for the path; the first to come asks for it, the others wait.
func ask[T any](o *once, answers map[string]*answer[T], path string, question func() (T, error)) (T, error) {
	o.mu.Lock()
	a := answers[path]
	if a == nil {
		a = new(answer[T])
		answers[path] = a
	}
	o.mu.Unlock()
	a.once.Do(func() { a.value, a.err = question() })
	return a.value, a.err
}

func (o *once) Do(ctx context.Context, method, path string, in, out any) error {
	if method != get || in != nil {
		return fmt.Errorf("%s %s: refused: this run only reads", method, path)
	}
	raw, err := ask(o, o.values, path, func() (raw json.RawMessage, err error) {
		return raw, o.api.Do(ctx, method, path, nil, &raw)
	})
	if err != nil {
		return err
	}
	return decodeInto(raw, out)
}

func decodeInto(raw json.RawMessage, out any) error {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	return decoder.Decode(out)
}

func (o *once) All(ctx context.Context, path string) iter.Seq2[Fields, error] {
	return func(yield func(Fields, error) bool) {
		all, err := ask(o, o.lists, path, func() ([]Fields, error) { return collect(o.api.All(ctx, path)) })
		for _, fields := range all {
			if !yield(fields, nil) {
				return
			}
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

func collect(seq iter.Seq2[Fields, error]) ([]Fields, error) {
	var all []Fields
	for fields, err := range seq {
		if err != nil {
			return nil, err
		}
		all = append(all, fields)
	}
	return slices.Clip(all), nil
}
