package resource

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestIncompleteAnswers: an answer of which any part is missing that Atlas always sends, is null or of another type, is none.
// What is absent in it would be taken for unset, and set again.
func TestIncompleteAnswers(t *testing.T) {
	for _, k := range Kinds {
		api, known := whole()[k]
		if !known {
			t.Errorf("there is no whole answer about %s; add one to whole in helpers_test.go", k.Name)
			continue
		}
		if _, err := k.Read(t.Context(), PlanSession(api), id("1"), nil); err != nil {
			t.Errorf("%s: the whole answer is refused: %v", k.Name, err)
		}
		broken := 0
		for path, text := range api {
			for _, damaged := range damages(t, text) {
				broken++
				spoiled := answers{path: damaged}
				for p, other := range api {
					if p != path {
						spoiled[p] = other
					}
				}
				var incomplete *IncompleteError
				if got, err := k.Read(t.Context(), PlanSession(spoiled), id("1"), nil); !errors.As(err, &incomplete) || len(got) > 0 {
					t.Errorf("%s of %s %s: got %v, %v", k.Name, path, damaged, got, err)
				}
			}
		}
		if broken < 3 {
			t.Errorf("%s: only %d ways to damage an answer", k.Name, broken)
		}
	}
}

// damages returns a text once without each of the properties in it, once with null for each, and once with a number.
func damages(t *testing.T, text string) (all []string) {
	t.Helper()
	var value any
	if err := decodeInto(json.RawMessage(text), &value); err != nil {
		t.Fatal(err)
	}
	damage(value, func() {
		data, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(data))
	})
	return all
}

// damage spoils the properties of a value one by one, and has the whole of it told each time.
func damage(value any, tell func()) {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			damage(item, tell)
		}
	case Fields:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			was := value[name]
			damage(was, tell)
			for _, odd := range []any{nil, json.Number("7")} {
				value[name] = odd
				tell()
			}
			delete(value, name)
			tell()
			value[name] = was
		}
	}
}

// TestOddIDs: what is no id of Atlas must not become a part of a path.
func TestOddIDs(t *testing.T) {
	for _, odd := range []string{"", "..", "../../6400", "1", id("g"), strings.ToUpper(id("a")), id("1") + "0", id("1") + "/users"} {
		for _, k := range Kinds {
			for path, text := range whole()[k] {
				if k == Settings {
					continue // which have no id
				}
				spoiled := answers{}
				for p, other := range whole()[k] {
					spoiled[p] = other
				}
				spoiled[path] = strings.ReplaceAll(text, id("1"), odd)
				if spoiled[path] == text {
					spoiled[path] = strings.ReplaceAll(text, id("2"), odd)
				}
				if got, err := k.Read(t.Context(), PlanSession(spoiled), id("1"), nil); err == nil {
					t.Errorf("%s: %q is taken for an id: %v", k.Name, odd, got)
				}
			}
		}
	}
}

// TestForeignAnswers: what cannot be Atlas's answer is refused, not taken for an organization that has nothing.
func TestForeignAnswers(t *testing.T) {
	rest := `,"name":"A","isDeleted":false,"skipDefaultAlertsSettings":false}`
	for _, row := range []struct{ reason, answer, want string }{
		{"a proxy that answers everything", `{}`, "GET /orgs/" + id("1") + ": the answer is incomplete; missing or malformed: id, name, skipDefaultAlertsSettings, isDeleted"},
		{"an organization that Atlas still remembers", numbered(`{"id":"#1"`) + strings.Replace(rest, "false", "true", 1), "GET /orgs/" + id("1") + ": the organization was deleted; remove it from the tree"},
		{"another organization", numbered(`{"id":"#2"`) + rest, `GET /orgs/` + id("1") + `: the answer is about another organization, "` + id("2") + `"`},
	} {
		if _, err := Organization.Read(t.Context(), PlanSession(answers{"/orgs/" + id("1"): row.answer}), id("1"), nil); err == nil || err.Error() != row.want {
			t.Errorf("%s: got %v, want %s", row.reason, err, row.want)
		}
	}
}
