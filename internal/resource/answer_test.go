package resource

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestIncompleteAnswers: an answer is refused if a field that Atlas always sends is missing, null, or has another type. Otherwise the
// field would count as unset, and a plan would set it again.
func TestIncompleteAnswers(t *testing.T) {
	for _, k := range Kinds {
		api, known := whole()[k]
		if !known {
			t.Errorf("there is no complete answer for %s; add one to whole in helpers_test.go", k.Name)
			continue
		}
		if _, err := k.Read(t.Context(), PlanSession(api), id("1"), nil); err != nil {
			t.Errorf("%s: the complete answer is refused: %v", k.Name, err)
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

// damages returns, for each property in a text, the text without it, with null for it, and with a number for it.
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

// damage changes the properties of a value one by one, and reports the changed value each time.
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

// TestOddIDs: a text that is not an id of Atlas must not become a part of a path.
func TestOddIDs(t *testing.T) {
	for _, odd := range []string{"", "..", "../../6400", "1", id("g"), strings.ToUpper(id("a")), id("1") + "0", id("1") + "/users"} {
		for _, k := range Kinds {
			for path, text := range whole()[k] {
				if k == Settings {
					continue // settings have no id
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
					t.Errorf("%s: %q is accepted as an id: %v", k.Name, odd, got)
				}
			}
		}
	}
}

// TestForeignAnswers: an answer that cannot be about this organization is refused.
func TestForeignAnswers(t *testing.T) {
	rest := `,"name":"A","isDeleted":false,"skipDefaultAlertsSettings":false}`
	for _, row := range []struct{ reason, answer, want string }{
		{"an empty answer from a proxy", `{}`, "GET /orgs/" + id("1") + ": the answer is incomplete; missing or malformed: id, name, skipDefaultAlertsSettings, isDeleted"},
		{"a deleted organization that Atlas still shows", numbered(`{"id":"#1"`) + strings.Replace(rest, "false", "true", 1), "GET /orgs/" + id("1") + ": the organization was deleted; remove it from the tree"},
		{"another organization", numbered(`{"id":"#2"`) + rest, `GET /orgs/` + id("1") + `: the answer is about another organization, "` + id("2") + `"`},
	} {
		if _, err := Organization.Read(t.Context(), PlanSession(answers{"/orgs/" + id("1"): row.answer}), id("1"), nil); err == nil || err.Error() != row.want {
			t.Errorf("%s: got %v, want %s", row.reason, err, row.want)
		}
	}
}
