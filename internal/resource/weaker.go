package resource

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"atlas-gitops/internal/plain"
	"atlas-gitops/schema"
)

// PartsOf returns the values of the fields of an object by their path: customSessionTimeouts.idleSessionTimeoutInSeconds for a part of a
// record. A record that is null has every part with null. Controls are left out.
func PartsOf(k *Kind, fields Fields) Fields {
	all := Fields{}
	for name, value := range fields {
		field := k.field(name)
		record, isRecord := value.(Fields)
		switch {
		case field.IsControl:
		case len(field.Parts) > 0 && (isRecord || value == nil):
			parts := slices.Collect(maps.Keys(record))
			if value == nil {
				parts = slices.Collect(maps.Keys(field.Parts))
			}
			for _, part := range parts {
				all[name+"."+part] = record[part]
			}
		default:
			all[name] = value
		}
	}
	return all
}

// IsWeaker reports whether the value of a field, or of a part of a record, protects an organization less than another value of it. nil
// is unset, and always protects least. The path is one of [PartsOf].
func IsWeaker(k *Kind, path string, value, than any) bool {
	name, part, isPart := strings.Cut(path, ".")
	field := k.field(name)
	if isPart {
		field = field.Parts[part]
	}
	switch {
	case field.Weaker == "" || than == nil:
		return false
	case value == nil:
		return true
	case field.Weaker == schema.WeakerFalse:
		return value == false && than == true
	case field.Weaker == schema.WeakerTrue:
		return value == true && than == false
	}
	a, _ := value.(json.Number)
	b, _ := than.(json.Number)
	order, ok := plain.CompareNumbers(a, b)
	return field.Weaker == schema.WeakerHigher && ok && order > 0
}
