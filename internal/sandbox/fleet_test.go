package sandbox

import (
	"reflect"
	"strings"
	"testing"
)

// TestNullInFleet checks every list of an organization, also future ones. A handler would panic if it met a null.
func TestNullInFleet(t *testing.T) {
	lists := 0
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Org]()) {
		if f.Type.Kind() != reflect.Slice || f.Type.Elem().Kind() != reflect.Pointer {
			continue
		}
		lists++
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if _, _, err := decodeFleet([]byte(`{"format":1,"orgs":[{"` + name + `":[null]}]}`)); err != errNull {
			t.Errorf("the check of Org must refuse null in %s: %v", name, err)
		}
	}
	if lists == 0 {
		t.Error("found no lists to check")
	}
}
