package adopt

import (
	"maps"
	"slices"

	"atlas-gitops/internal/plain"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/yamldoc"
	"atlas-gitops/schema"
)

// adoptFields brings the live values of an update into the document, field by field. It returns the update with the fields that stay, or
// nil.
func (e *editor) adoptFields(k *resource.Kind, s plan.Step) *plan.Step {
	rest := s
	rest.Before, rest.After = resource.Fields{}, resource.Fields{}
	var failed []error
	for _, field := range slices.Sorted(maps.Keys(s.After)) {
		was := e.document
		stay := func(part string, err error) {
			if part == "" {
				e.document = was
			}
			failed = append(failed, err)
			keepPart(rest.Before, field, part, s.Before[field])
			keepPart(rest.After, field, part, s.After[field])
		}
		e.adoptField(k, s, field, stay)
	}
	if len(failed) == 0 {
		return nil
	}
	for _, err := range failed {
		e.keep(reasonOf(err), rest, err)
	}
	return &rest
}

// keepPart copies a field, or only a part of it.
func keepPart(to resource.Fields, field, part string, value any) {
	whole, isRecord := value.(resource.Fields)
	if part == "" || !isRecord {
		to[field] = value
		return
	}
	if to[field] == nil {
		to[field] = resource.Fields{}
	}
	to[field].(resource.Fields)[part] = whole[part]
}

// adoptField brings the live value of a field into the document: of a record part by part, of a map key by key. It calls stay for what
// cannot be brought in; part is "" for all of the field.
func (e *editor) adoptField(k *resource.Kind, s plan.Step, field string, stay func(part string, err error)) {
	live := s.Before[field]
	switch want := s.After[field].(type) {
	case resource.Fields:
		parts, _ := live.(resource.Fields)
		if k.IsMap(field) {
			if err := e.setMap(k, s.Key, field, parts); err != nil {
				stay("", err)
			}
			return
		}
		for _, part := range slices.Sorted(maps.Keys(want)) {
			if err := e.set(k, s.Key, parts[part], field, part); err != nil {
				stay(part, err)
			}
		}
		return
	case []any:
		live = e.inOrder(k, s.Key, field, live)
	case nil:
		live = wholeRecord(k, field, live)
	}
	if err := e.set(k, s.Key, live, field); err != nil {
		stay("", err)
	}
}

// wholeRecord adds null for the parts of a record that are unset: the tree has null for all of it, so it manages all parts, and may
// override parts that come from defaults.
func wholeRecord(k *resource.Kind, field string, live any) any {
	parts, isRecord := live.(resource.Fields)
	if !isRecord || k.IsMap(field) {
		return live
	}
	parts = maps.Clone(parts)
	for part := range schema.SectionOf(k.Name).Fields[field].Parts {
		if _, isSet := parts[part]; !isSet {
			parts[part] = nil
		}
	}
	return parts
}

// set sets a value of an object.
func (e *editor) set(k *resource.Kind, key string, value any, path ...string) error {
	whole := value
	for _, step := range slices.Backward(path) {
		whole = resource.Fields{step: whole}
	}
	if err := check(k, key, whole.(resource.Fields), true); err != nil {
		return err
	}
	return e.inObject(k, key, func(at yamldoc.Path) (*yamldoc.Document, error) { return e.document.Set(below(at, path...), value) })
}

// inObject makes an edit in an object. A list that comes from defaults gets into the document first.
func (e *editor) inObject(k *resource.Kind, key string, edit func(at yamldoc.Path) (*yamldoc.Document, error)) error {
	was := e.document
	err := e.own(k)
	var at yamldoc.Path
	if err == nil {
		at, err = e.index.pathOf(e.document, k, key)
	}
	if err == nil {
		err = e.take(edit(at))
	}
	if err != nil {
		e.document = was
	}
	return err
}

func below(at yamldoc.Path, path ...string) yamldoc.Path {
	at = slices.Clone(at)
	for _, step := range path {
		at = append(at, step)
	}
	return at
}

// inOrder returns a live list with the items that the tree has in their order and spelling, and then the others.
func (e *editor) inOrder(k *resource.Kind, key, field string, live any) []any {
	have, _ := live.([]any)
	list, written := []any{}, map[any]bool{}
	words, _ := e.value(k, key, field).([]any)
	for _, word := range words {
		meant := any(meaning(e, k, field, word))
		if slices.Contains(have, meant) && !written[meant] {
			list, written[meant] = append(list, word), true
		}
	}
	for _, value := range have {
		if !written[value] {
			list = append(list, value)
		}
	}
	return list
}

// meaning returns the name of what a word of the tree refers to.
func meaning(e *editor, k *resource.Kind, field string, word any) string {
	text, _ := word.(string)
	return e.live.Meaning(e.ctx, k, field, resource.NormalizeName(text))
}

// value returns the value of a field as the document has it, or as it would inherit it.
func (e *editor) value(k *resource.Kind, key, field string) (value any) {
	_ = e.inObject(k, key, func(at yamldoc.Path) (*yamldoc.Document, error) { // an error also ends the edit that follows
		n := e.document.Root
		for _, step := range append(at, field) {
			if n = n.Part(step); n == nil {
				return e.document, nil
			}
		}
		value = n.Plain()
		return e.document, nil
	})
	return value
}

// setMap brings a live map into an object, key by key. It removes last, because an object that becomes empty changes its form.
func (e *editor) setMap(k *resource.Kind, key, field string, live resource.Fields) error {
	have, _ := e.value(k, key, field).(resource.Fields)
	rest, to, gone := maps.Clone(live), resource.Fields{}, []string(nil)
	for _, word := range slices.Sorted(maps.Keys(have)) {
		meant := meaning(e, k, field, word)
		value, stays := rest[meant]
		delete(rest, meant)
		switch {
		case !stays: // or another key means the same
			gone = append(gone, word)
		case !plain.Equal(have[word], value):
			to[word] = value
		}
	}
	maps.Copy(to, rest)
	for _, word := range slices.Sorted(maps.Keys(to)) {
		if err := e.set(k, key, to[word], field, word); err != nil {
			return err
		}
	}
	for _, word := range gone {
		err := e.inObject(k, key, func(at yamldoc.Path) (*yamldoc.Document, error) { return e.document.Remove(below(at, field, word)) })
		if err != nil {
			return err
		}
	}
	return nil
}
