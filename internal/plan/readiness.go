package plan

import (
	"maps"

	"atlas-gitops/internal/plain"
	"atlas-gitops/internal/resource"
)

// Readiness is how a live object compares with a step that is about to touch it.
type Readiness string

const (
	Ready    Readiness = "ready"    // as in the plan, or partly changed by this step
	Done     Readiness = "done"     // already as after the step
	Conflict Readiness = "conflict" // neither: it was changed after the plan was made
)

// Readiness compares the live object with the step, field by field. live is nil if there is no such object.
//   - If each field is as in After, the step is Done.
//   - If each field is as in Before, as in After or between them, the step is Ready: apply writes [Step.Rest]. So a run can finish
//     a step that was interrupted between its requests.
//   - Otherwise it is a Conflict.
//
// An expired or rejected invitation counts as no object. But if the person rejected it after the plan was made, a creation is a
// Conflict.
func (s Step) Readiness(live *resource.Object) Readiness {
	k, presence := resource.ByName(s.Kind), resource.Absent
	if live != nil {
		presence = k.PresenceOf(*live)
	}
	switch {
	case presence == resource.Fixed:
		return readinessOfFixed(s.Op)
	case presence == resource.Declined && s.Op == Create && s.ReinviteReason != AfterRejection:
		return Conflict
	case presence.IsGone():
		return readinessOfAbsent(s.Op)
	}
	return readinessOfPresent(s, k, *live)
}

func readinessOfPresent(s Step, k *resource.Kind, live resource.Object) Readiness {
	switch found := compareFields(s, k, live.Fields); {
	case s.Op == Delete && found == Done:
		return Ready // all fields are empty, but the object still exists
	case s.Op == Create && found == Ready && k.Update == nil:
		return Conflict // the object exists in part, and the kind has no Update to complete it
	case s.Op == Update && s.Before == nil && found == Conflict:
		return Ready // the value before was unknown when the plan was made
	default:
		return found
	}
}

func readinessOfAbsent(op Op) Readiness {
	switch op {
	case Create:
		return Ready
	case Delete:
		return Done
	}
	return Conflict
}

// readinessOfFixed returns the readiness for an accepted invitation. It satisfies a creation, but it can no longer be changed or
// cancelled.
func readinessOfFixed(op Op) Readiness {
	if op == Create {
		return Done
	}
	return Conflict
}

// Rest returns the part of After that a live object lacks: what still has to be written.
func (s Step) Rest(live resource.Object) resource.Fields {
	_, rest := resource.ByName(s.Kind).Changes(live.Fields, s.After)
	return rest
}

// compareFields compares the live fields that the step is about.
func compareFields(s Step, k *resource.Kind, live resource.Fields) Readiness {
	fields := maps.Clone(s.Before)
	if fields == nil {
		fields = resource.Fields{}
	}
	maps.Copy(fields, s.After)
	found := Done
	for field := range fields {
		found = worse(found, compareValue(k.IsMap(field), live[field], s.Before[field], s.After[field]))
	}
	return found
}

// compareValue compares a live value with the value before and after the step.
func compareValue(isMap bool, live, before, after any) Readiness {
	if keys, ok := partsOf(isMap, live, before, after); ok {
		l, b, a := parts(live), parts(before), parts(after)
		found := Done
		for key := range keys {
			found = worse(found, compareValue(false, l[key], b[key], a[key]))
		}
		return found
	}
	switch {
	case plain.Equal(live, after):
		return Done
	case plain.Equal(live, before), isBetween(live, before, after):
		return Ready
	}
	return Conflict
}

// partsOf returns the keys of the parts to compare, or false if the value must be compared as a whole. In a record only the parts of
// after count. In a map, and in a record that is removed as a whole, the live parts count, too.
func partsOf(isMap bool, live, before, after any) (keys resource.Fields, ok bool) {
	_, becomes := after.(resource.Fields)
	_, was := before.(resource.Fields)
	if !becomes && !was || !isObject(live) || !isObject(before) || !isObject(after) {
		return nil, false
	}
	keys = resource.Fields{}
	maps.Copy(keys, parts(after))
	if isMap || !becomes {
		maps.Copy(keys, parts(live))
	}
	return keys, true
}

// isObject reports whether a value is an object or is empty.
func isObject(v any) bool {
	_, object := v.(resource.Fields)
	return object || plain.Equal(v, nil)
}

func parts(v any) resource.Fields {
	fields, _ := v.(resource.Fields)
	return fields
}

// isBetween reports whether all three values are lists or empty, and the live one is on the way from before to after.
func isBetween(live, before, after any) bool {
	l, isList := items(live)
	b, wasList := items(before)
	a, becomesList := items(after)
	return isList && wasList && becomesList && plain.IsBetween(l, b, a)
}

func items(v any) (list []any, ok bool) {
	list, ok = v.([]any)
	return list, ok || plain.Equal(v, nil)
}

// worse returns the result for two parts together: Conflict wins over Ready, and Ready over Done.
func worse(a, b Readiness) Readiness {
	if a == Conflict || b == Conflict {
		return Conflict
	}
	if a == Ready || b == Ready {
		return Ready
	}
	return Done
}
