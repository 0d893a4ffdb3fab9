package conformance

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestSandboxRefuses damages every request that succeeds, in each part of its body and in every way. What the
// description does not allow the sandbox refuses, and it answers all of them in the described way.
func TestSandboxRefuses(t *testing.T) {
	d := newDescription(t, readDescription(t), amendments(t)...)
	for _, c := range slices.Concat(organizationCalls(), settingsCalls(), invitationCalls(), otherCalls()) {
		var body any
		if c.status/100 != 2 || json.Unmarshal([]byte(c.body), &body) != nil {
			continue
		}
		t.Run(c.reason, func(t *testing.T) {
			refused := 0
			for _, damaged := range damage(body) {
				c.body = marshal(t, damaged)
				e := c.send(t, byToken()).exchanges
				d.judge(t, e, false)
				if !e[len(e)-1].succeeded() {
					refused++
				}
			}
			if refused == 0 {
				t.Error("nothing was refused, so nothing was tried")
			}
		})
	}
}

// damage returns a value with, one at a time, something else at every place in it, something too much and something
// too little.
func damage(v any) []any {
	damaged := odd()
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			for _, other := range damage(v[name]) {
				damaged = append(damaged, with(v, name, other))
			}
			less := maps.Clone(v)
			delete(less, name)
			damaged = append(damaged, less)
		}
		damaged = append(damaged, with(v, "zebra", true))
	case []any:
		for i, item := range v {
			for _, other := range damage(item) {
				changed := slices.Clone(v)
				changed[i] = other
				damaged = append(damaged, changed)
			}
			damaged = append(damaged, append(slices.Clone(v), item))
		}
	}
	return damaged
}

func with(v map[string]any, name string, value any) map[string]any {
	changed := maps.Clone(v)
	changed[name] = value
	return changed
}

func marshal(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// odd returns values that are wrong in most places.
func odd() []any {
	return []any{
		nil, true, 0, -1, 7, 1.5, 100_000, "", "x", "<", "a@b",
		strings.Repeat("a", 65), strings.Repeat("a", 251), []any{}, []any{"x"}, map[string]any{},
	}
}
