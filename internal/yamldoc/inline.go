package yamldoc

import (
	"strings"

	"atlas-gitops/internal/safetext"
)

// inline returns a value in brackets. It returns false if the text takes more than this number of columns.
func (v *piece) inline(columns int) (string, bool) {
	if v.kind == scalar {
		text := v.written(true)
		return text, safetext.Width(text) <= columns
	}
	var b strings.Builder
	opening, closing := v.brackets()
	b.WriteString(opening)
	left := columns - len(opening) - len(closing)
	for i, r := range v.rows {
		text, ok := r.inline(left)
		if i > 0 {
			text = ", " + text
		}
		left -= safetext.Width(text)
		if !ok || left < 0 {
			return "", false
		}
		b.WriteString(text)
	}
	return b.String() + closing, true
}

func (v *piece) brackets() (opening, closing string) {
	switch {
	case v.kind == list:
		return "[", "]"
	case len(v.rows) == 0:
		return "{", "}"
	}
	return "{ ", " }"
}

func (r *row) inline(columns int) (string, bool) {
	key := ""
	if r.key != nil {
		key = r.key.withAnchor(r.key.written(true)) + ": "
		columns -= safetext.Width(key)
	}
	if columns < 0 {
		return "", false
	}
	text, ok := r.value.inline(columns - len(r.value.withAnchor(" ")) + 1)
	return key + r.value.withAnchor(text), ok
}
