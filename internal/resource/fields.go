package resource

import (
	"atlas-gitops/internal/plain"
	"atlas-gitops/schema"
)

// Covers reports whether have equals want in every field of want.
func (k *Kind) Covers(have, want Fields) bool {
	annotated := schema.SectionOf(k.Name).Fields
	for field, w := range want {
		if !covers(annotated[field], have[field], w) {
			return false
		}
	}
	return true
}

func covers(field schema.Field, have, want any) bool {
	if field.IsControl {
		return true
	}
	w, record := want.(Fields)
	if !record || field.IsMap {
		return plain.Equal(have, want)
	}
	h, _ := have.(Fields)
	for part := range w {
		if !plain.Equal(h[part], w[part]) {
			return false
		}
	}
	return true
}

// Changes returns in after the part of want that differs from have, and in before the values of have for the same fields, nil for a
// value that is absent. Both are nil if have covers want.
func (k *Kind) Changes(have, want Fields) (before, after Fields) {
	annotated := schema.SectionOf(k.Name).Fields
	for field, w := range want {
		h := have[field]
		if covers(annotated[field], h, w) {
			continue
		}
		if before == nil {
			before, after = Fields{}, Fields{}
		}
		before[field], after[field] = narrow(annotated[field], h, w)
	}
	return before, after
}

// narrow returns the change of a field: of a record only the parts that differ, of anything else the whole value.
func narrow(field schema.Field, have, want any) (before, after any) {
	w, record := want.(Fields)
	if !record || field.IsMap {
		return plain.Canonical(have), plain.Canonical(want)
	}
	h, _ := have.(Fields)
	b, a := Fields{}, Fields{}
	for part := range w {
		if !plain.Equal(h[part], w[part]) {
			b[part], a[part] = plain.Canonical(h[part]), plain.Canonical(w[part])
		}
	}
	return b, a
}
