package adopt

import (
	"maps"
	"slices"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/yamldoc"
)

// settings are the values that bring a whole step into the document.
type settings struct {
	step   int // its index
	values []yamldoc.Setting
}

// adoptTogether brings the reverse of simple steps into the document at once, and sets them to nil: each edit reads the whole file, so
// that the time for many people would grow with the square of their number. It leaves a step with any trouble to [editor.adopt].
func adoptTogether(e *editor, steps []*plan.Step) {
	if e.check != nil {
		return // it is about each step by itself
	}
	var all []settings
	for i, s := range steps {
		if values, ok := settingsOf(e, *s); ok {
			all = append(all, settings{i, values})
		}
	}
	for _, done := range setTogether(e, all) {
		steps[done.step] = nil
	}
}

// setTogether sets the values of as many steps as possible, and returns these steps.
func setTogether(e *editor, all []settings) (done []settings) {
	if len(all) < 2 {
		return nil
	}
	var values []yamldoc.Setting
	for _, s := range all {
		values = append(values, s.values...)
	}
	if e.take(yamldoc.SetAll(e.document, values)) == nil {
		return all
	}
	half := len(all) / 2
	return append(setTogether(e, all[:half]), setTogether(e, all[half:])...)
}

// settingsOf returns the values for a step that changes only lists, such as roles, of an object that is in the document.
func settingsOf(e *editor, s plan.Step) (all []yamldoc.Setting, ok bool) {
	k := resource.ByName(s.Kind)
	if s.Op != plan.Update || k.Key == "" || e.document.Root.Entry(k.Name) == nil {
		return nil, false
	}
	at, err := e.index.pathOf(e.document, k, s.Key)
	for _, field := range slices.Sorted(maps.Keys(s.After)) {
		if _, isList := s.After[field].([]any); !isList || err != nil {
			return nil, false
		}
		value := e.inOrder(k, s.Key, field, s.Before[field])
		err = check(k, s.Key, resource.Fields{field: value}, true)
		all = append(all, yamldoc.Setting{Path: below(at, field), Value: value})
	}
	return all, err == nil
}
